// The cost of mixing: one tick of N participants, T of which talk, and the two halves of the mixer.
// Run: microbench --benchmark_filter='room
// mixer'
#include "server/room/room.hpp"

#include "tests/bench/talking_room.hpp"

#include <benchmark/benchmark.h>

#include <array>
#include <vector>

namespace {

// Arguments: participants, talkers. Storing the packets that talkers send in 20 ms is included.
void room_tick(benchmark::State& state) {
  const auto participants = static_cast<std::size_t>(state.range(0));
  bench::TalkingRoom room(participants, static_cast<std::size_t>(state.range(1)));
  for (auto _ : state) benchmark::DoNotOptimize(room.round());
  using benchmark::Counter;
  const auto ticks = static_cast<double>(state.iterations());
  state.counters["per_participant"] =
      Counter(ticks * static_cast<double>(participants), Counter::kIsRate | Counter::kInvert);
}
BENCHMARK(room_tick)
    ->ArgNames({"N", "T"})
    ->ArgsProduct({{10, 100, 1000, 4000}, {3}})
    ->Args({10, 10})
    ->Args({100, 100})
    ->Args({1000, 1000})
    ->Args({4000, 4000})
    ->Unit(benchmark::kMicrosecond);

// The same in a room with another rate than its participants': every frame of a talker and every
// mix is converted.
void converted_room_tick(benchmark::State& state) {
  const auto participants = static_cast<std::size_t>(state.range(1));
  bench::TalkingRoom room(participants, static_cast<std::size_t>(state.range(2)),
                          bench::LimiterDoes::nothing, static_cast<int>(state.range(0)));
  for (auto _ : state) benchmark::DoNotOptimize(room.round());
}
BENCHMARK(converted_room_tick)
    ->ArgNames({"Hz", "N", "T"})
    ->Args({8000, 10, 10})
    ->Args({48000, 10, 0})
    ->Args({48000, 10, 1})
    ->Args({48000, 10, 10})
    ->Args({48000, 1000, 3})
    ->Args({11025, 10, 10})
    ->Unit(benchmark::kMicrosecond);

constexpr std::size_t contributors = 100;

// What a contributor costs the mixer: putting its frame onto the bus, and taking the bus without
// it. With the best loops that this processor can run, and with the portable ones.
void mixer_contributor(benchmark::State& state, const voiced::MixKernels& kernels) {
  const auto samples = static_cast<std::size_t>(state.range(0));
  voiced::Mixer mixer(samples, kernels);
  std::vector<std::uint8_t> frame(samples);
  for (std::size_t i = 0; i < samples; ++i) frame[i] = static_cast<std::uint8_t>(i * 37);
  std::vector<std::uint8_t> mixed(samples);
  const std::vector<voice::Bytes> group(voiced::mix_group_frames, frame);
  std::array<std::int64_t, voiced::mix_group_frames> square_sums;
  for (auto _ : state) {
    mixer.begin(samples);
    for (std::size_t i = 0; i * voiced::mix_group_frames < contributors; ++i)
      mixer.add(group, square_sums);
    mixer.finish();
    for (std::size_t i = 0; i < contributors; ++i) {
      mixer.mix_minus({.ulaw = frame}, mixed);
      benchmark::DoNotOptimize(mixed.data());
      benchmark::ClobberMemory();
    }
    benchmark::DoNotOptimize(square_sums);
  }
  using benchmark::Counter;
  state.counters["per_contributor"] = Counter(
      static_cast<double>(state.iterations()) * contributors, Counter::kIsRate | Counter::kInvert);
}
BENCHMARK_CAPTURE(mixer_contributor, best, voiced::best_mix_kernels())->Arg(160)->Arg(882);
BENCHMARK_CAPTURE(mixer_contributor, portable, voiced::portable_mix_kernels())->Arg(160)->Arg(882);

}  // namespace
