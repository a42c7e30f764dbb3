// Reads what `voicecli --json` prints: one object per line, of which the report wants names and
// times.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace voice::demo {

/// "monotonic_ms" of the first line whose "event" is `event`; none if there is none.
[[nodiscard]] std::optional<double> monotonic_ms_of(std::string_view lines, std::string_view event);

}  // namespace voice::demo
