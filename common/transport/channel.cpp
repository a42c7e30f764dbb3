#include "common/transport/channel.hpp"

#include "common/core/assert.hpp"

#include <utility>

namespace voice {

static constexpr std::size_t kept_bytes_max = 1024;

Channel::Channel(std::size_t message_bytes_max, std::unique_ptr<Transport> transport)
    : plain_(message_bytes_max) {
  if (transport == nullptr) return;
  transport->set_message_bytes_max(message_bytes_max);
  sealing_ = std::make_unique<Sealing>(Sealing{std::move(transport)});
}

void Channel::set_message_bytes_max(std::size_t bytes) noexcept {
  plain_.set_message_bytes_max(bytes);
  if (sealing_ != nullptr) sealing_->transport->set_message_bytes_max(bytes);
}

Bytes Channel::to_send(Outbox& outbox) {
  if (sealing_ == nullptr) return outbox.front();
  if (sealing_->rest.empty()) sealing_->take_next(outbox);
  return sealing_->rest;
}

Bytes Channel::seal(Bytes message, std::size_t audio_messages) {
  VOICE_ASSERT(sealing_ != nullptr && audio_messages <= 1);
  Sealing& sealing = *sealing_;
  if (!sealing.rest.empty() || sealing.is_finishing || !sealing.transport->is_ready()) return {};
  sealing.begin_next();
  sealing.rest = sealing.transport->own();
  if (!sealing.rest.empty()) return {};
  sealing.rest = sealing.transport->seal(message);
  sealing.audio_messages = audio_messages;
  return sealing.rest;
}

void Channel::Sealing::begin_next() {
  VOICE_ASSERT(rest.empty());
  is_kept = false;
  audio_messages = 0;
  // The messages of a handshake are longer than any later ones.
  if (kept.capacity() > kept_bytes_max) std::vector<std::uint8_t>().swap(kept);
}

// The transport's own bytes go first: before its handshake is done nothing can be read.
void Channel::Sealing::take_next(Outbox& outbox) {
  begin_next();
  const Bytes waiting = outbox.front();
  const bool can_seal = transport->is_ready() && !is_finished;
  if (is_finishing && !is_finished && (waiting.empty() || !can_seal)) {
    transport->finish();
    is_finished = true;
  }
  rest = transport->own();
  if (!rest.empty() || waiting.empty() || !can_seal || is_finished) return;
  VOICE_ASSERT(outbox.on_message_boundary());
  const std::size_t size = length_prefix_bytes + load_le32(waiting.data());
  VOICE_ASSERT(size <= waiting.size());
  rest = transport->seal(waiting.first(size));
  audio_messages = outbox.consume(size);
  VOICE_ASSERT(audio_messages <= 1 && outbox.on_message_boundary());
}

// The transport may reuse its memory at its next call. Rare: the system usually takes whole
// records.
void Channel::Sealing::keep() {
  if (is_kept || rest.empty()) return;
  kept.assign(rest.begin(), rest.end());
  rest = kept;
  is_kept = true;
  VOICE_ASSERT(!rest.empty() && audio_messages <= 1);
}

std::size_t Channel::sent(Outbox& outbox, std::size_t count) {
  if (sealing_ == nullptr) return outbox.consume(count);
  Sealing& sealing = *sealing_;
  VOICE_ASSERT(count <= sealing.rest.size() && sealing.audio_messages <= 1);
  sealing.rest = sealing.rest.subspan(count);
  sealing.keep();
  if (count == 0 || !sealing.rest.empty()) return 0;
  return std::exchange(sealing.audio_messages, 0);
}

}  // namespace voice
