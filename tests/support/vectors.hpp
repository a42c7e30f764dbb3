// Reads the files of tests/vectors, and splits streams for tests.
#pragma once

#include "common/wire/deframer.hpp"

#include <cstddef>
#include <cstdint>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <vector>

namespace voice::test {

using ByteVector = std::vector<std::uint8_t>;

/// The content of tests/vectors/`name`; throws if it is missing or empty, so that no test passes
/// without data.
inline ByteVector read_vector(const std::string& name) {
  std::ifstream file(std::string(VOICE_VECTORS_DIR) + "/" + name, std::ios::binary);
  ByteVector bytes{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  if (bytes.empty()) throw std::runtime_error("missing or empty test vector: " + name);
  return bytes;
}

/// Little-endian 16-bit samples.
inline std::vector<std::int16_t> samples_of(Bytes bytes) {
  std::vector<std::int16_t> samples(bytes.size() / 2);
  for (std::size_t i = 0; i < samples.size(); ++i) {
    samples[i] = static_cast<std::int16_t>(bytes[2 * i] | (bytes[2 * i + 1] << 8));
  }
  return samples;
}

/// Appends one message, prefix and payload, to a stream.
inline void append_message(ByteVector& stream, Bytes payload) {
  const std::size_t start = stream.size();
  stream.resize(start + length_prefix_bytes);
  store_le32(&stream[start], static_cast<std::uint32_t>(payload.size()));
  stream.insert(stream.end(), payload.begin(), payload.end());
}

/// Feeds `bytes` to `deframer`, and returns copies of the messages; throws on a framing error.
inline std::vector<ByteVector> feed(Deframer& deframer, Bytes bytes) {
  std::vector<ByteVector> messages;
  while (true) {
    const auto message = deframer.next(bytes);
    if (!message) throw std::runtime_error(to_string(message.error()));
    if (!*message) return messages;
    messages.emplace_back((*message)->begin(), (*message)->end());
  }
}

/// All messages of a stream at once.
inline std::vector<ByteVector> messages_of(Bytes stream) {
  Deframer deframer(message_bytes_max_any_rate);
  return feed(deframer, stream);
}

}  // namespace voice::test
