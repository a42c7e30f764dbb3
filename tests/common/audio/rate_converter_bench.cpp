// The cost of converting one frame, of one stream and of a bus. A participant whose rate is not the
// room's costs nothing else.
#include "common/audio/rate_converter.hpp"

#include <benchmark/benchmark.h>

namespace {

template <class Sample, class Result>
void convert_frame(benchmark::State& state) {
  const auto from = voice::AudioFormat::from_rate(state.range(0)).value();
  const auto to = voice::AudioFormat::from_rate(state.range(1)).value();
  const voice::RateConverter converter(from, to);
  voice::SampleLine<Sample> line(converter.history_samples(), from.samples_per_frame_max());
  voice::FrameClock in(from), out(to);
  std::vector<Result> results(to.samples_per_frame_max());
  std::uint64_t tick = 0;
  for (auto _ : state) {
    for (auto& sample : line.next(in.next())) sample = static_cast<Sample>(tick);
    converter.convert(tick++, line.samples(), std::span{results}.first(out.next()));
    benchmark::DoNotOptimize(results.data());
    benchmark::ClobberMemory();
  }
}

void rates(benchmark::internal::Benchmark* bench) {
  bench->ArgNames({"from", "to"})
      ->Args({8000, 48000})
      ->Args({48000, 8000})
      ->Args({11025, 48000})
      ->Args({48000, 11025})
      ->Args({16000, 8000})
      ->Unit(benchmark::kMicrosecond);
}
BENCHMARK_TEMPLATE(convert_frame, std::int16_t, std::int32_t)->Apply(rates);
BENCHMARK_TEMPLATE(convert_frame, std::int32_t, std::int64_t)->Apply(rates);

}  // namespace
