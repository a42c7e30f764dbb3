// What one packet costs on its way through the jitter buffer: one insert and one take.
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
  std::uint16_t sequence = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(packet.data());
    buffer.insert(sequence++, packet);
    benchmark::DoNotOptimize(buffer.take(frame));
    benchmark::ClobberMemory();
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations()));
}
BENCHMARK(jitter_insert_take)->Arg(8000)->Arg(44100);

}  // namespace
