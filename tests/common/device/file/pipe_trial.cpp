// stdin and stdout as devices, on real pipes with their real threads.
#include "common/device/file/pipe_capture.hpp"
#include "common/device/file/pipe_playback.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/eventually.hpp"
#include "tests/support/pipe.hpp"
#include "tests/support/scratch_directory.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <numeric>
#include <thread>

using namespace voice;
using namespace std::chrono_literals;
using test::eventually;
using test::Pipe;
using Samples = std::vector<std::int16_t>;

namespace {

const AudioFormat format = AudioFormat::from_rate(8000).value();
const TimePoint start{1h};

Samples counting(std::size_t count) {
  Samples pcm(count);
  std::iota(pcm.begin(), pcm.end(), std::int16_t{-1000});
  return pcm;
}

void put(int descriptor, const void* bytes, std::size_t count) {
  REQUIRE(write(descriptor, bytes, count) == static_cast<ssize_t>(count));
}

}  // namespace

TEST_CASE("what arrives on stdin is heard, sample for sample, until it ends", "[pipe]") {
  Pipe pipe;
  PipeCapture capture(pipe.reader(), format);
  const Samples pcm = counting(1000);
  const auto* bytes = reinterpret_cast<const char*>(pcm.data());
  // Cut in the middle of a sample: pipes keep no boundaries.
  put(pipe.writer(), bytes, 333);
  Samples heard;
  Samples piece(160);
  TimePoint now = start;
  const auto listen = [&] {
    const std::size_t count = capture.read(piece, now += 20ms);
    heard.insert(heard.end(), piece.begin(), piece.begin() + static_cast<std::ptrdiff_t>(count));
  };
  REQUIRE(eventually([&] {
    listen();
    return heard.size() == 166;
  }));
  put(pipe.writer(), bytes + 333, 2000 - 333);
  pipe.close_writer();

  REQUIRE(eventually([&] {
    listen();
    return capture.status().state == DeviceState::ended;
  }));
  CHECK(heard == pcm);
}

TEST_CASE("a named pipe is heard whole, although its writer comes after the call began", "[pipe]") {
  const test::ScratchDirectory folder;
  const std::string path = folder.file("pipe");
  REQUIRE(mkfifo(path.c_str(), 0600) == 0);
  PipeCapture capture(std::make_shared<PipeSource>(path), format);
  Samples piece(160);
  TimePoint now = start;
  CHECK(capture.read(piece, now) == 0);
  CHECK(capture.status().state == DeviceState::running);

  const Samples pcm = counting(1000);
  const int writer = open(path.c_str(), O_WRONLY | O_CLOEXEC);  // waits for a reader
  REQUIRE(writer >= 0);
  std::this_thread::sleep_for(200ms);  // longer than a read waits: a silent writer ends nothing
  put(writer, pcm.data(), pcm.size() * 2);
  close(writer);

  Samples heard;
  REQUIRE(eventually([&] {
    const std::size_t count = capture.read(piece, now += 20ms);
    heard.insert(heard.end(), piece.begin(), piece.begin() + static_cast<std::ptrdiff_t>(count));
    return capture.status().state == DeviceState::ended;
  }));
  CHECK(heard == pcm);
  CHECK(capture.status().detail == path);
}

TEST_CASE("a named pipe without a writer is silent, and closes at once", "[pipe]") {
  const test::ScratchDirectory folder;
  const std::string path = folder.file("pipe");
  REQUIRE(mkfifo(path.c_str(), 0600) == 0);
  PipeCapture capture(std::make_shared<PipeSource>(path), format);
  Samples piece(160);
  for (int tick = 0; tick < 30; ++tick) {
    CHECK(capture.read(piece, start + tick * 20ms) == 0);
    std::this_thread::sleep_for(10ms);
  }
  CHECK(capture.status().state == DeviceState::running);
}

TEST_CASE("a named pipe that is not there fails, with the reason", "[pipe]") {
  const test::ScratchDirectory folder;
  const std::string path = folder.file("pipe");
  PipeCapture capture(std::make_shared<PipeSource>(path), format);
  Samples piece(160);
  REQUIRE(eventually([&] {
    static_cast<void>(capture.read(piece, start));
    return capture.status().state == DeviceState::failed;
  }));
  CHECK(capture.status().detail == path + ": No such file or directory");
}

