// The part of the server that does what its operator says.
#include "common/app/calendar.hpp"
#include "server/net/local_participant.hpp"
#include "server/net/server.hpp"

#include <spdlog/spdlog.h>

namespace voiced {

Connection* Server::find(std::uint64_t number) const noexcept {
  for (const auto& connection : connections_) {
    if (!connection || connection->id().number != number) continue;
    return connection->lists.closing ? nullptr : connection.get();
  }
  return nullptr;
}

bool Server::set_mutes(std::uint64_t number, const Mutes& mutes) {
  if (number == local_number) {
    if (!local_) return false;
    local_->set_microphone_muted(mutes.microphone);
    local_->set_loudspeaker_muted(mutes.loudspeaker);
    return true;
  }
  Connection* const connection = find(number);
  if (connection == nullptr) return false;
  connection->session().set_mutes(mutes);
  send_control(*connection, voice::TimePoint::clock::now());
  return true;
}

bool Server::set_gain(std::uint64_t number, double db) {
  if (number == local_number) {
    if (!local_) return false;
    conference_.set_gain(local_->id(), db);
    return true;
  }
  const Connection* const connection = find(number);
  if (connection == nullptr) return false;
  conference_.set_gain(*connection->session().participant(), db);
  return true;
}

bool Server::kick(std::uint64_t number, std::string_view words) {
  Connection* const connection = find(number);
  if (connection == nullptr) return false;
  close(*connection, CloseReason::kicked, voice::TimePoint::clock::now(), words);
  return true;
}

std::optional<std::size_t> Server::ban(const Ban& ban) {
  if (!bans_.add(ban)) return std::nullopt;
  const auto now = voice::TimePoint::clock::now();
  std::size_t sent_away = 0;
  for (const auto& connection : connections_) {
    if (!connection || connection->lists.closing) continue;
    const bool is_meant = ban.range ? ban.range->contains(connection->address_key)
                                    : connection->session().name() == ban.who;
    if (!is_meant) continue;
    close(*connection, CloseReason::banned, now, ban.reason);
    ++sent_away;
  }
  return sent_away;
}

void Server::drain(bool draining) {
  if (draining == draining_) return;
  draining_ = draining;
  spdlog::info(
      "{} participants={}",
      draining ? "draining, newcomers are refused" : "draining ended, newcomers are welcome",
      conference_.participants());
}

}  // namespace voiced
