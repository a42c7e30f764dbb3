#include "client/net/connect_race.hpp"

#include <algorithm>

namespace voicecli {

std::vector<std::size_t> race_order(std::span<const AddressFamily> families) {
  std::vector<std::size_t> first;
  std::vector<std::size_t> second;
  for (std::size_t i = 0; i < families.size(); ++i) {
    (families[i] == families[0] ? first : second).push_back(i);
  }
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < std::max(first.size(), second.size()); ++i) {
    if (i < first.size()) order.push_back(first[i]);
    if (i < second.size()) order.push_back(second[i]);
  }
  if (order.size() > race_addresses_max) order.resize(race_addresses_max);
  return order;
}

std::optional<std::size_t> ConnectRace::take_due(voice::TimePoint now) {
  if (begun_ == attempts_.size() || now < next_start_) return std::nullopt;
  next_start_ = now + attempt_delay;
  attempts_[begun_] = {State::under_way, now};
  return begun_++;
}

std::optional<std::size_t> ConnectRace::take_expired(voice::TimePoint now) {
  for (std::size_t i = 0; i < begun_; ++i) {
    if (attempts_[i].state != State::under_way) continue;
    if (now - attempts_[i].started < attempt_duration_max) continue;
    ended(i);
    return i;
  }
  return std::nullopt;
}

bool ConnectRace::ended(std::size_t address) {
  Attempt& attempt = attempts_[address];
  if (attempt.state != State::under_way) return false;
  attempt.state = State::over;
  next_start_ = voice::TimePoint::min();
  return true;
}

bool ConnectRace::is_lost() const noexcept {
  return std::all_of(attempts_.begin(), attempts_.end(),
                     [](const Attempt& attempt) { return attempt.state == State::over; });
}

voice::TimePoint ConnectRace::next() const noexcept {
  voice::TimePoint next = voice::TimePoint::max();
  if (begun_ < attempts_.size()) next = next_start_;
  for (const Attempt& attempt : attempts_) {
    if (attempt.state != State::under_way) continue;
    next = std::min(next, attempt.started + attempt_duration_max);
  }
  return next;
}

}  // namespace voicecli