TEST_CASE("stdin is heard no faster than it is spoken, and read ahead only a little", "[pipe]") {
  Pipe pipe;
  PipeCapture capture(pipe.reader(), format);
  fcntl(pipe.writer(), F_SETFL, O_NONBLOCK);
  const Samples second(8000, std::int16_t{1});
  std::size_t written = 0;
  const auto write_all_it_takes = [&] {
    for (ssize_t n = 0; (n = write(pipe.writer(), second.data(), 1000)) > 0;) {
      written += static_cast<std::size_t>(n) / 2;
    }
  };
  for (int i = 0; i < 20; ++i) {  // long enough for an unbounded reader to take it all
    write_all_it_takes();
    std::this_thread::sleep_for(10ms);
  }
  CHECK(written < 8000 * 12);  // at most twice the pipe itself and three seconds

  Samples piece(8000);
  std::size_t heard = 0;
  for (int tick = 0; tick <= 50; ++tick) {
    write_all_it_takes();
    heard += capture.read(piece, start + tick * 20ms);
    std::this_thread::sleep_for(1ms);
  }
  CHECK(heard > 0);
  CHECK(heard <= 8000 + 200);
}

TEST_CASE("a stdin that is silent for long does not make a burst of what follows", "[pipe]") {
  Pipe pipe;
  PipeCapture capture(pipe.reader(), format);
  Samples piece(8000);
  CHECK(capture.read(piece, start) == 0);
  const Samples second(4000, std::int16_t{1});
  put(pipe.writer(), second.data(), 8000);
  std::size_t heard = 0;

  REQUIRE(eventually([&] {
    heard += capture.read(piece, start + 100s);
    return heard > 0;
  }));

  CHECK(heard <= 1800);  // the lead and 200 ms
}

TEST_CASE("a microphone on a silent stdin can be closed at once", "[pipe]") {
  Pipe pipe;
  const PipeCapture capture(pipe.reader(), format);
  CHECK(capture.status().state == DeviceState::running);
}

namespace {

// Writes what a microphone's program would: the value of a sample is its time in hundredths of a
// second. What the pipe does not accept is lost. Lumps of 20 ms never catch up, or they would look
// like a file on a busy machine. Larger lumps hold all that was spoken since the previous one.
class LiveSource {
 public:
  explicit LiveSource(int descriptor, std::chrono::milliseconds lump = 20ms)
      : thread_([this, descriptor, lump] { run(descriptor, lump); }) {
    fcntl(descriptor, F_SETFL, O_NONBLOCK);
  }
  ~LiveSource() {
    stop_ = true;
    thread_.join();
  }
  LiveSource(const LiveSource&) = delete;
  LiveSource& operator=(const LiveSource&) = delete;
  [[nodiscard]] std::int16_t hundredths() const {
    const auto since = std::chrono::steady_clock::now() - start_;
    return static_cast<std::int16_t>(since / 10ms);
  }

 private:
  void run(int descriptor, std::chrono::milliseconds lump) {
    for (std::int16_t spoken = 0; !stop_;) {
      std::this_thread::sleep_for(lump);
      const std::int16_t now = hundredths();
      Samples piece;
      if (lump == 20ms) spoken = static_cast<std::int16_t>(now - 2);
      while (spoken < now) piece.insert(piece.end(), 80, ++spoken);
      static_cast<void>(!write(descriptor, piece.data(), piece.size() * 2));
    }
  }
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
  std::atomic<bool> stop_{false};
  std::thread thread_;
};

struct LiveSound {
  std::size_t samples = 0;
  std::int16_t oldest_hundredths = 0;  // the age of the oldest sample when it was heard
};

// Begins a call that listens to `live` through `source` until it has heard more than `samples`.
LiveSound hear(const std::shared_ptr<PipeSource>& source, const LiveSource& live,
               std::size_t samples) {
  PipeCapture capture(source, format);
  Samples piece(8000);
  LiveSound sound;
  REQUIRE(eventually([&] {
    const std::size_t count = capture.read(piece, std::chrono::steady_clock::now());
    for (std::size_t i = 0; i < count; ++i) {
      const auto age = static_cast<std::int16_t>(live.hundredths() - piece[i]);
      sound.oldest_hundredths = std::max(sound.oldest_hundredths, age);
    }
    sound.samples += count;
    return sound.samples > samples;
  }));
  return sound;
}

}  // namespace

TEST_CASE("a live source that waited for the call is heard as it speaks now", "[pipe]") {
  Pipe pipe;
  const auto source = std::make_shared<PipeSource>(pipe.reader());
  LiveSource live(pipe.writer());
  std::this_thread::sleep_for(4s);

  const LiveSound sound = hear(source, live, 4000);

  CHECK(source->is_live());
  CHECK(sound.oldest_hundredths < 150);  // 1.5 s; 4 s if nothing had been dropped
  // While nobody reads, sound waits for up to 300 ms.
  CHECK(eventually([&] { return source->waited() > 100ms; }));
  CHECK(source->waited() < 400ms);
}

