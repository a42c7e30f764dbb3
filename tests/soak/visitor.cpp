#include "tests/soak/visitor.hpp"

#include <variant>

namespace soak {
namespace {

using Clock = std::chrono::steady_clock;

// The socket options of voicecli (client/call/caller.cpp).
constexpr std::size_t unsent_frames_max = 5;
constexpr std::size_t delays_max = 4096;

}  // namespace

Visitor::Visitor(boost::asio::io_context& io, VisitorSettings settings)
    : io_(io), settings_(std::move(settings)) {
  delays_ms_.reserve(delays_max);
}

void Visitor::connect(const std::string& host, std::uint16_t port, voice::TimePoint now) {
  ticks_.emplace(now);
  connection_ = std::make_shared<voicecli::Connection>(io_, [this] { on_connection(); });
  connection_->start(host, port);
}

void Visitor::on_connection() {
  const auto event = connection_->poll_event();
  if (!event) return;
  if (std::holds_alternative<voicecli::link::Connected>(*event)) start_call();
  if (std::holds_alternative<voicecli::link::Writable>(*event)) flush();
  if (const auto* const got = std::get_if<voicecli::link::Received>(&*event)) received(got->bytes);
  if (const auto* const end = std::get_if<voicecli::link::Ended>(&*event); end && !ended_) {
    ended_ = voicecli::end_text(end->how);
  }
}

void Visitor::start_call() {
  voicecli::CallOptions options;
  options.name = settings_.name;
  options.agent = "soak";
  options.playout = voice::fixed_playout(6);
  options.first_sequence = static_cast<std::uint16_t>(settings_.seed);
  options.ssrc = voice::rtp::Ssrc{static_cast<std::uint32_t>(settings_.seed)};
  call_.emplace(std::move(options), Clock::now());
}

void Visitor::received(voice::Bytes bytes) {
  if (!call_) return;
  call_->received(bytes, Clock::now());
  flush();
  handle_events();
}

void Visitor::flush() {
  if (!call_ || !connection_) return;
  call_->sent(connection_->write(call_->to_send(Clock::now())));
  if (leaving_ && call_->to_send(Clock::now()).empty()) connection_->end_sending();
}

void Visitor::handle_events() {
  while (const auto event = call_->poll_event()) {
    if (const auto* const announced = std::get_if<voicecli::Announced>(&*event)) {
      open_sound(announced->format);
    } else if (std::holds_alternative<voicecli::Welcomed>(*event)) {
      welcomed_ = true;
    } else if (const auto* const refused = std::get_if<voicecli::Refused>(&*event)) {
      ended_ = "refused: " + refused->reason;
    } else if (const auto* const goodbye = std::get_if<voicecli::Goodbye>(&*event)) {
      ended_ = "goodbye: " + goodbye->reason;
    } else if (const auto* const failed = std::get_if<voicecli::Failed>(&*event)) {
      ended_ = voicecli::to_string(failed->failure);
    }
  }
}

void Visitor::open_sound(voice::AudioFormat format) {
  connection_->limit_unsent(unsent_frames_max *
                            (voice::packet_overhead_bytes + format.samples_per_frame_max()));
  card_.emplace(format.rate_hz(), settings_.card_ppm, Clock::now());
  voice::Devices devices;
  devices.capture = std::make_unique<Microphone>(format, *card_,
                                                 sim::VoiceSource{settings_.voice, settings_.seed},
                                                 settings_.card_block_frames);
  devices.playback = std::make_unique<Loudspeaker>(*card_, static_cast<Listener&>(*this));
  sound_.emplace(std::move(devices), nullptr, format);
}

// In the same order as voicecli: client/net/client.cpp.
void Visitor::pump(voice::TimePoint now) {
  if (!call_ || leaving_) return;
  if (sound_) sound_->microphone(&*call_, now);
  bool ticked = false;
  while (ticks_->take(now)) {
    ticked = true;
    call_->tick(talking_, now);
  }
  if (ticked) flush();
  if (ticked) handle_events();
  if (sound_) sound_->loudspeaker(&*call_, {}, now);
  handle_events();
}

void Visitor::heard(std::span<const std::uint8_t> ulaw, voice::TimePoint when) {
  if (!measuring_ || speaker_ == nullptr || !speaker_->card_) return;
  const auto mark = sim::first_mark(ulaw);
  if (!mark || delays_ms_.size() == delays_max) return;
  // The first sample of the frame was said before the mark that was found.
  const std::uint64_t first = mark->sample - std::min<std::uint64_t>(mark->offset, mark->sample);
  const std::chrono::duration<double, std::milli> delay = when - speaker_->card_->time_of(first);
  delays_ms_.push_back(delay.count());
}

void Visitor::begin_measurement() {
  delays_ms_.clear();
  measuring_ = true;
}

std::vector<double> Visitor::end_measurement() {
  measuring_ = false;
  return delays_ms_;
}

void Visitor::leave(voice::TimePoint now) {
  if (!call_ || leaving_) return;
  leaving_ = true;
  call_->leave(now);
  flush();
}

}  // namespace soak
