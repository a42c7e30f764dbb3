#include "common/device/file/pipe_source.hpp"

#include "common/device/file/byte_pipe.hpp"

#include <algorithm>
#include <array>
#include <chrono>

namespace voice {
namespace {

using std::chrono::milliseconds;

// Before the call and its rate are known: a minute at 8000 Hz, ten seconds at 48 kHz.
constexpr std::size_t ring_samples = std::size_t{1024} * 1024;
constexpr std::size_t waiting_bytes_max = std::size_t{1024} * 1024;  // Linux' largest pipe
constexpr milliseconds read_ahead{200};  // of a stored source, during a call
// As for a sound card, older sound is dropped. If larger bursts come, their length is added.
constexpr milliseconds live_age_max{300};
constexpr milliseconds live_kept{60};
// The call takes up to this much at once (capture_smoother.hpp); larger bursts are read at its
// pace.
constexpr milliseconds small_lump_max{240};
constexpr milliseconds lump_max{2500};
// A live source does not run this far ahead: it has become a stored one.
constexpr std::chrono::seconds live_lead_max{10};
// Reads wait for 50 ms at most; longer than this means that the program was stopped.
constexpr milliseconds stopped_after{200};
constexpr milliseconds full_ring_pause{5};
constexpr milliseconds no_writer_pause{50};
// Several times as long as a read may wait; a read without a limit (on Windows) is abandoned.
constexpr milliseconds stop_patience{500};

std::int16_t sample_at(const std::uint8_t* bytes) {
  return static_cast<std::int16_t>(
      static_cast<std::uint16_t>(bytes[0] | (unsigned{bytes[1]} << 8)));
}

}  // namespace

struct PipeSource::Shared {
  std::mutex mutex;  // held for copying only, never during a read
  SpscRing<std::int16_t> ring{ring_samples};
  SourcePace pace;
  Kind kind = Kind::unknown;
  int rate_hz = 0;           // 0: no call yet
  bool is_emptying = false;  // more waits in the pipe at this moment
  End end = End::open;
  std::string error;
  std::uint64_t dropped_samples = 0;

