// What cutting the stream and reading a header cost. Run: microbench
// --benchmark_filter='deframer|rtp'
#include "common/wire/deframer.hpp"
#include "common/wire/packetizer.hpp"

#include <benchmark/benchmark.h>

#include <algorithm>
#include <array>
#include <vector>

namespace {

std::vector<std::uint8_t> stream_of(std::size_t messages, std::size_t samples) {
  std::vector<std::uint8_t> message(voice::packet_overhead_bytes + samples, 0xFF);
  std::vector<std::uint8_t> stream;
  voice::Packetizer packetizer(0, voice::rtp::Ssrc{0});
  for (std::size_t i = 0; i < messages; ++i) {
    packetizer.packetize(message, samples);
    stream.insert(stream.end(), message.begin(), message.end());
  }
  return stream;
}

// Bytes per second; the argument is the number of bytes per read. 176 is one message at 8 kHz.
void deframer_stream(benchmark::State& state) {
  const auto stream = stream_of(64, 160);
  const auto read_bytes = static_cast<std::size_t>(state.range(0));
  voice::Deframer deframer(voice::message_bytes_max_any_rate);
  for (auto _ : state) {
    for (std::size_t at = 0; at < stream.size(); at += read_bytes) {
      voice::Bytes bytes(stream.data() + at, std::min(read_bytes, stream.size() - at));
      while (const auto message = deframer.next(bytes).value()) {
        benchmark::DoNotOptimize(message->data());
      }
    }
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(stream.size()));
}
BENCHMARK(deframer_stream)->Arg(50)->Arg(176)->Arg(4096);

void rtp_parse(benchmark::State& state) {
  const auto stream = stream_of(1, 160);
  const auto packet = voice::Bytes(stream).subspan(voice::length_prefix_bytes);
  for (auto _ : state) {
    benchmark::DoNotOptimize(packet.data());
    benchmark::DoNotOptimize(voice::rtp::parse(packet)->payload.size());
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations()));
}
BENCHMARK(rtp_parse);

}  // namespace
