// Keys of `watch` out of the bytes a terminal sends, however they are cut.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace voicectl {

enum class Key : std::uint8_t { quit, sort, redraw, up, down, page_up, page_down, home, end };

class KeyReader {
 public:
  /// The keys that are complete with these bytes; others mean nothing.
  [[nodiscard]] std::vector<Key> feed(std::string_view bytes);

 private:
  std::string sequence_;  // an escape sequence so far
};

}  // namespace voicectl
