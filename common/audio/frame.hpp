// What one participant says in one tick: µ-law codes, or 16-bit samples. Borrows both: whoever
// hands out a Frame says how long it is valid.
#pragma once

#include "common/core/bytes.hpp"

#include <cstddef>
#include <cstdint>
#include <span>

namespace voice {

/// At most one of the two is not empty (is_one_kind(), asserted where a Frame is passed). If both
/// are empty, the participant says nothing.
struct Frame {
  Bytes ulaw = {};                         // ITU-T G.711 µ-law, one code per sample
  std::span<const std::int16_t> pcm = {};  // linear, mono, -32768…32767

  [[nodiscard]] bool is_one_kind() const noexcept { return ulaw.empty() || pcm.empty(); }
  [[nodiscard]] bool empty() const noexcept { return ulaw.empty() && pcm.empty(); }
  [[nodiscard]] std::size_t samples() const noexcept { return ulaw.size() + pcm.size(); }
};

/// Writes its samples to `pcm`, which is as long (asserted), and may lie in the same memory.
void decode(const Frame& frame, std::span<std::int16_t> pcm) noexcept;

}  // namespace voice
