#include "server/room/mixer.hpp"

#include "server/room/options.hpp"

#include "tests/server/room/test_room.hpp"

#include <algorithm>
#include <numeric>
#include <random>

using voiced::Mixer;
using voiced::MixKernels;
using voiced::test::mix_of;
using voiced::test::Payload;
using voiced::test::random_payload;
using voiced::test::silence;
using voiced::test::without;

namespace {

// Every set of loops this machine can run.
std::vector<const MixKernels*> all_kernels() {
  std::vector<const MixKernels*> all{&voiced::portable_mix_kernels()};
  if (const MixKernels* const avx2 = voiced::avx2_mix_kernels()) all.push_back(avx2);
  return all;
}

std::vector<Payload> random_talkers(std::mt19937& random, std::size_t talkers,
                                    std::size_t samples) {
  std::vector<Payload> all;
  for (std::size_t i = 0; i < talkers; ++i) all.push_back(random_payload(random, samples));
  return all;
}

/// Adds talkers in groups of `together`, from one to as many as a group may have.
void add_all(Mixer& mixer, const std::vector<Payload>& talkers, std::size_t together) {
  std::array<std::int64_t, voiced::mix_group_frames> square_sums;
  for (std::size_t at = 0; at < talkers.size();) {
    const std::size_t count = std::min(together, talkers.size() - at);
    const std::vector<voice::Bytes> frames(
        talkers.begin() + static_cast<std::ptrdiff_t>(at),
        talkers.begin() + static_cast<std::ptrdiff_t>(at + count));
    mixer.add(frames, std::span{square_sums}.first(count));
    at += count;
  }
  mixer.finish();
}

Mixer mixer_of(const std::vector<Payload>& talkers, const MixKernels& kernels,
               std::size_t together = voiced::mix_group_frames) {
  Mixer mixer(talkers.front().size(), kernels);
  mixer.begin(talkers.front().size());
  add_all(mixer, talkers, together);
  return mixer;
}

Payload mix(const Mixer& mixer, std::size_t samples) {
  Payload out(samples, 0x55);
  mixer.mix(out);
  return out;
}

Payload mix_minus(const Mixer& mixer, const Payload& own) {
  Payload out(own.size(), 0x55);
  mixer.mix_minus({.ulaw = own}, out);
  return out;
}

}  // namespace

TEST_CASE("every mix is the exact sum of the others, clipped once", "[mixer]") {
  const auto* const kernels = GENERATE(from_range(all_kernels()));
  const auto talkers = GENERATE(1U, 2U, 3U, 7U, 40U);
  const auto samples = GENERATE(1U, 31U, 32U, 33U, 100U, 160U, 221U, 882U, 960U);
  std::mt19937 random(talkers * 31 + samples);
  INFO(kernels->name << ", talkers " << talkers << ", samples " << samples);

  const auto said = random_talkers(random, talkers, samples);
  const Mixer mixer = mixer_of(said, *kernels);

  CHECK(mix(mixer, samples) == mix_of(said, samples));
  for (std::size_t listener = 0; listener < talkers; ++listener) {
    CHECK(mix_minus(mixer, said[listener]) == mix_of(without(said, listener), samples));
  }
}

TEST_CASE("any sum of two codes is mixed exactly", "[mixer]") {
  const auto* const kernels = GENERATE(from_range(all_kernels()));
  INFO(kernels->name);
  Payload all_codes(256);
  std::iota(all_codes.begin(), all_codes.end(), std::uint8_t{0});

  for (int code = 0; code < 256; ++code) {
    const std::vector<Payload> said{all_codes, Payload(256, static_cast<std::uint8_t>(code))};
    const Mixer mixer = mixer_of(said, *kernels);
    if (mix(mixer, 256) != mix_of(said, 256)) FAIL_CHECK("mixed with code " << code);
    if (mix_minus(mixer, said[1]) != mix_of({said[0]}, 256)) FAIL_CHECK("minus code " << code);
  }
}

