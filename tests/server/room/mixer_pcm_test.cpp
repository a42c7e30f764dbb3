// 16-bit frames beside µ-law on the bus, and mixes of both kinds, compared with sums in 64 bits.
#include "server/room/mixer.hpp"
#include "server/room/natural_bus.hpp"
#include "server/room/options.hpp"

#include "tests/server/room/test_room.hpp"

#include <algorithm>
#include <array>
#include <numeric>

using voiced::Mixer;
using voiced::MixKernels;
using voiced::test::Payload;
using voiced::test::random_payload;

namespace {

using Samples = std::vector<std::int16_t>;

std::vector<const MixKernels*> all_kernels() {
  std::vector<const MixKernels*> all{&voiced::portable_mix_kernels()};
  if (const MixKernels* const avx2 = voiced::avx2_mix_kernels()) all.push_back(avx2);
  return all;
}

Samples random_samples(std::mt19937& random, std::size_t count) {
  Samples samples(count);
  for (auto& sample : samples) sample = static_cast<std::int16_t>(random());
  return samples;
}

Samples decoded(const Payload& ulaw) {
  Samples samples;
  for (const std::uint8_t code : ulaw) {
    samples.push_back(static_cast<std::int16_t>(voice::test::g711_tables().decode[code]));
  }
  return samples;
}

std::vector<std::int64_t> sum_of(const std::vector<Samples>& frames, std::size_t samples) {
  std::vector<std::int64_t> sums(samples);
  for (const Samples& frame : frames) {
    for (std::size_t i = 0; i < samples; ++i) sums[i] += frame[i];
  }
  return sums;
}

Samples clipped(const std::vector<std::int64_t>& sums) {
  Samples out;
  for (const std::int64_t sum : sums) {
    out.push_back(static_cast<std::int16_t>(std::clamp<std::int64_t>(sum, -32768, 32767)));
  }
  return out;
}

Payload encoded(const std::vector<std::int64_t>& sums) {
  Payload out;
  for (const std::int64_t sum : sums) out.push_back(voice::test::g711_tables().encode(sum));
  return out;
}

// Talkers of both kinds in one tick.
struct Tick {
  Tick(std::size_t length, std::size_t ulaw_talkers, std::size_t pcm_talkers,
       const MixKernels& kernels, std::mt19937& random)
      : samples(length), mixer(length, kernels) {
    for (std::size_t i = 0; i < ulaw_talkers; ++i) codes.push_back(random_payload(random, samples));
    for (std::size_t i = 0; i < pcm_talkers; ++i) pcm.push_back(random_samples(random, samples));
    for (const Payload& frame : codes) {
      frames.push_back({.ulaw = frame});
      linear.push_back(decoded(frame));
    }
    for (const Samples& frame : pcm) {
      frames.push_back({.pcm = frame});
      linear.push_back(frame);
    }
    mixer.begin(samples);
    for (const voice::Frame& frame : frames) square_sums.push_back(mixer.add(frame));
    mixer.finish();
  }

  // The sum of all frames except those of the talkers with these numbers.
  [[nodiscard]] std::vector<std::int64_t> sum_without(const std::vector<std::size_t>& some) const {
    std::vector<Samples> others;
    for (std::size_t i = 0; i < linear.size(); ++i) {
      if (std::find(some.begin(), some.end(), i) == some.end()) others.push_back(linear[i]);
    }
    return sum_of(others, samples);
  }

  std::size_t samples;
  Mixer mixer;
  std::vector<Payload> codes;
  std::vector<Samples> pcm;
  std::vector<voice::Frame> frames;
  std::vector<Samples> linear;
  std::vector<std::int64_t> square_sums;
};

}  // namespace

TEST_CASE("the bus is the exact sum in the order of time, whatever kind of frame is added",
          "[mixer]") {
  const auto* const kernels = GENERATE(from_range(all_kernels()));
  const auto samples = GENERATE(1U, 31U, 32U, 33U, 160U, 221U, 960U);
  const auto ulaw_talkers = GENERATE(0U, 1U, 5U);
  const auto pcm_talkers = GENERATE(0U, 1U, 3U);
  std::mt19937 random(samples + 7 * ulaw_talkers + pcm_talkers);
  INFO(kernels->name << ", samples " << samples << ", µ-law " << ulaw_talkers << ", 16-bit "
                     << pcm_talkers);

  Tick tick(samples, ulaw_talkers, pcm_talkers, *kernels, random);

  const auto bus = tick.mixer.bus();
  CHECK(std::vector<std::int64_t>(bus.begin(), bus.end()) == tick.sum_without({}));
}

