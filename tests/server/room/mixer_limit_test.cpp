// Limited mixes compared with sums in 64 bits, with every set of loops: the peaks that a mix may
// have, and what the gains make of it.
#include "server/room/mixer.hpp"
#include "server/room/options.hpp"

#include "tests/server/room/test_room.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>

using voiced::Mixer;
using voiced::MixKernels;
using voiced::test::mix_of;
using voiced::test::Payload;
using voiced::test::random_payload;
using voiced::test::without;

namespace {

using Samples = std::vector<std::int16_t>;
using Sums = std::vector<std::int64_t>;
using Gains = std::vector<std::int32_t>;

std::vector<const MixKernels*> all_kernels() {
  std::vector<const MixKernels*> all{&voiced::portable_mix_kernels()};
  if (const MixKernels* const avx2 = voiced::avx2_mix_kernels()) all.push_back(avx2);
  return all;
}

// µ-law talkers, and 16-bit ones after them.
struct Tick {
  Tick(std::size_t length, std::size_t ulaw_talkers, std::size_t pcm_talkers,
       const MixKernels& kernels, std::mt19937& random)
      : samples(length), mixer(length, kernels) {
    for (std::size_t i = 0; i < ulaw_talkers; ++i) codes.push_back(random_payload(random, samples));
    for (std::size_t i = 0; i < pcm_talkers; ++i) {
      for (auto& sample : pcm.emplace_back(samples)) sample = static_cast<std::int16_t>(random());
    }
    for (const Payload& frame : codes) frames.push_back({.ulaw = frame});
    for (const Samples& frame : pcm) frames.push_back({.pcm = frame});
    mixer.begin(samples);
    for (const voice::Frame& frame : frames) square_sums.push_back(mixer.add(frame));
    mixer.finish();
  }

  /// The sum of all frames except that of talker `own`; of all, without a number.
  [[nodiscard]] Sums sum_without(std::optional<std::size_t> own = {}) const {
    Sums sums(samples);
    for (std::size_t i = 0; i < samples; ++i) {
      for (std::size_t who = 0; who < frames.size(); ++who) {
        if (who == own) continue;
        sums[i] += who < codes.size() ? voice::test::g711_tables().decode[codes[who][i]]
                                      : pcm[who - codes.size()][i];
      }
    }
    return sums;
  }

  std::size_t samples;
  Mixer mixer;
  std::vector<Payload> codes;
  std::vector<Samples> pcm;
  std::vector<voice::Frame> frames;
  std::vector<std::int64_t> square_sums;
};

Sums limited(Sums sums, const Gains& gains) {
  for (std::size_t i = 0; i < sums.size(); ++i) {
    std::int64_t product = sums[i] * gains[i];
    if (product % 65536 < 0) product -= 65536;  // rounds down
    sums[i] = product / 65536;
  }
  return sums;
}

Payload encoded(const Sums& sums) {
  Payload out;
  for (const std::int64_t sum : sums) out.push_back(voice::test::g711_tables().encode(sum));
  return out;
}

Samples clipped(const Sums& sums) {
  Samples out;
  for (const std::int64_t sum : sums)
    out.push_back(static_cast<std::int16_t>(std::clamp<std::int64_t>(sum, -32768, 32767)));
  return out;
}

Gains random_gains(std::mt19937& random, std::size_t samples) {
  Gains gains(samples);
  for (auto& gain : gains) {
    const auto kind = random() % 4;
    gain = kind == 0   ? 65536
           : kind == 1 ? static_cast<std::int32_t>(1 + random() % 64)
                       : static_cast<std::int32_t>(1 + random() % 65536);
  }
  return gains;
}

}  // namespace