TEST_CASE("a talker's own sound does not change what it hears, also when the mix clips",
          "[mixer]") {
  const auto* const kernels = GENERATE(from_range(all_kernels()));
  std::mt19937 random(7);
  auto said = random_talkers(random, 5, 160);
  const Payload heard = mix_minus(mixer_of(said, *kernels), said[2]);

  for (const int own : {0x00, 0x7E, 0x7F, 0x80, 0xFF}) {
    said[2].assign(160, static_cast<std::uint8_t>(own));
    INFO(kernels->name << ", own code " << own);
    CHECK(mix_minus(mixer_of(said, *kernels), said[2]) == heard);
  }
}

TEST_CASE("a lone talker hears exact silence, in the place where its own frame was", "[mixer]") {
  const auto* const kernels = GENERATE(from_range(all_kernels()));
  std::mt19937 random(11);
  auto said = random_talkers(random, 1, 221);
  const Mixer mixer = mixer_of(said, *kernels);

  mixer.mix_minus({.ulaw = said[0]}, said[0]);

  CHECK(said[0] == silence(221));
}

TEST_CASE("the order of the talkers does not matter", "[mixer]") {
  const auto* const kernels = GENERATE(from_range(all_kernels()));
  std::mt19937 random(13);
  auto said = random_talkers(random, 9, 160);
  const Payload before = mix(mixer_of(said, *kernels), 160);

  std::shuffle(said.begin(), said.end(), random);

  CHECK(mix(mixer_of(said, *kernels), 160) == before);
}

TEST_CASE("the maximum number of talkers, all at full scale, does not overflow the bus",
          "[mixer]") {
  const auto* const kernels = GENERATE(from_range(all_kernels()));
  const auto loudest = GENERATE(std::uint8_t{0x00}, std::uint8_t{0x80});
  const Payload frame(4, loudest);
  Mixer mixer(4, *kernels);
  mixer.begin(4);
  add_all(mixer, std::vector<Payload>(voiced::participants_max_limit, frame),
          voiced::mix_group_frames);

  CHECK(mix(mixer, 4) == frame);
  CHECK(mix_minus(mixer, frame) == frame);
}

TEST_CASE("no tick depends on the one before, also when it is shorter", "[mixer]") {
  const auto* const kernels = GENERATE(from_range(all_kernels()));
  Mixer mixer(221, *kernels);
  mixer.begin(221);
  add_all(mixer, {Payload(221, 0x90)}, 1);
  CHECK(mix(mixer, 221) == Payload(221, 0x90));

  mixer.begin(220);
  add_all(mixer, {Payload(220, 0x7E)}, 1);
  CHECK(mix(mixer, 220) == Payload(220, 0x7E));

  mixer.begin(221);
  mixer.finish();
  CHECK(mix(mixer, 221) == silence(221));
}

TEST_CASE("adding frames tells how loud each of them is, exactly", "[mixer]") {
  const auto* const kernels = GENERATE(from_range(all_kernels()));
  const auto samples = GENERATE(1U, 33U, 480U, 481U, 960U);
  const auto together = GENERATE(range(std::size_t{1}, voiced::mix_group_frames + 1));
  std::mt19937 random(samples);
  INFO(kernels->name << ", samples " << samples << ", together " << together);
  std::vector<Payload> said = random_talkers(random, together, samples);
  said.back().assign(samples, 0x80);
  std::vector<std::int64_t> expected, square_sums(together);
  for (const Payload& frame : said) {
    expected.push_back(0);
    for (const std::uint8_t code : frame) {
      const std::int64_t sample = voice::test::g711_tables().decode[code];
      expected.back() += sample * sample;
    }
  }

  Mixer mixer(samples, *kernels);
  mixer.begin(samples);
  mixer.add(std::vector<voice::Bytes>(said.begin(), said.end()), square_sums);

  CHECK(square_sums == expected);
}

TEST_CASE("how many are added at once does not matter", "[mixer]") {
  const auto* const kernels = GENERATE(from_range(all_kernels()));
  const auto together = GENERATE(range(std::size_t{1}, voiced::mix_group_frames + 1));
  const auto loud = GENERATE(false, true);
  std::mt19937 random(17);
  INFO(kernels->name << ", together " << together << ", loud " << loud);
  std::vector<Payload> said = random_talkers(random, 9, 221);
  // Four at full scale, of one sign: the most that has to fit into 16 bits.
  if (loud) std::fill(said.begin(), said.end(), Payload(221, 0x80));

  CHECK(mix(mixer_of(said, *kernels, together), 221) == mix_of(said, 221));
}
