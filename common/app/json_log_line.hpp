// Turns one of our log lines into JSON: `event words key=value key="quoted"` in, one object out,
// for log-format = json.
#pragma once

#include <string>
#include <string_view>

namespace voice::app {

/// {"time":…,"level":…,"event":"participant left","id":1,"name":"Anna",…}, without a line end. The
/// words in front of the first key are the event; words between or behind pairs are collected in
/// "text". Integers, decimal numbers, true and false keep their type unless quoted; everything else
/// becomes a string. A repeated key gets a _ appended. The result is valid JSON on one line,
/// whatever `message` contains: invalid UTF-8 is left out, control characters are escaped.
[[nodiscard]] std::string json_log_line(std::string_view time, std::string_view level,
                                        std::string_view message);

}  // namespace voice::app
