// A peer that reads irregularly, behind an outbox like a connection's: what the kernel accepts has
// left, and the rest waits or is dropped. Whatever happens, the peer gets complete messages.
#pragma once

#include "common/core/assert.hpp"
#include "common/wire/limits.hpp"
#include "common/wire/outbox.hpp"

#include "tests/sim/oracle/slow_wire.hpp"

#include <algorithm>

namespace fuzz {

class SlowReader {
 public:
  /// Is sent a message at once, if there is room, otherwise later.
  void tell(voice::Bytes message, voice::MessageClass kind, voice::TimePoint now) {
    const std::size_t sent = outbox_.empty() ? std::min(room_, message.size()) : 0;
    arrive(message.first(sent));
    room_ -= sent;
    if (sent == message.size()) return;
    const bool waits = outbox_.push(message, kind, now, sent);
    VOICE_ASSERT(waits || outbox_.dropped_messages() != 0);
    VOICE_ASSERT(outbox_.size_bytes() < bytes_max + message.size());
  }

  /// Reads `count` bytes, which makes room for as many more.
  void read(std::size_t count, voice::TimePoint now) {
    outbox_.expire(now);
    VOICE_ASSERT(outbox_.age(now) >= voice::Duration{0});
    const voice::Bytes bytes = outbox_.front();
    const std::size_t sent = std::min(count, bytes.size());
    arrive(bytes.first(sent));
    outbox_.consume(sent);
    room_ = count - sent;
  }

  /// Only a partly sent message is still finished.
  void end(voice::TimePoint now) {
    outbox_.clear_unsent();
    read(outbox_.size_bytes(), now);
    VOICE_ASSERT(outbox_.empty() && outbox_.on_message_boundary() && !stream_.mid_message());
  }

 private:
  // Small, so that short stories fill it.
  static constexpr std::size_t bytes_max = 1000;

  void arrive(voice::Bytes bytes) {
    stream_.add(bytes);
    while (stream_.next()) {
    }
    VOICE_ASSERT(!stream_.broken());
  }

  voice::Outbox outbox_{{std::chrono::milliseconds{200}, bytes_max}};
  sim::SlowDeframer stream_{voice::message_bytes_max_any_rate};
  std::size_t room_ = 0;  // in the kernel
};

}  // namespace fuzz
