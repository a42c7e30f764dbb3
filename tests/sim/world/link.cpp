#include "tests/sim/world/link.hpp"

#include <algorithm>

namespace sim {

std::size_t Link::write(voice::Bytes bytes, TimePoint now) {
  const std::size_t room =
      profile_.capacity_bytes - std::min(profile_.capacity_bytes, held_bytes());
  const std::size_t count = std::min(bytes.size(), room);
  if (count == 0 || finished_) return 0;
  if (read_ == bytes_.size()) {
    bytes_.clear();
    read_ = 0;
  }
  bytes_.insert(bytes_.end(), bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(count));
  stall_by_chance(now);
  const bool cut = profile_.split == Split::any_byte && count > 1;
  const std::size_t first = cut ? 1 + static_cast<std::size_t>(random_.below(count - 1)) : count;
  carry(first, now);
  if (first != count) carry(count - first, now);
  return count;
}

void Link::carry(std::size_t bytes, TimePoint now) {
  TimePoint leaves = now;
  if (profile_.bytes_per_second != 0) {
    const auto nanos = static_cast<std::int64_t>(bytes * 1'000'000'000 / profile_.bytes_per_second);
    line_free_ = std::max(line_free_, now) + std::chrono::nanoseconds{nanos};
    leaves = line_free_;
  }
  Duration delay = profile_.delay;
  if (profile_.jitter > Duration{0}) delay += random_.between(Duration{0}, profile_.jitter);
  last_arrival_ = std::max({leaves + delay, stalled_until_ + profile_.delay, last_arrival_});
  segments_.push_back({last_arrival_, bytes});
}

void Link::stall_by_chance(TimePoint now) {
  if (profile_.stall_every == Duration{0}) return;
  if (next_stall_ == TimePoint{}) {
    next_stall_ = now + random_.between(Duration{0}, 2 * profile_.stall_every);
  }
  if (now < next_stall_) return;
  stall(now + random_.between(profile_.stall_min, profile_.stall_max));
  next_stall_ = stalled_until_ + random_.between(Duration{0}, 2 * profile_.stall_every);
}

voice::Bytes Link::read(std::size_t bytes_max, TimePoint now) {
  std::size_t arrived = 0;
  for (const Segment& segment : segments_) {
    // Bytes that were on their way when the link stalled wait, too: a tunnel does not let the first
    // half through.
    if (segment.arrives > now || stalled_until_ > now) break;
    arrived += segment.bytes;
    if (profile_.split == Split::as_written || arrived >= bytes_max) break;
  }
  std::size_t count = std::min(arrived, bytes_max);
  if (count == 0) return {};
  if (profile_.split == Split::one_byte) count = 1;
  if (profile_.split == Split::any_byte) count = 1 + static_cast<std::size_t>(random_.below(count));
  const voice::Bytes out = voice::Bytes{bytes_}.subspan(read_, count);
  read_ += count;
  while (count != 0) {
    const std::size_t part = std::min(count, segments_.front().bytes);
    segments_.front().bytes -= part;
    count -= part;
    if (segments_.front().bytes == 0) segments_.pop_front();
  }
  return out;
}

}  // namespace sim
