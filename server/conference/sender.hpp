// What leaves for one peer: a message goes to the system at once, and what the system does not take
// waits in the outbox and is offered again at every tick. Every byte that waits has an owner: a
// sender cannot hold one without standing in the list of those that wait. Counts what has left, not
// what was handed over. Pure: the shell brings the function that writes.
#pragma once

#include "common/core/assert.hpp"
#include "common/wire/outbox.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace voiced {

/// Names a connection; a number is never used twice.
struct ConnectionId {
  std::uint32_t index = 0;
  std::uint64_t number = 0;
  friend bool operator==(ConnectionId, ConnectionId) = default;
};

/// What a peer's system has taken of a piece of its stream.
struct Written {
  std::size_t bytes = 0;
  bool is_broken = false;  // the connection is gone
};

/// What became of a message.
enum class Sent : std::uint8_t {
  whole,    // the system has all of it
  waiting,  // some or all of it is in the outbox
  dropped,  // there was no room
  broken,   // nothing gets through any more
};

/// Those that wait for their network. An id may be stale: its connection has ended since.
class WaitingList {
 public:
  explicit WaitingList(std::size_t places) { ids_.reserve(places); }

  [[nodiscard]] std::size_t size() const noexcept { return ids_.size(); }
  [[nodiscard]] ConnectionId at(std::size_t place) const noexcept {
    VOICE_ASSERT(place < ids_.size());
    return ids_[place];
  }
  /// Another one takes its place. Whose connection lives is told by Sender::not_waiting().
  void remove(std::size_t place) noexcept {
    VOICE_ASSERT(place < ids_.size());
    ids_[place] = ids_.back();
    ids_.pop_back();
  }

 private:
  friend class Sender;
  std::vector<ConnectionId> ids_;
};

class Sender {
 public:
  /// @param waiting outlives it.
  Sender(voice::OutboxLimits limits, ConnectionId id, WaitingList& waiting) noexcept
      : outbox_(limits), waiting_(waiting), id_(id) {}

  /// Hands a whole message to `write` (bytes in, Written out); what it does not take waits.
  template <class Write>
  [[nodiscard]] Sent send(voice::Bytes message, voice::MessageClass kind, voice::TimePoint now,
                          Write&& write) {
    std::size_t sent = 0;
    if (outbox_.empty()) {
      const Written written = write(message);
      if (written.is_broken) return Sent::broken;
      sent = written.bytes;
      VOICE_ASSERT(sent <= message.size());
      note(sent, now);
      if (sent == message.size()) {
        if (kind == voice::MessageClass::audio) ++frames_sent_;
        return Sent::whole;
      }
    }
    return wait(message, kind, now, sent) ? Sent::waiting : Sent::dropped;
  }

  /// Drops audio that is too old and offers the rest again: whole when nothing is left.
  template <class Write>
  [[nodiscard]] Sent flush(voice::TimePoint now, Write&& write) {
    outbox_.expire(now);
    const voice::Bytes bytes = outbox_.front();
    if (bytes.empty()) return Sent::whole;
    const Written written = write(bytes);
    if (written.is_broken) return Sent::broken;
    VOICE_ASSERT(listed_);
    VOICE_ASSERT(written.bytes <= bytes.size());
    note(written.bytes, now);
    frames_sent_ += outbox_.consume(written.bytes);
    return outbox_.empty() ? Sent::whole : Sent::waiting;
  }

  /// A polite end: nothing is left but the rest of a message half sent, and what is sent from now
  /// on.
  void clear_unsent() { outbox_.clear_unsent(); }
  void set_limits(voice::OutboxLimits limits) noexcept { outbox_.set_limits(limits); }

  /// It stands in the list no longer; only for whoever has removed it there.
  void not_waiting() noexcept {
    VOICE_ASSERT(listed_);
    VOICE_ASSERT(outbox_.empty());
    listed_ = false;
  }

  /// Nothing waits here; what has left may still be under way.
  [[nodiscard]] bool empty() const noexcept { return outbox_.empty(); }
  /// How long the system has taken nothing although something was offered; zero when it takes.
  [[nodiscard]] voice::Duration blocked(voice::TimePoint now) const noexcept {
    return blocked_since_ == voice::TimePoint{} ? voice::Duration{0} : now - blocked_since_;
  }
  [[nodiscard]] const voice::Outbox& outbox() const noexcept { return outbox_; }
  [[nodiscard]] std::uint64_t bytes_sent() const noexcept { return bytes_sent_; }
  /// Audio messages whose last byte has left.
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
    const bool taken = outbox_.push(message, kind, now, sent);
    if (!listed_) {
      listed_ = true;
      waiting_.ids_.push_back(id_);
    }
    return taken;
  }

  // What every tick touches comes first and lies together: a thousand peers do not fit into a
  // cache.
  bool listed_ = false;
  voice::TimePoint blocked_since_{};  // nothing: the epoch
  std::uint64_t bytes_sent_ = 0;
  std::uint64_t frames_sent_ = 0;
  voice::Outbox outbox_;
  WaitingList& waiting_;
  ConnectionId id_;
};

}  // namespace voiced
