// The `--json` output: one object per line, for programs. Statuses and events in, lines without a
// line end out.
#pragma once

#include "client/call/status.hpp"
#include "client/ui/event_line.hpp"
#include "common/device/device.hpp"

#include <string>

namespace voicecli {

/// {"event":"connected","type":"event","monotonic_ms":12.345,…}. Times are the steady clock's.
[[nodiscard]] std::string json_of(const EventLine& event);

/// {"type":"stats","monotonic_ms":12.345,…}
[[nodiscard]] std::string json_of(const Status& status, voice::TimePoint now);

[[nodiscard]] std::string json_of(const voice::SoundCardInfo& card);

}  // namespace voicecli
