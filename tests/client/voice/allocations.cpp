// Counts every operator new while a voice is processed, the library's included: a block makes none.
#include "tests/client/voice/room.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/counted_new.hpp"

using namespace voicecli;
using namespace voicecli::test;

TEST_CASE("ten seconds of a processed voice allocate nothing", "[allocations]") {
  const int rate_hz = GENERATE(8000, 11025, 16000, 48000);
  CAPTURE(rate_hz);
  const auto format = *voice::AudioFormat::from_rate(rate_hz);
  VoicePath path(format, make_voice_processor(
                             voice_processing_rate_hz(rate_hz),
                             {.cancel_echo = true, .suppress_noise = true, .control_gain = true}));
  const Sound far = bench::speech(rate_hz, 11);
  const Sound near = bench::speech(rate_hz, 11, 7);
  voice::FrameClock clock(format);
  std::size_t at = 0;
  std::size_t voiced = 0;
  const auto frame = [&] {
    const std::size_t count = clock.next();
    const StreamMoment moment{true, 1, 0, std::chrono::milliseconds{60}};
    for (int i = 0; i < 4; ++i) path.observe(moment, moment);
    path.played(std::span{far}.subspan(at, count));
    voiced += path.process(std::span{near}.subspan(at, count)).pcm.size();
    at += count;
  };
  for (int i = 0; i < 50; ++i) frame();

  const std::uint64_t before = voice::test::allocations();
  voiced = 0;
  for (int i = 0; i < 500; ++i) frame();

  CHECK(voice::test::allocations() - before == 0);
  CHECK(voiced > static_cast<std::size_t>(rate_hz) * 99 / 10);
}
