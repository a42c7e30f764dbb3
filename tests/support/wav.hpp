// Reads and writes plain WAV files, mono and 16 bit, without the library that the programs under
// test use.
#pragma once

#include "tests/support/scratch_directory.hpp"
#include "tests/support/vectors.hpp"

#include <stdexcept>
#include <string>
#include <vector>

namespace voice::test {

struct Wav {
  int rate_hz = 0;
  std::vector<std::int16_t> samples;
};

namespace detail {

inline std::string little_endian(std::uint32_t value, int bytes) {
  std::string out;
  for (int i = 0; i < bytes; ++i) out += static_cast<char>(value >> (8 * i));
  return out;
}

}  // namespace detail

/// The bytes of a WAV file.
inline std::string wav_bytes(const Wav& wav) {
  using detail::little_endian;
  std::string data;
  for (const std::int16_t sample : wav.samples) {
    data += little_endian(static_cast<std::uint16_t>(sample), 2);
  }
  const auto rate = static_cast<std::uint32_t>(wav.rate_hz);
  const auto size = static_cast<std::uint32_t>(data.size());
  return "RIFF" + little_endian(36 + size, 4) + "WAVEfmt " + little_endian(16, 4) +
         little_endian(1, 2) + little_endian(1, 2) + little_endian(rate, 4) +
         little_endian(2 * rate, 4) + little_endian(2, 2) + little_endian(16, 2) + "data" +
         little_endian(size, 4) + data;
}

/// Throws unless the file is a complete WAV file, mono, 16 bit.
inline Wav read_wav(const std::string& path) {
  const std::string text = content_of(path);
  const ByteVector bytes(text.begin(), text.end());
  const auto bad = [&](const char* why) { return std::runtime_error(path + ": " + why); };
  if (bytes.size() < 12 || text.substr(0, 4) != "RIFF" || text.substr(8, 4) != "WAVE") {
    throw bad("no WAV file");
  }
  Wav wav;
  for (std::size_t at = 12; at + 8 <= bytes.size();) {
    const std::string name = text.substr(at, 4);
    const std::size_t size = load_le32(&bytes[at + 4]);
    at += 8;
    if (size > bytes.size() - at) throw bad("a chunk reaches beyond the end");
    if (name == "fmt ") {
      if (size < 16 || bytes[at] != 1 || bytes[at + 2] != 1 || bytes[at + 14] != 16) {
        throw bad("not mono, 16 bit");
      }
      wav.rate_hz = static_cast<int>(load_le32(&bytes[at + 4]));
    } else if (name == "data") {
      wav.samples = samples_of(Bytes{bytes}.subspan(at, size));
      return wav;
    }
    at += size + size % 2;
  }
  throw bad("no data");
}

}  // namespace voice::test
