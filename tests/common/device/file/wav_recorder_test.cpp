#include "common/device/file/wav_recorder.hpp"

#include "tests/common/device/sound_files.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/full_disk.hpp"
#include "tests/support/scratch_directory.hpp"

#include <algorithm>
#include <future>

using namespace voice;
using namespace voice::test;
using namespace std::chrono_literals;
using Samples = std::vector<std::int16_t>;
using State = WavRecorder::State;

namespace {

const AudioFormat format = AudioFormat::from_rate(8000).value();
constexpr auto long_enough = 60s;

// A disk that accepts no data until it is thawed.
class FrozenDisk {
 public:
  [[nodiscard]] WavRecorder::Open open(const std::string& path) const {
    return [thawed = thawed_, path] {
      thawed.wait();
      return WavWriter::open(path, format);
    };
  }
  void thaw() { thaw_.set_value(); }

 private:
  std::promise<void> thaw_;
  std::shared_future<void> thawed_ = thaw_.get_future().share();
};

Samples counting(std::size_t count) {
  Samples pcm(count);
  for (std::size_t i = 0; i < count; ++i) pcm[i] = static_cast<std::int16_t>(1 + i % 30011);
  return pcm;
}

}  // namespace

TEST_CASE("a disk that is frozen for seconds costs no sample", "[recorder]") {
  ScratchDirectory folder;
  const std::string path = folder.file("a.wav");
  const Samples pcm = counting(8000 * 20);
  FrozenDisk disk;
  WavRecorder recorder(path, format, disk.open(path));

  for (std::size_t i = 0; i < pcm.size(); i += 160) recorder.write(std::span(pcm).subspan(i, 160));
  CHECK(recorder.status().state == State::opening);
  CHECK(recorder.status().missing_samples == 0);
  disk.thaw();
  recorder.finish();

  CHECK(recorder.wait_until_finished(long_enough).state == State::finished);
  CHECK(recorder.status().missing_samples == 0);
  CHECK(read_sound_file(path).samples == pcm);
}

TEST_CASE("samples that a frozen disk cannot take are counted and replaced by silence",
          "[recorder]") {
  ScratchDirectory folder;
  const std::string path = folder.file("a.wav");
  const Samples pcm = counting(8000 * 40);
  FrozenDisk disk;
  WavRecorder recorder(path, format, disk.open(path));

  recorder.write(pcm);
  const auto missing = recorder.status().missing_samples;
  CHECK(missing == 8000 * 10);
  disk.thaw();
  REQUIRE(recorder.wait_until_open(long_enough).state == State::running);
  // Repeat until there is room for the silence and for what is said after it.
  const Samples after(160, std::int16_t{-5});
  std::size_t said = 0;
  std::uint64_t before = 0;
  do {
    before = recorder.status().missing_samples;
    recorder.write(after);
    said += after.size();
    std::this_thread::sleep_for(1ms);
  } while (recorder.status().missing_samples != before);
  recorder.finish();

  REQUIRE(recorder.wait_until_finished(long_enough).state == State::finished);
  const Samples got = read_sound_file(path).samples;
  REQUIRE(got.size() == pcm.size() + said);
  const auto kept = static_cast<std::ptrdiff_t>(pcm.size() - missing);
  CHECK(std::equal(pcm.begin(), pcm.begin() + kept, got.begin()));
  const auto silent = static_cast<std::ptrdiff_t>(recorder.status().missing_samples);
  CHECK(std::count(got.begin() + kept, got.end(), std::int16_t{0}) == silent);
  CHECK(got.back() == -5);
}

TEST_CASE("a disk that stays frozen holds up nobody, and what is missing is reported",
          "[recorder]") {
  ScratchDirectory folder;
  FrozenDisk disk;
  {
    WavRecorder recorder("a.wav", format, disk.open(folder.file("a.wav")));
    recorder.write(counting(8000));
    recorder.finish();

    const auto status = recorder.wait_until_finished(10ms);

    CHECK(status.state == State::opening);
    CHECK(status.path == "a.wav");
    CHECK(status.missing_samples == 8000);
  }
  disk.thaw();  // the thread that was left behind ends
}

TEST_CASE("a file that cannot be created is reported with the reason, and no write blocks",
          "[recorder]") {
  ScratchDirectory folder;
  WavRecorder recorder(folder.file("none/a.wav"), format);

  const auto status = recorder.wait_until_open(long_enough);

  CHECK(status.state == State::failed);
  CHECK(status.reason.find("o such file or directory") != std::string::npos);
  recorder.write(counting(8000));
  CHECK(recorder.status().missing_samples == 8000);
}

#ifdef __linux__
TEST_CASE("a recording whose file cannot be closed has failed, and says why", "[recorder]") {
  ScratchDirectory folder;
  const std::string path = folder.file("a.wav");
  WavRecorder recorder(path, format);
  REQUIRE(recorder.wait_until_open(long_enough).state == State::running);
  fill_disk_under(path);

  recorder.finish();

  const auto status = recorder.wait_until_finished(long_enough);
  CHECK(status.state == State::failed);
  CHECK(status.reason == "cannot write '" + path + "': No space left on device");
  CHECK(status.path == path);
}
#endif

TEST_CASE("a recording beside one that exists takes the next number, and says so", "[recorder]") {
  ScratchDirectory folder;
  const std::string path = folder.file("call.wav");
  {
    WavRecorder first(path, format);
    first.write(counting(100));
  }
  {
    WavRecorder second(path, format);
    CHECK(second.wait_until_open(long_enough).path == folder.file("call-2.wav"));
    second.write(counting(50));
  }

  CHECK(read_sound_file(path).samples == counting(100));
  CHECK(read_sound_file(folder.file("call-2.wav")).samples == counting(50));
}
