// What the service does about accounts and invitations.
#include "common/app/calendar.hpp"
#include "common/core/quoted.hpp"
#include "server/app/places.hpp"
#include "server/app/service.hpp"

#include <spdlog/spdlog.h>

#include <utility>

namespace voiced {

using voice::unexpected;

void Service::use_accounts(const Config& config) {
  accounts_.set_users(config.users);
  Accounts::Passwords passwords;
  if (!config.password.empty()) passwords.emplace(front_room_name, config.password);
  for (const RoomRules& room : config.rooms) {
    if (!room.password.empty()) passwords.emplace(room.options.name, room.password);
  }
  accounts_.set_passwords(passwords);
}

voice::expected<void, std::string> Service::load_invitations() {
  const bool is_named = !started_.config.state_directory.empty();
  const std::string folder = is_named ? started_.config.state_directory : default_state_directory();
  const std::string place = started_.options->place_of("state-directory") + ": ";
  const auto key = find_invitation_key(folder);
  if (!key) return unexpected(place + key.error());
  accounts_.set_invitation_key(*key);
  if (folder.empty()) return {};
  auto kept = EndedInvitationsFile::read(folder);
  if (!kept) return unexpected(place + kept.error());
  accounts_.set_ended(std::move(kept->ended));
  ended_file_ = std::make_unique<EndedInvitationsFile>(folder, kept->state);
  return {};
}

void Service::keep_ended(BansKept kept) {
  if (!ended_file_) {
    return kept("no state-directory is set, so the revocation is lost when voiced stops");
  }
  ended_file_->keep(accounts_.ended(), std::move(kept), std::chrono::steady_clock::now());
}

// With the key as a credential, one that was made by another run may be used here.
void Service::keep_used(BansKept kept) {
  if (ended_file_) return keep_ended(std::move(kept));
  kept({});
  if (std::exchange(told_of_used_, true)) return;
  spdlog::warn("used invitations are not saved error={} they will be valid again after a restart",
               voice::quoted("no state-directory is set"));
}

voice::expected<std::string, std::string> Service::invite(
    const voice::identity::Invitation& invitation) {
  if (invitation.is_once && !ended_file_) {
    return unexpected(std::string(
        "an invitation for one connection needs state-directory, where voiced keeps which ones "
        "were used; without it, a restart would make it valid again"));
  }
  auto token = accounts_.invite(invitation);
  if (!token) return token;
  spdlog::info("operator invited id={} room={} name={} role={} until={} once={}",
               voice::quoted(invitation.id), voice::quoted(invitation.room),
               voice::quoted(invitation.name), voice::identity::to_string(invitation.role),
               invitation.until.time_since_epoch().count(), invitation.is_once);
  return token;
}

std::vector<voice::identity::KnownInvitation> Service::invitations() const {
  return accounts_.invitations(voice::app::calendar_now());
}

voice::expected<void, std::string> Service::revoke(const std::string& id_or_token,
                                                   RevokedKept kept) {
  const auto id = accounts_.revoke(id_or_token, voice::app::calendar_now());
  if (!id) return unexpected(id.error());
  const Revoked revoked{*id, server_.host().end_invitation(*id, std::chrono::steady_clock::now())};
  spdlog::info("operator revoked id={} sent_away={}", voice::quoted(*id), revoked.sent_away);
  keep_ended(
      [kept = std::move(kept), revoked](const std::string& why_not) { kept(revoked, why_not); });
  return {};
}

}  // namespace voiced
