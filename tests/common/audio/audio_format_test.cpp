#include "common/audio/audio_format.hpp"

#include "tests/support/catch.hpp"

#include <limits>

using voice::AudioFormat;
using voice::FormatError;
using voice::FrameClock;

TEST_CASE("rates from 5000 to 48000 Hz are accepted, all others refused", "[audio_format]") {
  CHECK(AudioFormat::from_rate(5000).value().rate_hz() == 5000);
  CHECK(AudioFormat::from_rate(48000).value().rate_hz() == 48000);

  CHECK(AudioFormat::from_rate(4999).error() == FormatError::rate_too_low);
  CHECK(AudioFormat::from_rate(0).error() == FormatError::rate_too_low);
  CHECK(AudioFormat::from_rate(-8000).error() == FormatError::rate_too_low);
  CHECK(AudioFormat::from_rate(48001).error() == FormatError::rate_too_high);
  // Would be 8000 if it were truncated to 32 bits.
  CHECK(AudioFormat::from_rate((std::int64_t{1} << 32) + 8000).error() ==
        FormatError::rate_too_high);
  CHECK(AudioFormat::from_rate(std::numeric_limits<std::int64_t>::min()).error() ==
        FormatError::rate_too_low);
  CHECK(AudioFormat::from_rate(std::numeric_limits<std::int64_t>::max()).error() ==
        FormatError::rate_too_high);
}

TEST_CASE("the usual rates have the expected frame sizes", "[audio_format]") {
  struct Row {
    int rate_hz;
    std::size_t samples, samples_max;
  };
  const auto row = GENERATE(values<Row>({{5000, 100, 100},
                                         {8000, 160, 160},
                                         {11025, 220, 221},
                                         {16000, 320, 320},
                                         {22050, 441, 441},
                                         {32000, 640, 640},
                                         {44100, 882, 882},
                                         {47999, 959, 960},
                                         {48000, 960, 960}}));
  INFO("rate " << row.rate_hz);
  const auto format = AudioFormat::from_rate(row.rate_hz).value();

  CHECK(format.samples_per_frame() == row.samples);
  CHECK(format.samples_per_frame_max() == row.samples_max);
}

TEST_CASE("at every rate 50 frames are exactly one second, again and again", "[audio_format]") {
  for (int rate = voice::rate_hz_min; rate <= voice::rate_hz_max; ++rate) {
    const auto format = AudioFormat::from_rate(rate).value();
    FrameClock clock(format);
    bool lengths_legal = true;
    for (int second = 0; second < 3; ++second) {
      std::size_t sum = 0;
      for (int i = 0; i < voice::frames_per_second; ++i) {
        const std::size_t length = clock.next();
        sum += length;
        lengths_legal = lengths_legal && length >= format.samples_per_frame() &&
                        length <= format.samples_per_frame_max();
      }
      if (sum != static_cast<std::size_t>(rate)) FAIL("rate " << rate << " gave " << sum);
    }
    if (!lengths_legal) FAIL("a frame of illegal length at rate " << rate);
  }
}

TEST_CASE("a frame clock is never a whole sample away from the true time", "[audio_format]") {
  const int rate = GENERATE(11025, 5001, 47999, 44111);
  FrameClock clock(AudioFormat::from_rate(rate).value());

  std::int64_t sum = 0;
  for (std::int64_t frame = 1; frame <= 1000; ++frame) {
    sum += static_cast<std::int64_t>(clock.next());
    const std::int64_t behind_fiftieths = frame * rate - sum * voice::frames_per_second;
    REQUIRE(behind_fiftieths >= 0);
    REQUIRE(behind_fiftieths < voice::frames_per_second);
  }
}

TEST_CASE("11025 Hz alternates 220 and 221", "[audio_format]") {
  FrameClock clock(AudioFormat::from_rate(11025).value());

  CHECK(clock.next() == 220);
  CHECK(clock.next() == 221);
  CHECK(clock.next() == 220);
  CHECK(clock.next() == 221);
}

TEST_CASE("samples last as long as their rate says", "[audio_format]") {
  const auto narrow = AudioFormat::from_rate(8000).value();
  CHECK(narrow.duration(160) == voice::frame_duration);
  CHECK(narrow.duration(0) == voice::Duration{0});
  // A day, far beyond 32 bits of nanoseconds.
  CHECK(narrow.duration(std::size_t{8000} * 86'400) == std::chrono::hours{24});
  // A century at twice the pace, as a counter may hold it.
  CHECK(AudioFormat::from_rate(48000).value().duration(std::size_t{48000} * 2 * 3'155'760'000) ==
        std::chrono::seconds{6'311'520'000});
  CHECK(AudioFormat::from_rate(11025).value().duration(441) == std::chrono::milliseconds{40});
  CHECK(AudioFormat::from_rate(44100).value().duration(1) == std::chrono::nanoseconds{22675});
}

TEST_CASE("formats are equal when their rates are", "[audio_format]") {
  CHECK(AudioFormat::from_rate(8000) == AudioFormat::from_rate(8000));
  CHECK(AudioFormat::from_rate(8000) != AudioFormat::from_rate(8001));
}
