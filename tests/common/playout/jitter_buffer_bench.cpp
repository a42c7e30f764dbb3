// The cost of one packet in the jitter buffer: one insert and one take.
// Run: microbench --benchmark_filter=jitter
#include "common/playout/jitter_buffer.hpp"

#include <benchmark/benchmark.h>

#include <vector>

namespace {

// The argument is the sample rate.
void jitter_insert_take(benchmark::State& state) {
  const auto format = voice::AudioFormat::from_rate(state.range(0)).value();
  voice::JitterBuffer buffer(format, 6);
  const std::vector<std::uint8_t> packet(format.samples_per_frame(), 0x55);
  std::vector<std::uint8_t> frame(format.samples_per_frame());
  voice::rtp::Header header;
  voice::TimePoint now{std::chrono::hours{1}};
  for (auto _ : state) {
    benchmark::DoNotOptimize(packet.data());
    now += voice::frame_duration;
    ++header.sequence;
    buffer.insert(header, packet, now);
    benchmark::DoNotOptimize(buffer.take(frame, now));
    benchmark::ClobberMemory();
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations()));
}
BENCHMARK(jitter_insert_take)->Arg(8000)->Arg(44100);

}  // namespace
