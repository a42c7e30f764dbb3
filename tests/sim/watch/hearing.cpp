#include "tests/sim/watch/hearing.hpp"

#include "tests/sim/world/world.hpp"

#include <algorithm>
#include <vector>

namespace sim {

// docs/protocol.md §7
constexpr std::uint8_t opus_payload_type = 97;
constexpr std::size_t rtp_header_bytes = 12;
constexpr std::size_t opus_payload_bytes_max = 1275;

Hearing::Hearing(MixOracle& oracle, MixOracle::Key key, voice::AudioFormat format, bool is_outside)
    : oracle_(oracle),
      key_(key),
      frame_samples_(format.samples_per_frame()),
      shown_bytes_max_(voice::message_bytes_max(format)),
      stream_(voice::message_bytes_max_stranger),
      is_outside_(is_outside) {
  oracle_.set_outside(key, is_outside);
}

void Hearing::let_in() {
  is_outside_ = false;
  said_hello_ = true;
  stream_.set_bytes_max(shown_bytes_max_);
  oracle_.set_outside(key_, false);
  oracle_.trust_sequence(key_);
}

void Hearing::heard(voice::Bytes bytes, const voiced::Session& session,
                    std::optional<voiced::CloseReason> ended, voice::TimePoint now) {
  const std::uint64_t excess = session.counters().excess_messages - excess_before_;
  excess_before_ = session.counters().excess_messages;
  stream_.add(bytes);
  std::uint64_t whole = 0;
  while (const auto next = stream_.next()) {
    ++whole;
    // Which message of a piece was one too many cannot be known here, so floods are fed one message
    // at a time.
    if (excess == 0) message(*next, now);
  }
  messages_ += whole;
  if (ended) {
    const bool nonsense = *ended == voiced::CloseReason::framing_negative_length ||
                          *ended == voiced::CloseReason::framing_too_long;
    promise(!nonsense || stream_.broken(), "only nonsense in the framing is called that");
    return;
  }
  promise(excess == 0 || excess == whole, "a flood is fed one message at a time");
  promise(!stream_.broken(), "nonsense in the framing ends the session");
  promise(session.counters().messages_in == messages_, "sessions count every message");
  // A record of TLS that has not come whole counts, too; it is not seen here.
  const bool is_under_way = session.mid_message_since().has_value();
  promise(is_under_way == stream_.mid_message() || (is_under_way && !session.channel().is_plain()),
          "sessions know when a message is under way");
}

void Hearing::message(const Message& message, voice::TimePoint now) {
  if (message.empty()) return;
  if (is_outside_) {
    if (message[0] >= 0x20 && message[0] <= 0x7E) ++texts_;
    return;
  }
  if (message[0] >= 0x80 && message[0] <= 0xBF) {
    const auto packet = slow_rtp(message);
    if (!packet) return;
    stream_.set_bytes_max(shown_bytes_max_);
    if (packet->payload_type == (speaks_opus_ ? opus_payload_type : 0)) hear(*packet, now);
  } else if (message[0] >= 0x20 && message[0] <= 0x7E) {
    ++texts_;
    const auto text = voice::parse_text(message);
    if (!text || text->verb() != "Hello") return;
    if (!said_hello_ && text->find("Codecs") == "opus") {
      speaks_opus_ = true;
      shown_bytes_max_ = std::max(shown_bytes_max_, rtp_header_bytes + opus_payload_bytes_max);
    }
    stream_.set_bytes_max(shown_bytes_max_);
    if (!said_hello_) oracle_.trust_sequence(key_);
    said_hello_ = true;
  }
}

void Hearing::hear(SlowPacket packet, voice::TimePoint now) {
  // The decoded sound of Opus is not known, only that it is a frame.
  if (speaks_opus_ && !packet.payload.empty()) packet.payload.assign(frame_samples_, 0x00);
  oracle_.packet(key_, packet, now);
}

}  // namespace sim