TEST_CASE("everybody hears the others exactly, in µ-law and in 16 bits, also when it clips",
          "[mixer]") {
  const auto* const kernels = GENERATE(from_range(all_kernels()));
  const auto samples = GENERATE(1U, 33U, 160U, 882U);
  const auto ulaw_talkers = GENERATE(0U, 1U, 4U);
  const auto pcm_talkers = GENERATE(0U, 1U, 3U);
  std::mt19937 random(samples + 7 * ulaw_talkers + pcm_talkers);
  INFO(kernels->name << ", samples " << samples << ", µ-law " << ulaw_talkers << ", 16-bit "
                     << pcm_talkers);

  Tick tick(samples, ulaw_talkers, pcm_talkers, *kernels, random);

  Payload codes(samples, 0x55);
  Samples pcm(samples, 1);
  tick.mixer.mix(codes);
  tick.mixer.mix_minus({}, std::span{pcm});
  CHECK(codes == encoded(tick.sum_without({})));
  CHECK(pcm == clipped(tick.sum_without({})));
  for (std::size_t i = 0; i < tick.frames.size(); ++i) {
    tick.mixer.mix_minus(tick.frames[i], std::span{codes});
    tick.mixer.mix_minus(tick.frames[i], std::span{pcm});
    CHECK(codes == encoded(tick.sum_without({i})));
    CHECK(pcm == clipped(tick.sum_without({i})));
  }
}

TEST_CASE("frames are taken off the bus again without a trace", "[mixer]") {
  std::mt19937 random(5);
  Tick tick(221, 2, 2, voiced::best_mix_kernels(), random);
  const auto bus = tick.mixer.bus();
  std::vector<std::int32_t> rest(bus.begin(), bus.end());

  voiced::natural_bus::subtract(tick.frames[1], rest);
  voiced::natural_bus::subtract(tick.frames[3], rest);

  Samples heard(221, 1);
  voiced::natural_bus::mix_minus(rest, {}, std::span{heard});
  CHECK(heard == clipped(tick.sum_without({1, 3})));
}

TEST_CASE("a tick of µ-law alone has the same codes by the bus as by the kernels", "[mixer]") {
  const auto* const kernels = GENERATE(from_range(all_kernels()));
  INFO(kernels->name);
  Payload all_codes(256);
  std::iota(all_codes.begin(), all_codes.end(), std::uint8_t{0});
  const Samples nothing(256, 0);

  for (int code = 0; code < 256; ++code) {
    const Payload other(256, static_cast<std::uint8_t>(code));
    Mixer fast(256, *kernels), slow(256, *kernels);
    for (Mixer* const mixer : {&fast, &slow}) {
      mixer->begin(256);
      mixer->add(voice::Frame{.ulaw = all_codes});
      mixer->add(voice::Frame{.ulaw = other});
    }
    // 16-bit silence from one participant sends the whole tick by the bus.
    slow.add(voice::Frame{.pcm = nothing});
    fast.finish();
    slow.finish();
    Payload by_kernels(256), by_bus(256);
    fast.mix(by_kernels);
    slow.mix(by_bus);
    if (by_kernels != by_bus) FAIL_CHECK("mixed with code " << code);
    fast.mix_minus({.ulaw = other}, by_kernels);
    slow.mix_minus({.ulaw = other}, by_bus);
    if (by_kernels != by_bus) FAIL_CHECK("minus code " << code);
  }
}

TEST_CASE("a 16-bit frame counts with all its bits", "[mixer]") {
  Mixer mixer(3);
  const std::array<std::int16_t, 3> soft{1, -1, 3}, softer{1, 2, -32768};
  mixer.begin(3);
  CHECK(mixer.add({.pcm = soft}) == 11);
  mixer.add({.pcm = softer});
  mixer.finish();

  Samples heard(3);
  mixer.mix_minus({}, std::span{heard});
  CHECK(heard == Samples{2, 1, -32765});
  mixer.mix_minus({.pcm = softer}, std::span{heard});
  CHECK(heard == Samples{1, -1, 3});
}

TEST_CASE("a tick with 16-bit frames leaves no trace in the next", "[mixer]") {
  const auto* const kernels = GENERATE(from_range(all_kernels()));
  std::mt19937 random(23);
  Mixer mixer(160, *kernels);
  const Samples loud = random_samples(random, 160);
  const Payload codes = random_payload(random);
  mixer.begin(160);
  mixer.add({.pcm = loud});
  mixer.finish();

  mixer.begin(160);
  mixer.add(voice::Frame{.ulaw = codes});
  mixer.finish();
  Payload heard(160);
  mixer.mix(heard);
  CHECK(heard == voiced::test::mix_of({codes}));
  Samples pcm(160);
  mixer.mix_minus({}, std::span{pcm});
  CHECK(pcm == decoded(codes));
}

TEST_CASE("the maximum number of talkers, all at 16-bit full scale, does not overflow the bus",
          "[mixer]") {
  const std::int16_t loudest = GENERATE(std::int16_t{-32768}, std::int16_t{32767});
  const Samples frame(4, loudest);
  Mixer mixer(4);
  mixer.begin(4);
  for (std::size_t i = 0; i < voiced::participants_max_limit; ++i) mixer.add({.pcm = frame});
  mixer.finish();

  CHECK(mixer.bus()[0] ==
        static_cast<std::int32_t>(voiced::participants_max_limit) * std::int32_t{loudest});
  Samples heard(4);
  mixer.mix_minus({.pcm = frame}, std::span{heard});
  CHECK(heard == frame);
}
