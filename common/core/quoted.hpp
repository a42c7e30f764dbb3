// The form of a value in a log line: key=word, or key="words of \"any\" kind". What a peer has
// chosen is always quoted, so that it cannot pass for a key of ours.
#pragma once

#include <string>
#include <string_view>

namespace voice {

/// `text` in double quotes, with \ in front of " and \. Control characters are the caller's
/// business (voice::printable).
[[nodiscard]] std::string quoted(std::string_view text);

}  // namespace voice
