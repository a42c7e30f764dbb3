// Writes mono 16-bit WAV files that can be read at any time: the header is updated about once a
// second, so a recorder that is killed leaves a valid file. Samples go in; errors are returned,
// never thrown.
#pragma once

#include "common/audio/audio_format.hpp"
#include "common/core/result.hpp"
#include "common/device/device.hpp"

#include <cstdint>
#include <memory>
#include <span>
#include <string>

namespace voice {

class WavWriter {
 public:
  /// Creates `path`, or the next free number beside it where that exists: overwrites nothing.
  [[nodiscard]] static expected<WavWriter, DeviceError> open(const std::string& path,
                                                             AudioFormat format);
  /// As close(), but nobody is told whether that worked.
  ~WavWriter();
  WavWriter(WavWriter&&) noexcept;
  WavWriter& operator=(WavWriter&&) noexcept;

  /// Of the file that was created.
  [[nodiscard]] const std::string& path() const noexcept;

  /// Appends. Fails when the disk is full or the file has reached 4 GiB, WAV's limit (12 h at 48
  /// kHz); what was written before stays good, and every later write fails too.
  [[nodiscard]] expected<void, DeviceError> write(std::span<const std::int16_t> pcm);

  /// Puts the header right and closes. Fails if any of it did not reach the file: some file systems
  /// tell only now that they are full. Call it at most once, and nothing but the destructor after.
  [[nodiscard]] expected<void, DeviceError> close();

 private:
  struct Impl;
  explicit WavWriter(std::unique_ptr<Impl> impl) noexcept;
  std::unique_ptr<Impl> impl_;
};

}  // namespace voice
