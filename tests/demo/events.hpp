// Reads the output of `voicecli --json`, one object per line, for the names and times that the
// report needs.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace voice::demo {

/// "monotonic_ms" of the first line whose "event" is `event`; empty if there is none.
[[nodiscard]] std::optional<double> monotonic_ms_of(std::string_view lines, std::string_view event);

}  // namespace voice::demo
