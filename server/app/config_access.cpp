#include "server/app/config_access.hpp"

#include "common/app/validators.hpp"
#include "common/identity/users.hpp"
#include "server/app/config_addresses.hpp"

namespace voiced {
namespace {

using voice::app::one_of;
using voice::app::Options;
using voice::app::range;
using voice::app::TakesEffect;

std::string check_account(const std::string& name) {
  const std::string fault = voice::identity::name_fault(name);
  return fault.empty() ? std::string() : "`" + name + "`: " + fault;
}

void declare_password_file(Options& options, Config& config) {
  options
      .value("password-file", config.password_file,
             "file whose first line is the password of the conference; when empty, "
             "$CREDENTIALS_DIRECTORY/password if it exists",
             TakesEffect::newcomers)
      ->type_name("FILE");
}

void declare_names(Options& options, Config& config) {
  options
      .value("confusable-names", config.confusable_names,
             "names that look like another participant's, or that mix alphabets: allow, mark for "
             "the operator, or refuse",
             TakesEffect::newcomers)
      ->check(one_of({"allow", "mark", "refuse"}));
}

void declare_guests(Options& options, Config& config) {
  options
      .value("guests", config.guests,
             "what clients with neither an account nor an invitation may do: speak, listen, or "
             "not join at all (no)",
             TakesEffect::live)
      ->check(one_of({"speak", "listen", "no"}));
}

// One of the lists in a room's file.
void declare_accounts(Options& options, const char* name, std::vector<std::string>& target,
                      const char* help) {
  options.value(name, target, help, TakesEffect::live)->check(check_account)->type_name("NAME");
}

}  // namespace

void declare_door(Options& options, Config& config) {
  options.toggle("require-hello", config.require_hello,
                 "serve only clients that say Hello (voice/1), not those of the original program",
                 TakesEffect::newcomers);
  declare_password_file(options, config);
  declare_names(options, config);
  options
      .value("users-file", config.users_file,
             "file with the accounts that may log in, made by voicectl user; none when empty",
             TakesEffect::newcomers)
      ->type_name("FILE");
  declare_guests(options, config);
  options
      .value("allow-plaintext-secrets", config.allow_plaintext_secrets,
             "accept passwords and invitations that are sent without encryption; loopback: only "
             "from this machine",
             TakesEffect::newcomers)
      ->check(one_of({"yes", "loopback", "no"}));
  options
      .value("strangers-max", config.strangers_max,
             "maximum number of peers that have neither spoken nor said Hello",
             TakesEffect::newcomers)
      ->check(range(1, static_cast<int>(participants_max_limit)));
  options
      .value("strangers-per-address-max", config.strangers_per_address_max,
             "the same, from one address (IPv6: one /64)", TakesEffect::newcomers)
      ->check(range(1, static_cast<int>(participants_max_limit)));
  options
      .value("participants-per-address-max", config.participants_per_address_max,
             "maximum number of participants from one address, strangers included; 0: no limit",
             TakesEffect::newcomers)
      ->check(range(0, static_cast<int>(participants_max_limit)));
  options
      .value("joins-per-address-s", config.joins_per_address_s,
             "maximum number of connections per second from one address; ten seconds' worth may "
             "arrive at once",
             TakesEffect::newcomers)
      ->check(range(1, 100'000));
  declare_addresses(options, config);
  options
      .value("load-max-percent", config.load_max_percent,
             "newcomers are refused while the mixer is busier than this", TakesEffect::newcomers)
      ->check(range(10, 1000));
  options
      .value("drain-limit-s", config.drain_limit_s,
             "a drain ends after this long, even if participants are still connected",
             TakesEffect::live)
      ->check(range(1, 604'800));
}

void declare_room_access(Options& options, Config& config) {
  declare_password_file(options, config);
  declare_names(options, config);
  declare_guests(options, config);
  declare_accounts(
      options, "members", config.members,
      "accounts that may enter the room; when empty, everybody who may join the server");
  declare_accounts(options, "speakers", config.speakers,
                   "accounts that may speak in the room; all others listen; when empty, each "
                   "account has its own role");
  declare_accounts(options, "operators", config.operators,
                   "accounts that are operators in this room, whatever their role elsewhere");
}

AccountNames account_names(const std::vector<std::string>& names) {
  return {names.begin(), names.end()};
}

}  // namespace voiced
