// Reads secrets that a configuration names but must not contain.
#include "common/app/secret_file.hpp"
#include "server/app/config.hpp"
#include "server/app/places.hpp"

namespace voiced {

voice::expected<void, std::string> load_secrets(Settings& settings, voice::app::Pipes pipes) {
  Config& config = settings.config;
  const std::string place = settings.options->place_of("password-file");
  config.password.clear();
  const bool is_named = !config.password_file.empty();
  const std::string path = is_named ? config.password_file : credential_path("password");
  if (path.empty()) return {};
  auto password = voice::app::read_password(path, pipes);
  if (!password) {
    return voice::unexpected((is_named ? place : "credential") + ": " + password.error());
  }
  config.password = std::move(*password);
  return {};
}

}  // namespace voiced
