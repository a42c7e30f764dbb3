// The part of the server that does what its operator says.
#include "common/app/calendar.hpp"
#include "common/core/quoted.hpp"
#include "server/net/local_participant.hpp"
#include "server/net/server.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>

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
  if (draining == drain_.is_active()) return;
  if (!draining) {
    drain_.cancel();
    return spdlog::info("draining ended, newcomers are welcome participants={}",
                        conference_.participants());
  }
  drain_.begin(voice::TimePoint::clock::now());
  spdlog::info("draining, newcomers are refused participants={} limit_s={}",
               conference_.participants(), options_.drain_limit.count());
}

void Server::continue_drain(voice::TimePoint now) {
  if (stopping_) return;
  const std::size_t own = local_ ? 1 : 0;
  const DrainCrowd crowd{.participants = conference_.participants() - own,
                         .strangers = doorman_.strangers(),
                         .server_speaks = local_ && !local_->microphone_muted()};
  const DrainStep step = drain_.step(crowd, now);
  if (step == DrainStep::wait) return;
  if (step == DrainStep::tell) {
    const auto left = std::chrono::duration_cast<std::chrono::seconds>(drain_.left(now));
    return spdlog::info("draining waits for participants={} left_s={} ids={}", crowd.participants,
                        left.count(), voice::quoted(drain_holders_text()));
  }
  if (step == DrainStep::deadline) {
    spdlog::warn("draining has reached its limit, ends the calls of participants={} ids={}",
                 crowd.participants, voice::quoted(drain_holders_text()));
  } else {
    spdlog::info("drained participants={} none of them has spoken or said Hello",
                 crowd.participants);
  }
  stop();
}

// Numbers as in `voicectl list`, those who came first; so many that the line stays short.
std::string Server::drain_holders_text() const {
  constexpr std::size_t shown_max = 10;
  std::vector<std::uint64_t> numbers;
  for (const auto& connection : connections_) {
    if (connection && !connection->lists.closing) numbers.push_back(connection->id().number);
  }
  std::sort(numbers.begin(), numbers.end());
  std::string text;
  for (std::size_t i = 0; i < std::min(numbers.size(), shown_max); ++i) {
    text += (i == 0 ? "" : " ") + std::to_string(numbers[i]);
  }
  if (numbers.size() > shown_max) {
    text += " and " + std::to_string(numbers.size() - shown_max) + " more";
  }
  return text;
}

}  // namespace voiced
