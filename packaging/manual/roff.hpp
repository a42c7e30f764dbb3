// Text for manual pages: plain words in, roff out (mdoc(7), groff_char(7)).
#pragma once

#include <string>
#include <vector>

namespace voice::manual {

/// For the argument of a macro, in which every dash is typed: "\-\-jitter\-depth".
[[nodiscard]] std::string literal(const std::string& word);

/// Running text as lines of roff, each ended. Every sentence begins a line, no line is longer than
/// 78 bytes, `words` are quoted, and nothing is taken for a macro.
[[nodiscard]] std::string running_text(const std::string& text);

/// With a full stop, unless a sentence ends there already.
[[nodiscard]] std::string ended(const std::string& help);

/// "jitter buffer in packets" becomes "Jitter buffer in packets."; a value at the beginning keeps
/// its case: "adaptive: as little delay as possible."
[[nodiscard]] std::string sentence(const std::string& help);

/// "a, b, c" from its parts.
[[nodiscard]] std::string join(const std::vector<std::string>& parts, const std::string& between);

}  // namespace voice::manual
