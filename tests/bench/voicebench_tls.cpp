#include "tests/bench/voicebench_tls.hpp"

#include <fstream>
#include <iterator>
#include <stdexcept>

namespace voicebench {

std::shared_ptr<const Encryption> encryption_to(const std::string& certificate) {
  if (certificate.empty()) return nullptr;
  std::ifstream file(certificate);
  if (!file) throw std::runtime_error("cannot read " + certificate);
  const std::string pem{std::istreambuf_iterator<char>(file), {}};
  const auto info = voice::tls::describe(pem);
  if (!info) throw std::runtime_error(certificate + ": " + info.error());
  // Its own authority, so that those of the system are not loaded.
  const auto client = voice::tls::Client::make({.ca = pem});
  if (!client) throw std::runtime_error(certificate + ": " + client.error());
  return std::make_shared<const Encryption>(
      Encryption{*client, {.host = "127.0.0.1", .known = info->fingerprint, .only_known = true}});
}

}  // namespace voicebench
