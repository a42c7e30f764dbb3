// The cost of one packet in an adaptive playout: without corrections, and with as many as it may
// make.
// Run: microbench --benchmark_filter=playout
#include "common/playout/playout.hpp"

#include "tests/bench/sound/speech.hpp"

#include <benchmark/benchmark.h>

#include <vector>

namespace {

// Arguments: the sample rate, and after how many packets an extra one is inserted (0: never).
void playout_insert_take(benchmark::State& state) {
  const auto format = voice::AudioFormat::from_rate(state.range(0)).value();
  const auto frame = format.samples_per_frame();
  const auto codec = state.range(0) == 8000 ? voice::CodecId::pcmu : voice::CodecId::l16;
  voice::Playout playout(format, {}, codec);
  const auto said = bench::speech(format.rate_hz(), 8);
  const auto encoder = voice::make_encoder(codec);
  std::vector<std::vector<std::uint8_t>> packets;
  for (std::size_t at = 0; at + frame <= said.size(); at += frame) {
    auto& payload = packets.emplace_back(2 * frame);
    payload.resize(encoder->encode(std::span{said}.subspan(at, frame), payload));
  }
  std::vector<std::int16_t> scratch(frame);
  voice::TimePoint now{std::chrono::hours{1}};
  std::int64_t count = 0;
  for (auto _ : state) {
    now += voice::frame_duration;
    const auto& payload = packets[static_cast<std::size_t>(count++) % packets.size()];
    playout.insert({{}, payload}, now);
    if (state.range(1) != 0 && count % state.range(1) == 0) playout.insert({{}, payload}, now);
    benchmark::DoNotOptimize(playout.take(frame, scratch, now));
    benchmark::ClobberMemory();
  }
  state.counters["sped up"] = static_cast<double>(playout.counters().sped_up_samples) /
                              static_cast<double>(frame * packets.size());
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(playout_insert_take)
    ->Args({8000, 0})
    ->Args({8000, 5})
    ->Args({48000, 0})
    ->Args({48000, 5});

}  // namespace
