#include "common/playout/arrival_times.hpp"

#include "common/core/assert.hpp"

#include <algorithm>
#include <array>
#include <bit>

namespace voice {

static constexpr std::size_t bytes_per_group =
    ArrivalTimes::memory_bytes / ArrivalTimes::groups_max;

void ArrivalTimes::use(std::uint8_t* memory) noexcept {
  VOICE_ASSERT(memory != nullptr);
  if (count_ > 1) std::copy_n(groups_, memory_bytes, memory);
  groups_ = memory;
}

ArrivalTimes::Group ArrivalTimes::group(std::size_t place) const noexcept {
  std::array<std::uint8_t, bytes_per_group> room;
  std::copy_n(groups_ + place % groups_max * bytes_per_group, room.size(), room.begin());
  return std::bit_cast<Group>(room);
}

void ArrivalTimes::set_group(std::size_t place, const Group& group) noexcept {
  const auto room = std::bit_cast<std::array<std::uint8_t, bytes_per_group>>(group);
  std::copy(room.begin(), room.end(), groups_ + place % groups_max * bytes_per_group);
}

void ArrivalTimes::begin_group(std::uint64_t position, TimePoint now) noexcept {
  if (count_ == groups_max) return;
  set_group(front_ + count_, {position, now});
  newest_ = now;
  if (count_ == 1) second_ = position;
  ++count_;
}

void ArrivalTimes::drop_oldest_group() noexcept {
  VOICE_ASSERT(count_ > 1);
  front_ = (front_ + 1) % groups_max;
  --count_;
  oldest_ = group(front_).since;
  second_ = count_ > 1 ? group(front_ + 1).first : none;
}

}  // namespace voice
