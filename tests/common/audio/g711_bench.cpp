// The codec's cost per frame of 160 samples, compared with that of the obvious table lookup.
// Run: microbench --benchmark_filter=g711
#include "common/audio/g711.hpp"
#include "common/audio/tone.hpp"

#include <benchmark/benchmark.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace {

constexpr std::size_t frame_samples = 160;

std::array<std::int16_t, frame_samples> speech_like_frame() {
  const auto format = voice::AudioFormat::from_rate(8000).value();
  voice::Tone low(format, 310.0, 9000.0);
  voice::Tone high(format, 2170.0, 2000.0);
  std::array<std::int16_t, frame_samples> sum{};
  std::array<std::int16_t, frame_samples> second{};
  low.generate(sum);
  high.generate(second);
  for (std::size_t i = 0; i < frame_samples; ++i) {
    sum[i] = static_cast<std::int16_t>(sum[i] + second[i]);
  }
  return sum;
}

void g711_encode(benchmark::State& state) {
  auto pcm = speech_like_frame();
  std::array<std::uint8_t, frame_samples> ulaw{};
  for (auto _ : state) {
    benchmark::DoNotOptimize(pcm.data());
    voice::g711::encode(pcm, ulaw);
    benchmark::DoNotOptimize(ulaw.data());
    benchmark::ClobberMemory();
  }
}
BENCHMARK(g711_encode);

void g711_decode(benchmark::State& state) {
  const auto pcm = speech_like_frame();
  std::array<std::uint8_t, frame_samples> ulaw{};
  voice::g711::encode(pcm, ulaw);
  std::array<std::int16_t, frame_samples> out{};
  for (auto _ : state) {
    benchmark::DoNotOptimize(ulaw.data());
    voice::g711::decode(ulaw, out);
    benchmark::DoNotOptimize(out.data());
    benchmark::ClobberMemory();
  }
}
BENCHMARK(g711_decode);

/// All 65536 results. The benchmark flatters the table: encoding the same frame over and over keeps
/// the few lines it needs in the first-level cache. In a conference, everything else passes through
/// that cache, too.
std::vector<std::uint8_t> encode_table() {
  std::vector<std::int16_t> all(65536);
  for (std::size_t i = 0; i < all.size(); ++i) {
    all[i] = static_cast<std::int16_t>(static_cast<int>(i) - 32768);
  }
  std::vector<std::uint8_t> table(all.size());
  voice::g711::encode(all, table);
  return table;
}

void g711_encode_by_table(benchmark::State& state) {
  const auto table = encode_table();
  auto pcm = speech_like_frame();
  std::array<std::uint8_t, frame_samples> ulaw{};
  for (auto _ : state) {
    benchmark::DoNotOptimize(pcm.data());
    for (std::size_t i = 0; i < frame_samples; ++i) {
      ulaw[i] = table[static_cast<std::size_t>(pcm[i] + 32768)];
    }
    benchmark::DoNotOptimize(ulaw.data());
    benchmark::ClobberMemory();
  }
}
BENCHMARK(g711_encode_by_table);

}  // namespace