TEST_CASE("a limited mix is the gain times what is left without one's own, rounded down",
          "[mixer][limiter]") {
  const auto* const kernels = GENERATE(from_range(all_kernels()));
  const auto samples = GENERATE(1U, 31U, 32U, 33U, 160U, 221U, 960U);
  const auto ulaw_talkers = GENERATE(1U, 2U, 40U);
  const auto pcm_talkers = GENERATE(0U, 1U, 3U);
  std::mt19937 random(samples + 7 * ulaw_talkers + pcm_talkers);
  INFO(kernels->name << ", samples " << samples << ", µ-law " << ulaw_talkers << ", 16-bit "
                     << pcm_talkers);
  Tick tick(samples, ulaw_talkers, pcm_talkers, *kernels, random);
  const Gains gains = random_gains(random, samples);
  tick.mixer.limit(gains);

  Payload codes(samples, 0x55);
  Samples pcm(samples, 1);
  tick.mixer.mix(codes);
  tick.mixer.mix_minus({}, std::span{pcm});
  CHECK(codes == encoded(limited(tick.sum_without(), gains)));
  CHECK(pcm == clipped(limited(tick.sum_without(), gains)));
  for (std::size_t i = 0; i < tick.frames.size(); ++i) {
    tick.mixer.mix_minus(tick.frames[i], std::span{codes});
    tick.mixer.mix_minus(tick.frames[i], std::span{pcm});
    CHECK(codes == encoded(limited(tick.sum_without(i), gains)));
    CHECK(pcm == clipped(limited(tick.sum_without(i), gains)));
  }
}

TEST_CASE("the envelope is the largest magnitude of all mixes at each sample", "[mixer][limiter]") {
  const auto* const kernels = GENERATE(from_range(all_kernels()));
  const auto samples = GENERATE(1U, 33U, 160U, 221U);
  const auto ulaw_talkers = GENERATE(1U, 2U, 9U);
  const auto pcm_talkers = GENERATE(0U, 2U);
  std::mt19937 random(samples + 7 * ulaw_talkers + pcm_talkers);
  INFO(kernels->name << ", samples " << samples << ", µ-law " << ulaw_talkers << ", 16-bit "
                     << pcm_talkers);
  Tick tick(samples, ulaw_talkers, pcm_talkers, *kernels, random);

  Sums wanted(samples);
  for (std::size_t who = 0; who <= tick.frames.size(); ++who) {
    const Sums mix = tick.sum_without(who);  // the last is the full mix
    for (std::size_t i = 0; i < samples; ++i) wanted[i] = std::max(wanted[i], std::abs(mix[i]));
    if (who < tick.frames.size()) tick.mixer.measure(tick.frames[who]);
  }
  Gains envelope(samples, -1);
  tick.mixer.envelope(envelope);

  CHECK(Sums(envelope.begin(), envelope.end()) == wanted);
}

TEST_CASE("a full mix that nobody hears is not in the envelope", "[mixer][limiter]") {
  const auto* const kernels = GENERATE(from_range(all_kernels()));
  const auto samples = GENERATE(1U, 33U, 160U, 221U);
  const auto ulaw_talkers = GENERATE(1U, 2U, 9U);
  const auto pcm_talkers = GENERATE(0U, 2U);
  std::mt19937 random(samples + 7 * ulaw_talkers + pcm_talkers);
  INFO(kernels->name << ", samples " << samples << ", µ-law " << ulaw_talkers << ", 16-bit "
                     << pcm_talkers);
  Tick tick(samples, ulaw_talkers, pcm_talkers, *kernels, random);

  Sums wanted(samples);
  tick.mixer.measure_no_full_mix();
  for (std::size_t who = 0; who < tick.frames.size(); who += 2) {
    const Sums mix = tick.sum_without(who);
    for (std::size_t i = 0; i < samples; ++i) wanted[i] = std::max(wanted[i], std::abs(mix[i]));
    tick.mixer.measure(tick.frames[who]);
  }
  Gains envelope(samples, -1);
  tick.mixer.envelope(envelope);

  CHECK(Sums(envelope.begin(), envelope.end()) == wanted);
}

