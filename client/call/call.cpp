#include "client/call/call.hpp"

#include "common/core/assert.hpp"
#include "common/core/number.hpp"

#include <algorithm>

namespace voicecli {
namespace {

namespace voice1 = voice::voice1;

/// The most events that can wait: one of each kind.
constexpr std::size_t events_max = std::variant_size_v<CallEvent>;

CallFailure failure_of(voice::TransportError error) noexcept {
  switch (error) {
    case voice::TransportError::negative_length:
      return CallFailure::negative_length;
    case voice::TransportError::too_long:
      break;
    case voice::TransportError::foreign:
      return CallFailure::no_tls;
    case voice::TransportError::handshake:
      return CallFailure::tls_handshake;
    case voice::TransportError::untrusted:
      return CallFailure::untrusted;
    case voice::TransportError::not_yet_valid:
      return CallFailure::not_yet_valid;
    case voice::TransportError::corrupt:
    case voice::TransportError::flooding:
      return CallFailure::tls_broken;
    case voice::TransportError::ended:
      return CallFailure::closed;
  }
  return CallFailure::message_too_long;
}

// A message of an impossible length instead of an announcement means another protocol.
bool is_framing(voice::TransportError error) noexcept {
  return error == voice::TransportError::negative_length ||
         error == voice::TransportError::too_long;
}

Refused event_of(const voice1::Refused& refused) {
  return {for_display(refused.word()), for_display(refused.reason), voice1::is_final(refused.code)};
}

ServerMute mute_of(voice1::Muted muted) noexcept {
  const bool both = muted == voice1::Muted::both;
  return {both || muted == voice1::Muted::microphone, both || muted == voice1::Muted::loudspeaker};
}

}  // namespace

Call::Call(CallOptions options, voice::TimePoint now, std::unique_ptr<voice::Transport> transport)
    : options_(std::move(options)),
      prelude_(now),
      // Sound may precede the announcement, and its rate is not known yet.
      channel_(voice::message_bytes_max_any_rate, std::move(transport)),
      outbox_(options_.outbox) {
  VOICE_ASSERT(options_.playout.depth_packets >= voice::jitter_depth_packets_min);
  VOICE_ASSERT(options_.playout.depth_packets <= voice::jitter_depth_packets_max);
}

void Call::received(voice::Bytes bytes, voice::TimePoint now) {
  if (!format_ && channel_.is_plain()) prelude_.received(bytes);
  while (!ended_) {
    const auto message = channel_.next(bytes);
    if (!message && !format_ && is_framing(message.error())) {
      return fail(CallFailure::not_announced, prelude_.answer());
    }
    if (!message) {
      // An alert right after the handshake: the server rejects our certificate, or requires
      // one.
      const bool is_undone = !format_ && message.error() == voice::TransportError::corrupt;
      return fail(is_undone ? CallFailure::tls_handshake : failure_of(message.error()),
                  channel_.failure());
    }
    if (!*message) return;
    if (format_) {
      later_message(**message, now);
    } else {
      first_message(**message, now);
    }
    check();
  }
}

void Call::first_message(voice::Bytes message, voice::TimePoint now) {
  const auto announce = voice::parse_announce(message);
  if (!announce) return unannounced(message);
  auto format = voice::AudioFormat::from_rate(announce->rate_hz);
  if (!format) return fail(CallFailure::unusable_rate, std::to_string(announce->rate_hz));
  channel_.set_message_bytes_max(voice::message_bytes_max(*format));

  voice1_ = announce->voice1;
  // The announced rate is for clients that cannot ask for the room's.
  const auto better =
      voice::AudioFormat::from_rate(announce->room_rate_hz.value_or(announce->rate_hz));
  // In a room other than the front room, the rate may be any.
  awaits_rate_ = voice1_ && ((better && *better != *format) || !options_.room.empty());
  if (awaits_rate_ && better) {
    channel_.set_message_bytes_max(
        std::max(voice::message_bytes_max(*format), voice::message_bytes_max(*better)));
    format = better;
  }
  format_ = *format;
  uplink_.emplace(*format, voice1_ ? Silence::advances_timestamp : Silence::stops_timestamp,
                  voice::Packetizer{options_.first_sequence, options_.ssrc},
                  voice1_ ? options_.dtx : Dtx::off);
  downlink_.emplace(*format, options_.playout,
                    voice1_ ? voice::Sequencing::trusted : voice::Sequencing::ignored);
  report(Announced{*format, voice1_});
  if (!voice1_) return;
  heartbeat_.emplace(now);
  set_outbox_limits();
  say_hello(announce->challenges, now);
}

void Call::unannounced(voice::Bytes message) {
  // A server that is full says so instead of announcing, because a classic client would play what
  // follows an announcement (docs/adr/0009).
  const auto text = voice1::parse(message);
  const auto* const refused = text ? std::get_if<voice1::Refused>(&*text) : nullptr;
  if (refused != nullptr) return end(event_of(*refused));
  // Anything else is ignored: the original server sends a newcomer sound before it announces.
  ++ignored_messages_;
  prelude_.ignored(message);
  if (prelude_.too_long()) fail(CallFailure::not_announced, prelude_.answer());
}

void Call::later_message(voice::Bytes message, voice::TimePoint now) {
  if (heartbeat_) heartbeat_->heard(now);
  switch (voice::classify(message)) {
    case voice::MessageKind::rtp:
      // What comes before Welcome may have the announced rate.
      if (const auto packet = voice::rtp::parse(message);
          packet && !(awaits_rate_ && !welcomed_) &&
          packet->header.payload_type == voice::codec_info(codec_).payload_type) {
        downlink_->receive(*packet, now);
      } else {
        ++ignored_messages_;
      }
      return;
    case voice::MessageKind::text:
      // A classic server says nothing after its announcement.
      if (voice1_) return text(message, now);
      break;
    case voice::MessageKind::unknown:
      break;
  }
  ++ignored_messages_;
}

void Call::text(voice::Bytes bytes, voice::TimePoint now) {
  if (const auto message = voice1::parse(bytes)) return hear(*message, now);
  ++ignored_messages_;
}

void Call::hear(const voice1::Message& message, voice::TimePoint now) {
  if (const auto* const pong = std::get_if<voice1::Pong>(&message)) {
    if (const auto id = voice::parse_number<std::uint32_t>(pong->id)) heartbeat_->pong(*id, now);
    server_delay_ = server_delay(pong->held_ms, pong->tick_ms);
  } else if (const auto* const state = std::get_if<voice1::State>(&message)) {
    if (const auto muted = state->muted_by_server) set_muted_by_server(mute_of(*muted));
  } else if (const auto* const asked = std::get_if<voice1::Challenge>(&message)) {
    challenged(*asked);
  } else if (const auto* const bye = std::get_if<voice1::Bye>(&message)) {
    if (withholds_password_ && bye->code == voice1::ByeCode::password) {
      return fail(CallFailure::secret_withheld);
    }
    end(Goodbye{for_display(bye->word()), for_display(bye->reason), voice1::is_final(bye->code)});
  } else if (const auto* const refused = std::get_if<voice1::Refused>(&message)) {
    end(event_of(*refused));
  } else if (const auto* const welcome = std::get_if<voice1::Welcome>(&message)) {
    welcomed(*welcome, now);
  } else {
    ++ignored_messages_;  // among them a newer server's: forward compatible
  }
}

std::size_t Call::sound_message_bytes() const noexcept {
  VOICE_ASSERT(format_.has_value());
  return voice::usual_message_bytes(*format_, codec_, options_.opus_kbits);
}

void Call::set_muted_by_server(ServerMute mute) {
  if (mute == muted_by_server_) return;
  if (mute.loudspeaker != muted_by_server_.loudspeaker) downlink_->forget_sequence();
  if (mute.loudspeaker) downlink_->pause();
  muted_by_server_ = mute;
  report(mute);
  check();
}

voice::Bytes Call::to_send(voice::TimePoint now) {
  outbox_.expire(now);
  return channel_.to_send(outbox_);
}

void Call::say(const voice1::Message& message, voice::TimePoint now) {
  outbox_.push(voice1::write(message), voice::MessageClass::control, now);
}

std::span<std::int16_t> Call::capture_space() noexcept {
  return uplink_ ? uplink_->capture_space() : std::span<std::int16_t>{};
}

void Call::captured(std::size_t count) noexcept {
  VOICE_ASSERT(uplink_.has_value());
  uplink_->captured(count);
}

void Call::capture(std::span<const std::int16_t> pcm, std::optional<bool> is_speech) noexcept {
  if (uplink_) uplink_->capture(pcm, is_speech);
}

void Call::capture_ended() noexcept {
  if (uplink_) uplink_->capture_ended();
}

void Call::tick(bool microphone_open, voice::TimePoint now) {
  if (ended_) return;
  if (!format_) {
    if (!prelude_.overdue(now)) return;
    return fail(prelude_.is_foreign() ? CallFailure::not_announced : CallFailure::announce_timeout,
                prelude_.answer());
  }
  const bool sent_before = uplink_->audio_sent();
  // Welcome says which codec to use, and whether to use the room's rate.
  const bool may_speak = welcomed_ || (offered_.empty() && !awaits_rate_);
  uplink_->tick(microphone_open && may_speak, now, outbox_);
  if (uplink_->audio_sent() && !sent_before) report(FirstAudioSent{});
  if (!heartbeat_) return;
  if (heartbeat_->server_is_lost(now)) return fail(CallFailure::server_silent);
  if (const auto silent = heartbeat_->take_silence_change(now)) report(ServerSilence{*silent});
  if (const auto id = heartbeat_->ping_due(now)) {
    const std::string text = std::to_string(*id);
    say(voice1::Ping{text}, now);
  }
}

std::span<const std::int16_t> Call::play(Loudness loudness, voice::TimePoint now) {
  if (!downlink_) return {};
  const bool heard_before = downlink_->audio_heard();
  const auto frame = downlink_->play(loudness, now);
  if (downlink_->audio_heard() && !heard_before) report(FirstAudioHeard{});
  return frame;
}

void Call::leave(voice::TimePoint now) {
  if (ended_) return;
  ended_ = true;
  outbox_.clear_unsent();
  check();
  if (voice1_) say(voice1::Bye{}, now);
  channel_.finish();
}

void Call::fail(CallFailure failure, std::string detail) {
  end(Failed{failure, std::move(detail)});
}

void Call::end(CallEvent event) {
  VOICE_ASSERT(!ended_);
  ended_ = true;
  outbox_.clear_unsent();
  report(std::move(event));
  check();
}

// Only the newest of a kind counts, so a server that repeats itself cannot fill the queue. It takes
// the place of the earlier one: that we are in is told before all that happens in there.
void Call::report(CallEvent event) {
  const auto earlier =
      std::find_if(events_.begin(), events_.end(),
                   [&event](const CallEvent& waiting) { return waiting.index() == event.index(); });
  if (earlier != events_.end()) {
    *earlier = std::move(event);
  } else {
    events_.push_back(std::move(event));
  }
  VOICE_ASSERT(events_.size() <= events_max);
}

std::optional<CallEvent> Call::poll_event() {
  if (events_.empty()) return std::nullopt;
  std::optional<CallEvent> event{std::move(events_.front())};
  events_.pop_front();
  return event;
}

CallStatistics Call::statistics() const noexcept {
  CallStatistics statistics;
  statistics.jitter_mode = options_.playout.mode;
  statistics.jitter_depth_packets = options_.playout.depth_packets;
  statistics.outbox_dropped_messages = outbox_.dropped_messages();
  statistics.ignored_messages = ignored_messages_;
  statistics.frames_sent = frames_sent_;
  if (!format_) return statistics;
  const voice::PlayoutStatus playout = downlink_->playout().status();
  statistics.jitter_fill_packets = playout.fill_packets;
  statistics.jitter_depth_packets = playout.depth_packets;
  statistics.jitter_fill = format_->duration(playout.delay_samples);
  statistics.jitter_target = format_->duration(playout.target_samples);
  statistics.playout = downlink_->playout().counters();
  statistics.playout_times = times_of(statistics.playout, *format_);
  if (heartbeat_) statistics.round_trip = heartbeat_->round_trip();
  statistics.codec = codec_;
  if (codec_ == voice::CodecId::opus) {
    statistics.opus_kbits = voice::opus_kbits_of(*format_, options_.opus_kbits);
  }
  statistics.frames_spared = uplink_->frames_spared();
  statistics.microphone_dbfs = uplink_->level_dbfs();
  statistics.loudspeaker_dbfs = downlink_->level_dbfs();
  return statistics;
}

DelayStages Call::delays(voice::TimePoint now) const noexcept {
  DelayStages stages;
  if (!format_) return stages;
  const voice::Playout& playout = downlink_->playout();
  const voice::PlayoutStatus held = playout.status();
  const voice::Duration target = format_->duration(held.target_samples);
  stages.smoother = captured_duration();
  stages.outbox = outbox_.age(now);
  if (heartbeat_) stages.network = heartbeat_->round_trip().value_or(voice::Duration{0});
  add_server(stages, server_delay_, target);
  // After a pause, sound will wait for as long again.
  const bool plays = playout.playing() && !playout.empty();
  stages.playout = plays ? format_->duration(held.delay_samples) : target;
  VOICE_ASSERT(stages.total() >= voice::Duration::zero());
  return stages;
}

void Call::check() const noexcept {
  VOICE_ASSERT(uplink_.has_value() == format_.has_value());
  VOICE_ASSERT(downlink_.has_value() == format_.has_value());
  VOICE_ASSERT(heartbeat_.has_value() == voice1_);
  VOICE_ASSERT(!welcomed_ || voice1_);
  VOICE_ASSERT(!voice1_ || format_);
  VOICE_ASSERT(events_.size() <= events_max);
}

}  // namespace voicecli
