// PROXY headers: the same verdict, address and rest wherever the stream is split, never more bytes
// taken than a header may have, and an address whose text can be read back.
#include "common/core/assert.hpp"
#include "common/wire/proxy_header.hpp"

#include "tests/fuzz/input.hpp"

#include <algorithm>
#include <string>

namespace {

using voice::Bytes;
using voice::ProxyHeader;
using voice::ProxyHeaderError;
using voice::ProxyHeaderReader;

constexpr std::size_t header_bytes_max = 16 + ProxyHeaderReader::block_bytes_max;

struct Outcome {
  std::optional<ProxyHeader> header;
  std::optional<ProxyHeaderError> error;
  std::size_t taken = 0;

  friend bool operator==(const Outcome&, const Outcome&) = default;
};

Outcome read(Bytes stream, std::size_t piece) {
  ProxyHeaderReader reader;
  Outcome outcome;
  while (outcome.taken < stream.size()) {
    Bytes wire = stream.subspan(outcome.taken, std::min(piece, stream.size() - outcome.taken));
    const std::size_t before = wire.size();
    const auto step = reader.next(wire);
    outcome.taken += before - wire.size();
    if (!step) {
      outcome.error = step.error();
      return outcome;
    }
    if (*step) {
      outcome.header = **step;
      return outcome;
    }
    VOICE_ASSERT(wire.empty());
  }
  return outcome;
}

/// Operators ban the displayed text of an address, so it must mean the same address.
void check_text(const ProxyHeader::Source& source) {
  const std::string text = voice::to_string(source.address, source.port);
  const std::size_t colon = text.rfind(':');
  const bool is_ipv6 = text.starts_with('[');
  const std::string host = is_ipv6 ? text.substr(1, colon - 2) : text.substr(0, colon);
  const auto again = is_ipv6 ? voice::parse_ipv6(host) : voice::parse_ipv4(host);
  VOICE_ASSERT(again && *again == source.address);
  VOICE_ASSERT(text.substr(colon + 1) == std::to_string(source.port));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const Bytes stream(data + 1, size - 1);
  const Outcome whole = read(stream, stream.size());
  VOICE_ASSERT(whole == read(stream, 1));
  VOICE_ASSERT(whole == read(stream, 1 + data[0]));
  VOICE_ASSERT(whole.taken <= header_bytes_max);
  VOICE_ASSERT(!(whole.header && whole.error));
  if (whole.header && whole.header->source) check_text(*whole.header->source);
  return 0;
}