TEST_CASE("the mixer never says that nothing can clip when something does", "[mixer][limiter]") {
  const auto* const kernels = GENERATE(from_range(all_kernels()));
  std::mt19937 random(29);
  int clipping = 0, sure = 0, soft = 0;
  for (int round = 0; round < 2000; ++round) {
    Mixer mixer(4, *kernels);
    mixer.begin(4);
    std::vector<Payload> said;
    std::vector<std::int64_t> square_sums;
    const std::size_t talkers = 1 + random() % 4;
    for (std::size_t i = 0; i < talkers; ++i) {
      const auto quiet = random() % 0x60;  // codes of small samples are large
      Payload& frame = said.emplace_back(random_payload(random, 4));
      for (auto& code : frame) code = static_cast<std::uint8_t>((code & 0x80) | quiet);
      mixer.add(std::vector<voice::Bytes>{frame}, std::span{&square_sums.emplace_back(), 1});
    }
    mixer.finish();
    std::int64_t most = 0;
    for (std::size_t own = 0; own <= talkers; ++own) {
      std::int64_t loudest = 0;
      for (std::size_t i = 0; i < 4; ++i) {
        std::int64_t sum = 0;
        for (std::size_t who = 0; who < talkers; ++who) {
          if (who != own) sum += voice::test::g711_tables().decode[said[who][i]];
        }
        loudest = std::max(loudest, std::abs(sum));
      }
      most = std::max(most, loudest);
      if (own == talkers) continue;
      if (mixer.is_soft(square_sums[own])) {
        ++soft;
        REQUIRE(loudest <= 32767);
      } else {
        REQUIRE(mixer.may_clip(1));
      }
    }
    if (most > 32767) {
      ++clipping;
      REQUIRE(mixer.may_clip(1));
    }
    if (!mixer.may_clip(1)) ++sure;
  }
  CHECK(clipping > 100);
  CHECK(sure > 100);
  CHECK(soft > 100);
}

TEST_CASE("the tick after a limited one is not limited", "[mixer][limiter]") {
  const auto* const kernels = GENERATE(from_range(all_kernels()));
  std::mt19937 random(31);
  const std::vector<Payload> said{random_payload(random), random_payload(random)};
  const Gains gains(160, 1000);
  Mixer mixer(160, *kernels);
  Payload heard(160);
  for (const bool is_limited : {true, false}) {
    mixer.begin(160);
    for (const Payload& frame : said) mixer.add(voice::Frame{.ulaw = frame});
    mixer.finish();
    if (is_limited) mixer.limit(gains);
    CHECK(mixer.gains().empty() != is_limited);
    mixer.mix_minus({.ulaw = said[1]}, std::span{heard});
    CHECK((heard == mix_of(without(said, 1))) != is_limited);
  }
}

TEST_CASE("the maximum number of talkers, all at full scale, is limited without overflow",
          "[mixer][limiter]") {
  const auto* const kernels = GENERATE(from_range(all_kernels()));
  const auto loudest = GENERATE(std::uint8_t{0x00}, std::uint8_t{0x80});
  const Payload frame(4, loudest);
  Mixer mixer(4, *kernels);
  mixer.begin(4);
  for (std::size_t i = 0; i < voiced::participants_max_limit; ++i)
    mixer.add(voice::Frame{.ulaw = frame});
  mixer.finish();
  REQUIRE(mixer.may_clip(1));
  mixer.measure({.ulaw = frame});
  Gains levels(4);
  mixer.envelope(levels);
  CHECK(levels == Gains(4, static_cast<std::int32_t>(voiced::participants_max_limit) * 32124));

  const Gains gains(4, 16);
  mixer.limit(gains);
  Payload heard(4);
  mixer.mix(heard);
  const std::int64_t sum = std::int64_t{4096} * (loudest == 0x80 ? 32124 : -32124);
  CHECK(heard == encoded(limited(Sums(4, sum), gains)));
}
