// A sound file of any format, rate and channel count libsndfile reads, as mono samples at the
// file's rate, piece by piece. Also one whose writer died before it filled in the length. Every
// member may block for as long as the file system does: device threads only.
#pragma once

#include "common/audio/downmix.hpp"
#include "common/core/result.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace voice {

class SoundFileReader {
 public:
  /// Fails with the whole sentence: what, why and what is valid.
  [[nodiscard]] static expected<std::unique_ptr<SoundFileReader>, std::string> open(
      const std::string& path);
  ~SoundFileReader();

  [[nodiscard]] int rate_hz() const noexcept;
  /// Replaces `mono` by the next samples; empty at the end.
  void read(std::vector<std::int16_t>& mono);
  /// A remark about the file: it was never closed, or is truncated. Usually empty.
  [[nodiscard]] std::string remark() const;

 private:
  struct Impl;
  explicit SoundFileReader(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace voice
