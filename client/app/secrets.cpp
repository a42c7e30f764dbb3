#include "client/app/secrets.hpp"

#include "common/app/secret_file.hpp"
#include "common/identity/invitation.hpp"

#include <boost/asio/ip/address.hpp>

#include <utility>

namespace voicecli {

using voice::app::Exit;
using voice::app::ExitCode;
using voice::identity::token_bytes_max;

namespace {

bool is_this_machine(const std::string& host) {
  boost::system::error_code error;
  const auto address = boost::asio::ip::make_address(host, error);
  return host == "localhost" || (!error && address.is_loopback());
}

}  // namespace

voice::expected<void, Exit> read_secrets(ClientOptions& client, const Config& config,
                                         const voice::app::Options& options) {
  CallOptions& call = client.caller.call;
  const auto fail = [&](const char* setting, const std::string& why) {
    return voice::unexpected(Exit{ExitCode::usage, options.place_of(setting) + ": " + why});
  };
  client.caller.can_prove = voice::identity::is_available();
  call.may_send_plainly = config.allow_plaintext_secrets || is_this_machine(client.host);
  // What voicectl and voiced make verifiers with: an impostor that chooses less gets no proof.
  constexpr voice::identity::Cost usual;
  call.proof_cost_min = {usual.memory_kib, usual.passes};
  call.user = config.user;
  call.token = config.token;
  if (!config.password_file.empty()) {
    auto password = voice::app::read_password(config.password_file);
    if (!password) return fail("password-file", password.error());
    call.password = std::move(*password);
  }
  if (!config.token_file.empty()) {
    if (!config.token.empty()) return fail("token-file", "`token` is set as well; leave out one");
    auto token = voice::app::read_first_line(config.token_file, token_bytes_max, "invitation");
    if (!token) return fail("token-file", token.error());
    call.token = std::move(*token);
  }
  if (call.token.size() > token_bytes_max) return fail("token", "is too long for an invitation");
  if (!call.user.empty() && !call.token.empty()) {
    return fail("user", "an account and an invitation exclude each other; leave out one");
  }
  if (!call.user.empty() && call.password.empty()) {
    return fail("user", "needs the account's password; set password-file");
  }
  return {};
}

}  // namespace voicecli
