#include "common/device/pulse/pulse_stream.hpp"

#include <algorithm>

namespace voice {
namespace {

constexpr std::size_t sample_bytes = sizeof(std::int16_t);
// Length of the lane: a call that is held up for up to a second misses nothing.
constexpr int lane_s = 1;
constexpr auto server_default = static_cast<std::uint32_t>(-1);

// How much sound the server holds for playback, including the card's own buffer. It asks for one
// block at a time.
constexpr int held_ms(Latency latency) noexcept {
  return latency == Latency::low ? 20 : latency == Latency::normal ? 40 : 150;
}

std::uint32_t bytes_of(int rate_hz, int ms) {
  return static_cast<std::uint32_t>(rate_hz * ms / 1000) * sample_bytes;
}

pa_buffer_attr buffer_of(Direction direction, int rate_hz, Latency latency) {
  const std::uint32_t block = bytes_of(rate_hz, 1000 / blocks_per_second(latency));
  pa_buffer_attr buffer{server_default, server_default, server_default, server_default,
                        server_default};
  if (direction == Direction::capture) {
    buffer.fragsize = block;
    return buffer;
  }
  buffer.tlength = bytes_of(rate_hz, held_ms(latency));
  buffer.minreq = block;
  buffer.prebuf = 0;  // silence is played at once: the lane has what comes next
  return buffer;
}

}  // namespace

PulseStream::PulseStream(std::shared_ptr<PulseConnection> connection,
                         std::shared_ptr<CardLane> lane, Latency latency)
    : CardStream(std::move(lane)), connection_(std::move(connection)), latency_(latency) {}

expected<std::unique_ptr<CardStream>, std::string> PulseStream::open(
    std::shared_ptr<PulseConnection> connection, const std::string& device, Direction direction,
    AudioFormat format, Latency latency) {
  auto lane = std::make_shared<CardLane>(format.rate_hz(), 1,
                                         static_cast<std::size_t>(format.rate_hz()) * lane_s);
  const PulseConnection& server = *connection;
  std::unique_ptr<PulseStream> opened(
      new PulseStream(std::move(connection), std::move(lane), latency));
  pa_stream_state_t state = PA_STREAM_FAILED;
  if (opened->connect(device, direction, format)) {
    server.wait_until([&] {
      state = pa_stream_get_state(opened->stream_);
      return state != PA_STREAM_CREATING;
    });
  }
  if (state == PA_STREAM_READY) {
    const PulseConnection::Lock lock(server);
    opened->device_ = opened->device();
    return opened;
  }
  if (state == PA_STREAM_CREATING)
    return unexpected(std::string("the sound server does not respond"));
  const PulseConnection::Lock lock(server);
  return unexpected(std::string(pa_strerror(pa_context_errno(server.context()))));
}

bool PulseStream::connect(const std::string& device, Direction direction, AudioFormat format) {
  const bool is_capture = direction == Direction::capture;
  const PulseConnection::Lock lock(*connection_);
  const pa_sample_spec spec{PA_SAMPLE_S16NE, static_cast<std::uint32_t>(format.rate_hz()), 1};
  stream_ = pa_stream_new(connection_->context(), is_capture ? "microphone" : "loudspeaker", &spec,
                          nullptr);
  if (stream_ == nullptr) return false;
  int flags =
      PA_STREAM_ADJUST_LATENCY | PA_STREAM_AUTO_TIMING_UPDATE | PA_STREAM_INTERPOLATE_TIMING;
  // Where another device would be a surprise, the stream ends with its own.
  const bool is_named = !device.empty();
  if (is_named) flags |= PA_STREAM_DONT_MOVE;
  const auto stream_flags = static_cast<pa_stream_flags_t>(flags);
  const char* const name = is_named ? device.c_str() : nullptr;
  const pa_buffer_attr buffer = buffer_of(direction, format.rate_hz(), latency_);
  if (is_capture) {
    pa_stream_set_read_callback(stream_, captured, this);
    return pa_stream_connect_record(stream_, name, &buffer, stream_flags) == 0;
  }
  pa_stream_set_write_callback(stream_, wanted, this);
  return pa_stream_connect_playback(stream_, name, &buffer, stream_flags, nullptr, nullptr) == 0;
}

PulseStream::~PulseStream() {
  if (stream_ == nullptr) return;
  const PulseConnection::Lock lock(*connection_);
  pa_stream_set_read_callback(stream_, nullptr, nullptr);
  pa_stream_set_write_callback(stream_, nullptr, nullptr);
  pa_stream_disconnect(stream_);
  pa_stream_unref(stream_);
}

std::string PulseStream::device() const {
  const char* const name = pa_stream_get_device_name(stream_);
  return name == nullptr ? "" : name;
}

// In place of a microphone that is unplugged, the server takes what a loudspeaker plays if there is
// nothing else: everybody would hear the conference once more.
bool PulseStream::is_active() const {
  const PulseConnection::Lock lock(*connection_);
  if (!connection_->is_ready() || pa_stream_get_state(stream_) != PA_STREAM_READY) return false;
  const std::string now = device();
  return now == device_ || !now.ends_with(".monitor");
}

void PulseStream::captured(pa_stream* stream, std::size_t, void* user) {
  auto* const self = static_cast<PulseStream*>(user);
  const void* data = nullptr;
  std::size_t bytes = 0;
  while (pa_stream_peek(stream, &data, &bytes) == 0 && bytes > 0) {
    // No data is a hole: the server was too slow.
    if (data != nullptr) {
      self->lane()->record(static_cast<const std::int16_t*>(data), bytes / sample_bytes);
    }
    pa_stream_drop(stream);
  }
  self->learn_latency(true);
}

void PulseStream::wanted(pa_stream* stream, std::size_t bytes, void* user) {
  auto* const self = static_cast<PulseStream*>(user);
  while (bytes >= sample_bytes) {
    void* data = nullptr;
    std::size_t room = bytes;
    if (pa_stream_begin_write(stream, &data, &room) < 0 || room < sample_bytes) break;
    const std::size_t count = std::min(room, bytes) / sample_bytes;
    self->lane()->render(static_cast<std::int16_t*>(data), count);
    if (pa_stream_write(stream, data, count * sample_bytes, nullptr, 0, PA_SEEK_RELATIVE) < 0)
      break;
    bytes -= count * sample_bytes;
  }
  self->learn_latency(false);
}

// Of the newest sample in the lane (capture), or of the next one put into it: the mean until the
// next block, as for other cards.
void PulseStream::learn_latency(bool is_capture) noexcept {
  pa_usec_t latency = 0;
  int is_negative = 0;
  if (pa_stream_get_latency(stream_, &latency, &is_negative) < 0) return;
  const double now_s = is_negative != 0 ? 0.0 : static_cast<double>(latency) / 1e6;
  const double half_a_block_s = 0.5 / blocks_per_second(latency_);
  lane()->card_latency_s.store(
      std::max(is_capture ? now_s + half_a_block_s : now_s - half_a_block_s, 0.0),
      std::memory_order_relaxed);
}

}  // namespace voice
