// Sends to one peer: a message is offered to the system at once, and what the system does not
// accept waits in the outbox and is offered again at every tick. A sender with anything waiting is
// in the list of those that wait. Counts what has been sent, not what was handed over. Pure: the
// shell writes, and reports how much was accepted.
#pragma once

#include "common/core/assert.hpp"
#include "common/transport/channel.hpp"
#include "server/host/peer_id.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace voiced {

/// The peers for which something waits. An id may be stale: its peer has gone since.
class WaitingList {
 public:
  explicit WaitingList(std::size_t places) { ids_.reserve(places); }

  [[nodiscard]] std::size_t size() const noexcept { return ids_.size(); }
  [[nodiscard]] PeerId at(std::size_t place) const noexcept {
    VOICE_ASSERT(place < ids_.size());
    return ids_[place];
  }
  /// Another one takes its place. A peer that is still here is told by Sender::not_waiting().
  void remove(std::size_t place) noexcept {
    VOICE_ASSERT(place < ids_.size());
    ids_[place] = ids_.back();
    ids_.pop_back();
  }

 private:
  friend class Sender;
  std::vector<PeerId> ids_;
};

class Sender {
 public:
  /// @param waiting outlives it.
  Sender(voice::OutboxLimits limits, PeerId id, WaitingList& waiting) noexcept
      : outbox_(limits), waiting_(waiting), id_(id) {}

  /// A whole message was offered to the system, which has taken its first `taken` bytes; the rest
  /// waits. Only while empty() (asserted). False: there was no room for a message that has not
  /// begun to leave; it is dropped and counted.
  bool offered(voice::Bytes message, voice::MessageClass kind, voice::TimePoint now,
               std::size_t taken) {
    VOICE_ASSERT(outbox_.empty() && taken <= message.size());
    note(taken, now);
    if (taken != message.size()) return wait(message, kind, now, taken);
    if (kind == voice::MessageClass::audio) ++frames_sent_;
    return true;
  }

  /// Puts a whole message behind those that wait. False: there was no room.
  bool queue(voice::Bytes message, voice::MessageClass kind, voice::TimePoint now) {
    return wait(message, kind, now, 0);
  }

  /// What waits, to be offered again; audio that is too old is dropped first. Valid until the next
  /// call that changes this.
  [[nodiscard]] voice::Bytes waiting(voice::TimePoint now) {
    outbox_.expire(now);
    return outbox_.front();
  }
  /// The system has taken that many bytes of waiting().
  void taken(std::size_t bytes, voice::TimePoint now) {
    VOICE_ASSERT(is_listed_ && bytes <= outbox_.size_bytes());
    note(bytes, now);
    frames_sent_ += outbox_.consume(bytes);
  }

  /// The same for a connection that is not plain: first the transport's own bytes, then one waiting
  /// message, sealed. Valid until the next call that changes this or the channel.
  [[nodiscard]] voice::Bytes sealed(voice::Channel& channel, voice::TimePoint now) {
    outbox_.expire(now);
    return channel.to_send(outbox_);
  }
  /// The same for an audio message while nothing waits (asserted), which does not go through the
  /// outbox, unless something has to leave before it: then it waits, and this is empty.
  [[nodiscard]] voice::Bytes sealed_at_once(voice::Channel& channel, voice::Bytes audio,
                                            voice::TimePoint now) {
    VOICE_ASSERT(outbox_.empty());
    const voice::Bytes bytes = channel.seal(audio, 1);
    if (bytes.empty()) wait(audio, voice::MessageClass::audio, now, 0);
    return bytes;
  }
  /// The system has taken this many bytes of sealed(); the rest waits.
  void sealed_taken(voice::Channel& channel, std::size_t bytes, voice::TimePoint now) {
    note(bytes, now);
    frames_sent_ += channel.sent(outbox_, bytes);
    if (!outbox_.empty() || !channel.on_message_boundary()) enlist();
  }

  /// It is in the list from now on: it has something to send that is not in the outbox.
  void enlist() {
    if (is_listed_) return;
    is_listed_ = true;
    waiting_.ids_.push_back(id_);
  }
  /// It is no longer in the list; only for the caller that has removed it there.
  void not_waiting() noexcept { is_listed_ = false; }

  /// Prepares the end of the connection: drops messages of which nothing has been sent. Messages
  /// added from now on are sent.
  void clear_unsent() { outbox_.clear_unsent(); }
  void set_limits(voice::OutboxLimits limits) noexcept { outbox_.set_limits(limits); }

  /// Nothing waits here; what has left may still be under way.
  [[nodiscard]] bool empty() const noexcept { return outbox_.empty(); }
  /// For how long the system has accepted nothing although something was offered; zero while it
  /// accepts.
  [[nodiscard]] voice::Duration blocked(voice::TimePoint now) const noexcept {
    return blocked_since_ == voice::TimePoint{} ? voice::Duration{0} : now - blocked_since_;
  }
  [[nodiscard]] const voice::Outbox& outbox() const noexcept { return outbox_; }
  [[nodiscard]] std::uint64_t bytes_sent() const noexcept { return bytes_sent_; }
  /// Audio messages that have been sent completely.
  [[nodiscard]] std::uint64_t frames_sent() const noexcept { return frames_sent_; }

 private:
  void note(std::size_t taken, voice::TimePoint now) noexcept {
    bytes_sent_ += taken;
    if (taken != 0) {
      blocked_since_ = {};
    } else if (blocked_since_ == voice::TimePoint{}) {
      blocked_since_ = now;
    }
  }
  bool wait(voice::Bytes message, voice::MessageClass kind, voice::TimePoint now,
            std::size_t sent) {
    const bool has_room = outbox_.push(message, kind, now, sent);
    enlist();
    VOICE_ASSERT(is_listed_ && (has_room || sent == 0));
    return has_room;
  }

  // What every tick touches comes first and lies together: a thousand peers do not fit into a
  // cache.
  bool is_listed_ = false;
  voice::TimePoint blocked_since_{};  // the epoch: it takes
  std::uint64_t bytes_sent_ = 0;
  std::uint64_t frames_sent_ = 0;
  voice::Outbox outbox_;
  WaitingList& waiting_;
  PeerId id_;
};

}  // namespace voiced