  [[nodiscard]] std::size_t samples(milliseconds duration) const {
    return static_cast<std::size_t>(rate_hz * duration.count() / 1000);
  }
  /// How much a live source delivers at once; 0 if that is small.
  [[nodiscard]] milliseconds lump() const {
    const auto found = std::chrono::ceil<milliseconds>(pace.lump());
    return found <= small_lump_max ? milliseconds{0} : std::min(found, lump_max);
  }
  [[nodiscard]] std::size_t live_samples_kept() const {
    return samples(std::max(live_kept, lump()));
  }
  void keep_newest(std::size_t count) {
    dropped_samples += ring.drop(ring.size() - std::min(ring.size(), count));
  }
  void drop_what_waited() {
    if (kind != Kind::live || rate_hz == 0 || ring.size() <= samples(live_age_max)) return;
    if (ring.size() > samples(live_age_max + lump())) keep_newest(live_samples_kept());
  }
  void judge() {
    if (kind == Kind::live && rate_hz > 0 && pace.lead_max(rate_hz) > live_lead_max) {
      kind = Kind::stored;
    }
    if (kind != Kind::unknown) return;
    // Without a rate only one thing is certain: whether it is faster than the fastest call.
    const Kind found = pace.kind(rate_hz > 0 ? rate_hz : rate_hz_max);
    if (rate_hz > 0 || found == Kind::stored) kind = found;
    if (kind == Kind::live) keep_newest(live_samples_kept());
  }
  [[nodiscard]] std::size_t room() const {
    if (kind != Kind::stored) return ring_samples;  // the oldest make room
    const std::size_t limit = rate_hz > 0 ? samples(read_ahead) : ring_samples;
    return limit - std::min(limit, ring.size());
  }
  void store(std::span<const std::int16_t> pcm, TimePoint now) {
    pace.arrived(now, pcm.size());
    const std::size_t room = ring_samples - ring.size();
    if (pcm.size() > room) dropped_samples += ring.drop(pcm.size() - room);
    ring.push(pcm);
    judge();
  }
};

PipeSource::PipeSource(int descriptor)
    : name_("stdin"),
      shared_(std::make_shared<Shared>()),
      worker_(
          [descriptor, shared = shared_](Worker::Control& control) {
            run(descriptor, Origin::descriptor, *shared, control);
          },
          stop_patience) {}

PipeSource::PipeSource(std::string path)
    : name_(std::move(path)),
      shared_(std::make_shared<Shared>()),
      worker_([name = name_, shared = shared_](
                  Worker::Control& control) { open_and_run(name, *shared, control); },
              stop_patience) {}

void PipeSource::open_and_run(const std::string& path, Shared& shared, Worker::Control& control) {
  const auto descriptor = open_named_pipe(path);
  if (descriptor) {
    run(*descriptor, Origin::named_pipe, shared, control);
    close_pipe(*descriptor);
    return;
  }
  const std::lock_guard lock(shared.mutex);
  shared.error = descriptor.error();
  shared.end = End::failed;
}

void PipeSource::run(int descriptor, Origin origin, Shared& shared, Worker::Control& control) {
  using Clock = std::chrono::steady_clock;
  std::array<std::uint8_t, 4096> bytes{};
  std::array<std::int16_t, bytes.size() / 2> samples{};
  std::size_t held = 0;  // half a sample that came at the end of a read
  bool waits_for_first_byte = origin == Origin::named_pipe && !waits_for_writer;
  prepare_input_pipe(descriptor);
  const auto waiting_samples = [descriptor] {
    return std::min(waiting_bytes(descriptor), waiting_bytes_max) / 2;
  };
  {
    const std::lock_guard lock(shared.mutex);
    if (is_regular_file(descriptor)) shared.kind = Kind::stored;
    shared.pace.interrupted(waiting_samples());
  }
  TimePoint last = Clock::now();
  while (!control.stop_requested()) {
    const std::size_t room = [&shared] {
      const std::lock_guard lock(shared.mutex);
      return shared.room();
    }();
    if (room == 0) {
      control.wait(full_ring_pause);
      last = Clock::now();
      continue;
    }
    const std::size_t want = std::min(bytes.size(), room * 2);
    const auto result = read_some(descriptor, std::span(bytes).first(want).subspan(held));
    const TimePoint now = Clock::now();
    if (waits_for_first_byte && result.outcome == PipeOutcome::closed) {
      control.wait(no_writer_pause);
      continue;
    }
    waits_for_first_byte = waits_for_first_byte && result.bytes == 0;
    const bool was_stopped = now - last > stopped_after;
    last = now;
    const std::size_t waiting = waiting_samples();
    held += result.bytes;
    const std::size_t whole = held / 2;
    for (std::size_t i = 0; i < whole; ++i) samples[i] = sample_at(&bytes[2 * i]);
    const std::lock_guard lock(shared.mutex);
    if (was_stopped) shared.pace.interrupted(whole + waiting);
    shared.is_emptying = waiting > 0;
    shared.store(std::span(samples).first(whole), now);
    if (!shared.is_emptying) shared.drop_what_waited();
    if (held % 2 != 0) bytes[0] = bytes[held - 1];
    held %= 2;
    if (result.outcome == PipeOutcome::failed) shared.error = result.error;
    if (result.outcome == PipeOutcome::closed) shared.end = End::closed;
    if (result.outcome == PipeOutcome::failed) shared.end = End::failed;
    if (shared.end != End::open) return;
  }
}

void PipeSource::begin(AudioFormat format) {
  const std::lock_guard lock(shared_->mutex);
  shared_->rate_hz = format.rate_hz();
  shared_->judge();
  if (shared_->kind == Kind::live) shared_->keep_newest(shared_->live_samples_kept());
  shared_->dropped_samples = 0;  // before the call nobody misses them
}

bool PipeSource::is_live() const {
  const std::lock_guard lock(shared_->mutex);
  return shared_->kind == Kind::live && shared_->lump() == milliseconds{0};
}

PipeSource::Read PipeSource::read(std::span<std::int16_t> out) {
  const std::lock_guard lock(shared_->mutex);
  Shared& shared = *shared_;
  // Waits until the pipe is empty: what is handed out before that would be the oldest sound.
  if (shared.kind == Kind::live && shared.is_emptying) return {};
  shared.drop_what_waited();
  const std::size_t count = shared.ring.pop(out);
  return {count, shared.end, shared.ring.size() == 0};
}

Duration PipeSource::waited() const {
  const std::lock_guard lock(shared_->mutex);
  const Shared& shared = *shared_;
  if (shared.kind != Kind::live || shared.rate_hz == 0) return Duration::zero();
  const double held_s = static_cast<double>(shared.ring.size()) / shared.rate_hz;
  return std::chrono::duration_cast<Duration>(std::chrono::duration<double>(held_s));
}

std::string PipeSource::error() const {
  const std::lock_guard lock(shared_->mutex);
  return shared_->error;
}

std::uint64_t PipeSource::dropped_samples() const {
  const std::lock_guard lock(shared_->mutex);
  return shared_->dropped_samples;
}

}  // namespace voice
