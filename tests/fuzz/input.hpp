// Reads a fuzzer's input as a script: small numbers that choose actions, and bytes for the code
// under test. Beyond the end, everything reads as zero or empty, so every input is a complete
// story.
#pragma once

#include "common/core/bytes.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace fuzz {

class Input {
 public:
  Input(const std::uint8_t* data, std::size_t size) noexcept : rest_(data, size) {}

  [[nodiscard]] bool empty() const noexcept { return rest_.empty(); }

  std::uint8_t byte() noexcept {
    if (rest_.empty()) return 0;
    const std::uint8_t value = rest_.front();
    rest_ = rest_.subspan(1);
    return value;
  }
  std::uint16_t word() noexcept {
    const unsigned high = byte();
    return static_cast<std::uint16_t>(high << 8 | byte());
  }

  /// low…high, both included: at most 256 values.
  int between(int low, int high) noexcept { return low + byte() % (high - low + 1); }

  /// The next `count` bytes, or what is left.
  voice::Bytes bytes(std::size_t count) noexcept {
    const voice::Bytes out = rest_.first(std::min(count, rest_.size()));
    rest_ = rest_.subspan(out.size());
    return out;
  }
  voice::Bytes all() noexcept { return bytes(rest_.size()); }

 private:
  voice::Bytes rest_;
};

}  // namespace fuzz

/// The entry point for fuzzing engines and for replay_main.cpp. Aborts by VOICE_ASSERT if a promise
/// is broken.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);
