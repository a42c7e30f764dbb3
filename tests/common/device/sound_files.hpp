// Sound files for the device tests, written and read by libsndfile directly, not by the code under
// test.
#pragma once

#include <sndfile.h>

#include <cstdint>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

namespace voice::test {

/// @param format libsndfile's, such as SF_FORMAT_WAV | SF_FORMAT_PCM_16.
inline void write_sound_file(const std::string& path, int rate_hz, int channels, int format,
                             std::span<const std::int16_t> interleaved) {
  SF_INFO info{};
  info.samplerate = rate_hz;
  info.channels = channels;
  info.format = format;
  SNDFILE* const file = sf_open(path.c_str(), SFM_WRITE, &info);
  if (file == nullptr) throw std::runtime_error(sf_strerror(nullptr));
  // Floating-point files hold -1…1; without this libsndfile would write 16000 as 16000.0.
  sf_command(file, SFC_SET_SCALE_INT_FLOAT_WRITE, nullptr, SF_TRUE);
  sf_write_short(file, interleaved.data(), static_cast<sf_count_t>(interleaved.size()));
  sf_close(file);
}

struct SoundFile {
  int rate_hz = 0;
  int channels = 0;
  int format = 0;
  std::vector<std::int16_t> samples;
};

/// What another program would see in the file now. Empty with rate 0 if it cannot be opened.
inline SoundFile read_sound_file(const std::string& path) {
  SF_INFO info{};
  SNDFILE* const file = sf_open(path.c_str(), SFM_READ, &info);
  if (file == nullptr) return {};
  SoundFile result{info.samplerate, info.channels, info.format, {}};
  result.samples.resize(static_cast<std::size_t>(info.frames * info.channels));
  const sf_count_t count =
      sf_read_short(file, result.samples.data(), static_cast<sf_count_t>(result.samples.size()));
  result.samples.resize(static_cast<std::size_t>(count));
  sf_close(file);
  return result;
}

}  // namespace voice::test
