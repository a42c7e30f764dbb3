#include "common/audio/level.hpp"

#include "common/audio/tone.hpp"

#include "tests/support/catch.hpp"

#include <vector>

using voice::level_dbfs;
using voice::level_dbfs_min;
using voice::LevelMeter;

namespace {

using Samples = std::vector<std::int16_t>;

Samples square(std::int16_t amplitude) {
  Samples pcm(160, amplitude);
  for (std::size_t i = 0; i < pcm.size(); i += 2) pcm[i] = static_cast<std::int16_t>(-amplitude);
  return pcm;
}

}  // namespace

TEST_CASE("silence and nothing at all read the minimum", "[level]") {
  CHECK(level_dbfs({}) == level_dbfs_min);
  CHECK(level_dbfs(Samples(160, 0)) == level_dbfs_min);
}

TEST_CASE("a full-scale square wave reads 0 dBFS and each halving 6 dB less", "[level]") {
  CHECK(level_dbfs(Samples(160, -32768)) == 0.0);
  CHECK(level_dbfs(square(32767)) == Approx(0.0).margin(0.001));
  CHECK(level_dbfs(square(16384)) == Approx(-6.0206).margin(0.0001));
  CHECK(level_dbfs(square(328)) == Approx(-39.99).margin(0.01));
  CHECK(level_dbfs(square(1)) == Approx(-90.309).margin(0.001));
}

TEST_CASE("a full-scale sine reads -3 dBFS at any rate", "[level]") {
  const int rate = GENERATE(5000, 8000, 11025, 44100, 48000);
  const auto format = voice::AudioFormat::from_rate(rate).value();
  voice::Tone tone(format, 1000.0, 32767.0);
  Samples pcm(static_cast<std::size_t>(rate));
  tone.generate(pcm);

  CHECK(level_dbfs(pcm) == Approx(-3.01).margin(0.01));
}

TEST_CASE("a single faint sample in a long frame reads no lower than the minimum", "[level]") {
  Samples pcm(960, 0);
  pcm[500] = 1;

  CHECK(level_dbfs(pcm) == level_dbfs_min);
}

TEST_CASE("an hour of full scale does not overflow", "[level]") {
  CHECK(level_dbfs(Samples(std::size_t{3600} * 8000, -32768)) == 0.0);
}

TEST_CASE("a meter starts at the minimum and rises at once", "[level]") {
  LevelMeter meter;
  CHECK(meter.dbfs() == level_dbfs_min);

  meter.add(square(16384));

  CHECK(meter.dbfs() == Approx(-6.0206).margin(0.0001));
}

TEST_CASE("a meter falls 20 dB in 1.5 s, evenly, and rests at the minimum", "[level]") {
  LevelMeter meter;
  meter.add(Samples(160, -32768));

  double before = meter.dbfs();
  for (int tick = 0; tick < 75; ++tick) {
    meter.add_silence();
    CHECK(before - meter.dbfs() == Approx(20.0 / 75));
    before = meter.dbfs();
  }
  CHECK(meter.dbfs() == Approx(-20.0));

  for (int tick = 0; tick < 500; ++tick) meter.add_silence();
  CHECK(meter.dbfs() == level_dbfs_min);
}

TEST_CASE("a meter falls no lower than what is heard, and a louder frame lifts it", "[level]") {
  LevelMeter meter;
  meter.add(square(32767));
  for (int tick = 0; tick < 200; ++tick) meter.add(square(3277));
  CHECK(meter.dbfs() == Approx(-20.0).margin(0.01));

  meter.add(square(16384));
  CHECK(meter.dbfs() == Approx(-6.0206).margin(0.0001));
}

TEST_CASE("a frame of zeros moves a meter as a missing frame does", "[level]") {
  LevelMeter zeros;
  LevelMeter absent;
  zeros.add(square(9000));
  absent.add(square(9000));

  zeros.add(Samples(160, 0));
  absent.add_silence();

  CHECK(zeros.dbfs() == absent.dbfs());
}
