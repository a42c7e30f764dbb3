// Counts every operator new while a call runs: once sound flows, a frame makes none.
#include "tests/client/call/caller_fixture.hpp"
#include "tests/support/counted_new.hpp"

using namespace voicecli;
using namespace voicecli::test;

TEST_CASE("ten thousand frames of a call, both ways, allocate nothing", "[allocations]") {
  const int rate_hz = GENERATE(8000, 11025);
  const voice::AudioFormat format = *voice::AudioFormat::from_rate(rate_hz);
  voice::TimePoint now = start;
  Caller caller(caller_options(), 4711);
  caller.start(now);
  caller.connected(now);
  caller.received(announce("SamplesPerSecond:" + std::to_string(rate_hz)), now);
  while (caller.step(now)) {
  }
  voice::FrameClock microphone(format);
  const Stream heard = packet(1, 0x10, format.samples_per_frame());

  std::size_t sent_bytes = 0;
  const auto frame = [&] {
    now += voice::frame_duration;
    Call& call = *caller.call_for_sound();
    const auto space = call.capture_space().first(microphone.next());
    std::fill(space.begin(), space.end(), std::int16_t{9000});
    call.captured(space.size());
    caller.received(heard, now);
    caller.tick(now);
    while (const auto action = caller.step(now)) {
      const auto* const write = std::get_if<action::Write>(&*action);
      if (write == nullptr) continue;
      sent_bytes += write->bytes.size();
      caller.sent(write->bytes.size(), now);
    }
    return caller.call_for_sound()->play({}, now).size();
  };
  for (int i = 0; i < 100; ++i) REQUIRE(frame() >= format.samples_per_frame());

  const std::uint64_t before = voice::test::allocations();
  sent_bytes = 0;
  std::size_t heard_samples = 0;
  for (int i = 0; i < 10'000; ++i) heard_samples += frame();
  CHECK(voice::test::allocations() - before == 0);
  CHECK(heard_samples == static_cast<std::size_t>(rate_hz) * 200);
  CHECK(sent_bytes > heard_samples);
}
