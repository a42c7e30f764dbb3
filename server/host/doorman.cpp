#include "server/host/doorman.hpp"

#include "common/core/assert.hpp"

#include <string_view>

namespace voiced {
namespace {

// 120 bytes each: 8192 addresses take one MiB. If more than that join within a minute, those
// without a connection are forgotten, together with how fast they joined.
constexpr std::size_t addresses_max = 8192;
constexpr std::chrono::seconds quiet_after{60};

}  // namespace

const char* to_string(Admission admission) noexcept {
  switch (admission) {
    case Admission::welcome:
      return "welcome";
    case Admission::too_many_strangers:
      return "too many unknown peers";
    case Admission::too_many_strangers_from_address:
      return "too many unknown peers from this address";
    case Admission::too_many_participants_from_address:
      return "too many participants from this address";
    case Admission::too_fast_from_address:
      return "too many connections from this address";
  }
  return "unknown";
}

std::size_t Doorman::Hash::operator()(const AddressKey& key) const noexcept {
  // The table is bounded and forgets: addresses chosen to collide only slow down each other's
  // lookups.
  return std::hash<std::string_view>{}({reinterpret_cast<const char*>(key.data()), key.size()});
}

Admission Doorman::arrived(const AddressKey& address, voice::TimePoint now) {
  if (visitors_.size() >= addresses_max && !visitors_.contains(address)) {
    std::erase_if(visitors_, [](const auto& entry) { return entry.second.present == 0; });
  }
  Visitor& visitor = visitors_.try_emplace(address, limits_).first->second;
  visitor.last_seen = now;
  if (!visitor.joins.take(now)) return Admission::too_fast_from_address;
  const std::size_t places = limits_.participants_per_address_max;
  if (places != 0 && visitor.present >= places) {
    return Admission::too_many_participants_from_address;
  }
  if (visitor.strangers >= limits_.strangers_per_address_max) {
    return Admission::too_many_strangers_from_address;
  }
  if (strangers_ >= limits_.strangers_max) return Admission::too_many_strangers;
  ++visitor.present;
  ++visitor.strangers;
  ++strangers_;
  check(visitor);
  return Admission::welcome;
}

bool Doorman::arrived_unnamed() noexcept {
  if (strangers_ >= limits_.strangers_max) return false;
  ++strangers_;
  return true;
}

void Doorman::named() noexcept {
  VOICE_ASSERT(strangers_ > 0);
  --strangers_;
}

void Doorman::shown(const AddressKey& address) noexcept {
  const auto found = visitors_.find(address);
  if (found == visitors_.end() || found->second.strangers == 0) return;
  VOICE_ASSERT(strangers_ > 0);
  --found->second.strangers;
  --strangers_;
  check(found->second);
}

void Doorman::left(const AddressKey& address, bool was_stranger) noexcept {
  if (was_stranger) shown(address);
  const auto found = visitors_.find(address);
  if (found == visitors_.end() || found->second.present == 0) return;
  --found->second.present;
  check(found->second);
}

void Doorman::check(const Visitor& visitor) const noexcept {
  VOICE_ASSERT(visitor.strangers <= visitor.present);
  VOICE_ASSERT(visitor.strangers <= strangers_);
  VOICE_ASSERT(!visitors_.empty());
}

void Doorman::set_limits(const DoormanLimits& limits) noexcept {
  limits_ = limits;
  for (auto& [address, visitor] : visitors_) {
    visitor.joins.set_limits(limits.joins_per_address_per_s, limits.joins_per_address_burst);
  }
}

void Doorman::tidy(voice::TimePoint now) {
  std::erase_if(visitors_, [now](const auto& entry) {
    return entry.second.present == 0 && now - entry.second.last_seen > quiet_after;
  });
}

}  // namespace voiced