TEST_CASE("a live source that comes in large lumps is heard whole, and as it speaks now",
          "[pipe]") {
  Pipe pipe;
  const auto source = std::make_shared<PipeSource>(pipe.reader());
  LiveSource live(pipe.writer(), GENERATE(400ms, 700ms));
  std::this_thread::sleep_for(8s);

  const LiveSound sound = hear(source, live, 4 * 8000);

  CHECK(sound.oldest_hundredths < 400);  // 4 s; 8 s if nothing had been dropped
  CHECK(source->dropped_samples() < sound.samples / 2);
}

TEST_CASE("a file on stdin is heard whole, however late the call begins", "[pipe]") {
  Pipe pipe;
  const auto source = std::make_shared<PipeSource>(pipe.reader());
  Samples pcm(8000 * 150);  // more than is read ahead before the call
  for (std::size_t i = 0; i < pcm.size(); ++i) pcm[i] = static_cast<std::int16_t>(i % 30011);
  std::thread writer([&] {
    const auto* bytes = reinterpret_cast<const char*>(pcm.data());
    for (std::size_t at = 0; at < pcm.size() * 2;) {
      const ssize_t count = write(pipe.writer(), bytes + at, pcm.size() * 2 - at);
      if (count <= 0) break;
      at += static_cast<std::size_t>(count);
    }
    pipe.close_writer();
  });
  std::this_thread::sleep_for(500ms);

  PipeCapture capture(source, format);
  CHECK(capture.latency() == 0ms);  // stored sound has no delay
  Samples heard;
  Samples piece(8000);
  TimePoint now = start;
  const bool ended = eventually([&] {
    std::size_t count = 0;
    do {
      count = capture.read(piece, now += 100ms);
      heard.insert(heard.end(), piece.begin(), piece.begin() + static_cast<std::ptrdiff_t>(count));
    } while (count > 0);
    return capture.status().state == DeviceState::ended;
  });
  writer.join();

  REQUIRE(ended);
  CHECK(heard == pcm);
}

TEST_CASE("what piled up before stdout's reader came drains, though it reads no faster than sound",
          "[pipe]") {
  Pipe pipe;
  PipePlayback playback(pipe.writer(), format);
  TimePoint now = start;
  const auto pass_a_frame = [&] {
    for (int look = 0; look < 4; ++look) {
      now += 5ms;
      while (playback.wanted(now) > 0) playback.write(counting(160), now);
    }
    std::this_thread::sleep_for(4ms);
  };
  for (int frame = 0; frame < 100; ++frame) pass_a_frame();
  CHECK(playback.latency() > 100ms);
  CHECK(playback.latency() <= 250ms);

  fcntl(pipe.reader(), F_SETFL, O_NONBLOCK);
  std::array<char, 320> bytes{};
  for (int frame = 0; frame < 300; ++frame) {
    pass_a_frame();
    static_cast<void>(!read(pipe.reader(), bytes.data(), bytes.size()));
  }

  CHECK(playback.latency() <= 100ms);
}

TEST_CASE("what is played is written to stdout, little-endian, to the last sample", "[pipe]") {
  Pipe pipe;
  const Samples pcm = counting(1500);
  {
    PipePlayback playback(pipe.writer(), format);
    playback.write(pcm, start);
  }
  pipe.close_writer();

  Samples got(2000);
  std::size_t bytes = 0;
  for (ssize_t n = 0;
       (n = read(pipe.reader(), reinterpret_cast<char*>(got.data()) + bytes, 4000 - bytes)) > 0;) {
    bytes += static_cast<std::size_t>(n);
  }
  got.resize(bytes / 2);
  CHECK(got == pcm);
}

TEST_CASE("a reader of stdout that has gone fails the loudspeaker, not the program", "[pipe]") {
  Pipe pipe;
  PipePlayback playback(pipe.writer(), format);
  pipe.close_reader();

  REQUIRE(eventually([&] {
    playback.write(counting(160), start);
    return playback.status().state == DeviceState::failed;
  }));
  CHECK(playback.status().detail == "stdout: its reader has gone");
  playback.write(counting(160), start);
  CHECK(playback.status().gap_samples >= 160);
}

TEST_CASE("a reader of stdout that is slow loses the oldest sound and delays nothing", "[pipe]") {
  Pipe pipe;
  PipePlayback playback(pipe.writer(), format);

  REQUIRE(eventually([&] {  // far more than the pipe and the queue hold
    for (int i = 0; i < 50; ++i) playback.write(counting(160), start);
    return playback.status().gap_samples > 100'000;
  }));

  CHECK(playback.latency() <= 200ms);
  CHECK(playback.status().state == DeviceState::running);
}
