// The part of Call that enters a room and follows the server into others: Hello, Welcome, and the
// rate and codec that they agree on.
#include "client/call/call.hpp"

#include <algorithm>

namespace voicecli {
namespace {

namespace voice1 = voice::voice1;

// The wanted codecs that this program has at that rate.
voice1::Codecs offers(const voice1::Codecs& wanted, voice::AudioFormat format) noexcept {
  voice1::Codecs offered;
  for (const voice1::Codec word : wanted) {
    const auto codec = voice::codec_of(word);
    if (codec && voice::has_codec(*codec, format)) offered.add(word);
  }
  return offered;
}

std::optional<voice::AudioFormat> rate_of(std::uint32_t rate_hz) noexcept {
  if (rate_hz > static_cast<std::uint32_t>(voice::rate_hz_max)) return std::nullopt;
  const auto format = voice::AudioFormat::from_rate(static_cast<int>(rate_hz));
  return format ? std::optional(*format) : std::nullopt;
}

}  // namespace

void Call::say_hello(bool has_challenges, voice::TimePoint now) {
  voice1::Hello hello{.name = options_.name, .agent = options_.agent};
  if (!add_secrets(hello, has_challenges)) return fail(CallFailure::secret_withheld);
  say_hello(hello, now);
}

void Call::say_hello(voice1::Hello& hello, voice::TimePoint now) {
  // Which codecs we have depends on the rate, and that on the room.
  offered_ = offers(options_.codecs, *format_);
  hello.room = options_.room;
  hello.codecs = options_.room.empty() ? offered_ : options_.codecs;
  hello.rate_hz = static_cast<std::uint32_t>(format_->rate_hz());
  say(hello, now);
}

// From here on, both directions use the rate and the codec that the server has chosen. A codec that
// was not offered is an error of the server, and changes nothing, unless the codec in use does not
// exist at the new rate. A later Welcome means that the server has moved us to another room: if the
// rate or codec changes, Hello confirms it.
void Call::welcomed(const voice1::Welcome& welcome, voice::TimePoint now) {
  const bool is_first = !welcomed_;
  // A server that skips the challenge must not pass for the one that knows the account.
  const bool must_prove = is_first && (challenge_ || (asks_challenge_ && !options_.user.empty()));
  if (must_prove && (servers_proof_.empty() || welcome.proof != servers_proof_)) {
    return fail(CallFailure::server_unproved);
  }
  welcomed_ = true;
  const auto told = welcome.rate_hz ? rate_of(*welcome.rate_hz) : std::nullopt;
  if ((awaits_rate_ && !told) || (welcome.rate_hz && !told)) {
    return fail(CallFailure::rate_withheld, std::to_string(format_->rate_hz()));
  }
  const voice::AudioFormat format = told.value_or(*format_);
  if (format != *format_) offered_ = offers(options_.codecs, format);
  voice::CodecId codec = is_first || !welcome.codec ? voice::CodecId::pcmu : codec_;
  const auto word = welcome.codec.value_or(voice1::Codec::unknown);
  if (std::find(offered_.begin(), offered_.end(), word) != offered_.end()) {
    codec = voice::codec_of(word).value_or(voice::CodecId::pcmu);
  }
  if (!voice::has_codec(codec, format)) codec = voice::CodecId::pcmu;
  const bool changes = format != *format_ || codec != codec_;
  const std::string room = welcome.room.empty() ? room_ : for_display(welcome.room);
  if (!is_first && !changes && room == room_) return;
  room_ = room;
  if (changes) use(format, codec);
  downlink_->forget_sequence();
  if (!is_first) downlink_->pause();
  if (!is_first && changes) {
    // We are already logged in.
    voice1::Hello hello{.name = options_.name, .agent = options_.agent};
    say_hello(hello, now);
  }
  report(Welcomed{for_display(welcome.id), for_display(welcome.name), room_,
                  for_display(welcome.agent), codec_, has_wanted_codec(), for_display(welcome.user),
                  welcome.role ? std::string(voice1::to_string(*welcome.role)) : std::string()});
  check();
}

void Call::use(voice::AudioFormat format, voice::CodecId codec) {
  if (format != *format_) {
    format_ = format;
    uplink_->set_format(format);
    downlink_->set_format(format);
  }
  codec_ = codec;
  channel_.set_message_bytes_max(
      std::max(voice::message_bytes_max(format), voice::message_bytes_max(format, codec)));
  uplink_->set_codec(codec, options_.opus_kbits);
  downlink_->set_codec(codec);
  set_outbox_limits();
}

// A server that speaks voice/1 catches up after a stall by playing faster. We assume that its
// limits are like ours. Other servers may not catch up.
void Call::set_outbox_limits() noexcept {
  if (!voice1_ || options_.playout.mode != voice::JitterMode::adaptive) return;
  outbox_.set_limits(voice::outbox_limits(options_.outbox.audio_age_max,
                                          options_.playout.catch_up_max,
                                          voice::sound_message_bytes(*format_, codec_)));
}

bool Call::has_wanted_codec() const noexcept {
  const auto& wanted = options_.codecs;
  if (wanted.empty()) return codec_ == voice::CodecId::pcmu;
  return std::find(wanted.begin(), wanted.end(), voice::word_of(codec_)) != wanted.end();
}

}  // namespace voicecli
