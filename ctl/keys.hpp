// Reads the keys of `watch` from the bytes that a terminal sends, however they are split.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace voicectl {

enum class Key : std::uint8_t { quit, sort, redraw, up, down, page_up, page_down, home, end };

class KeyReader {
 public:
  /// The keys that these bytes complete. Unknown keys are ignored.
  [[nodiscard]] std::vector<Key> feed(std::string_view bytes);

 private:
  std::string sequence_;  // an escape sequence so far
};

}  // namespace voicectl
