#include "common/wire/limits.hpp"

#include "tests/support/catch.hpp"

using voice::AudioFormat;

TEST_CASE("four frames of the rate fit into a message, and so does any text", "[limits]") {
  struct Row {
    int rate_hz;
    std::size_t bytes_max;
  };
  const auto row = GENERATE(values<Row>({{5000, 1024},
                                         {8000, 1024},
                                         {11025, 1024},
                                         {16000, 1292},
                                         {22050, 1776},
                                         {44100, 3540},
                                         {48000, 3852}}));
  INFO("rate " << row.rate_hz);

  CHECK(voice::message_bytes_max(AudioFormat::from_rate(row.rate_hz).value()) == row.bytes_max);
}

TEST_CASE("a message has room for samples of more than a byte", "[limits]") {
  const AudioFormat format = AudioFormat::from_rate(48000).value();

  CHECK(voice::message_bytes_max(format, 2) == 12 + 4 * 960 * 2);
}

TEST_CASE("no rate has longer messages than the limit for all rates", "[limits]") {
  std::size_t longest = 0;
  for (int rate = voice::rate_hz_min; rate <= voice::rate_hz_max; ++rate) {
    longest = std::max(longest, voice::message_bytes_max(AudioFormat::from_rate(rate).value()));
  }

  CHECK(longest == voice::message_bytes_max_any_rate);
}
