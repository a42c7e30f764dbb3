#include "client/net/file_watch.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/full_disk.hpp"
#include "tests/support/scratch_directory.hpp"

#include <chrono>
#include <memory>

using namespace voice::test;
using namespace std::chrono_literals;
using voice::WavRecorder;
using voicecli::FileWatch;

namespace {

struct Watched {
  explicit Watched(FileWatch::Role role) : watch(role, path, file, format) {
    REQUIRE(file->wait_until_open(60s).state == WavRecorder::State::running);
    (void)watch.changes();
  }

  ScratchDirectory folder;
  std::string path = folder.file("a.wav");
  voice::AudioFormat format = voice::AudioFormat::from_rate(8000).value();
  std::shared_ptr<WavRecorder> file = std::make_shared<WavRecorder>(path, format);
  FileWatch watch;
};

}  // namespace

TEST_CASE("a file that is written to its end is complete", "[file_watch]") {
  Watched watched(GENERATE(FileWatch::Role::recording, FileWatch::Role::output));

  CHECK(watched.watch.finish(std::chrono::steady_clock::now() + 60s).empty());

  CHECK_FALSE(watched.watch.incomplete());
}

#ifdef __linux__
TEST_CASE("a file that cannot be closed is told at the end, be it a recording or the loudspeaker's",
          "[file_watch]") {
  Watched watched(GENERATE(FileWatch::Role::recording, FileWatch::Role::output));
  fill_disk_under(watched.path);

  const auto events = watched.watch.finish(std::chrono::steady_clock::now() + 60s);

  CHECK(watched.watch.incomplete());
  REQUIRE(events.size() == 1);
  const auto* const failed = std::get_if<voicecli::event::RecordingFailed>(&events[0]);
  REQUIRE(failed != nullptr);
  CHECK(failed->reason == "cannot write '" + watched.path + "': No space left on device");
}
#endif
