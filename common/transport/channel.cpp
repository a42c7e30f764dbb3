#include "common/transport/channel.hpp"

#include "common/core/assert.hpp"

namespace voice {

static constexpr std::size_t piece_kept_max = 1024;

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
  if (on_message_boundary()) sealing_->take_next(outbox);
  return Bytes{sealing_->piece}.subspan(sealing_->left);
}

// What the transport itself has to say comes first: without its handshake nothing can be read.
void Channel::Sealing::take_next(Outbox& outbox) {
  left = 0;
  audio_messages = 0;
  // A handshake's is longer than any that follow.
  if (piece.capacity() > piece_kept_max) std::vector<std::uint8_t>().swap(piece);
  const Bytes waiting = outbox.front();
  const bool can_seal = transport->is_ready() && !is_finished;
  if (is_finishing && !is_finished && (waiting.empty() || !can_seal)) {
    transport->finish();
    is_finished = true;
  }
  const Bytes own = transport->own();
  piece.assign(own.begin(), own.end());
  if (!piece.empty() || waiting.empty() || !can_seal || is_finished) return;
  VOICE_ASSERT(outbox.on_message_boundary());
  const std::size_t size = length_prefix_bytes + load_le32(waiting.data());
  VOICE_ASSERT(size <= waiting.size());
  const Bytes sealed = transport->seal(waiting.first(size));
  piece.assign(sealed.begin(), sealed.end());
  audio_messages = outbox.consume(size);
  VOICE_ASSERT(audio_messages <= 1 && !piece.empty());
  VOICE_ASSERT(outbox.on_message_boundary());
}

std::size_t Channel::sent(Outbox& outbox, std::size_t count) {
  if (sealing_ == nullptr) return outbox.consume(count);
  Sealing& sealing = *sealing_;
  VOICE_ASSERT(count <= sealing.piece.size() - sealing.left);
  sealing.left += count;
  VOICE_ASSERT(sealing.left <= sealing.piece.size() && sealing.audio_messages <= 1);
  if (count == 0 || !on_message_boundary()) return 0;
  return std::exchange(sealing.audio_messages, 0);
}

}  // namespace voice
