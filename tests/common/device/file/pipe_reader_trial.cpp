// A reader of stdout whose clock is inaccurate, on a real pipe.
#include "common/device/file/byte_pipe.hpp"
#include "common/device/file/pipe_playback.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/eventually.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <thread>

using namespace voice;
using namespace std::chrono_literals;
using test::eventually;
using Samples = std::vector<std::int16_t>;

namespace {

const AudioFormat format = AudioFormat::from_rate(8000).value();

}  // namespace

TEST_CASE("stdout is played at the pace of its reader, sample for sample", "[pipe]") {
  const int lump_samples = GENERATE(150, 170);  // every other 20 ms: 3 % slow or fast
  std::array<int, 2> ends{-1, -1};
  REQUIRE(pipe2(ends.data(), O_CLOEXEC) == 0);
  PipePlayback playback(ends[1], format);
  TimePoint now{1h};
  std::int16_t next = 0;
  Samples got;
  const auto feed = [&] {
    while (playback.wanted(now) > 0) {
      Samples pcm(160);
      for (std::int16_t& sample : pcm) sample = next++;
      playback.write(pcm, now);
    }
  };
  for (int frame = 0; frame < 500; ++frame) {
    for (int look = 0; look < 4; ++look) {
      now += 5ms;
      feed();
    }
    const auto wanted = static_cast<std::size_t>(frame % 2 == 0 ? lump_samples : 160);
    // Wait until the pipe's thread has written everything.
    REQUIRE(eventually([&] {
      const std::size_t in_pipe = waiting_bytes(ends[0]) / 2;
      return in_pipe >= wanted && playback.latency() == format.duration(in_pipe);
    }));
    Samples lump(wanted);
    REQUIRE(read(ends[0], lump.data(), 2 * wanted) == static_cast<ssize_t>(2 * wanted));
    got.insert(got.end(), lump.begin(), lump.end());
  }

  CHECK(playback.status().gap_samples == 0);
  CHECK(playback.latency() <= 100ms);
  for (std::size_t i = 0; i < got.size(); ++i) {
    REQUIRE(got[i] == static_cast<std::int16_t>(i));
  }
  close(ends[0]);
}
