#include "common/tls/gnutls/stream.hpp"

#include "common/core/assert.hpp"
#include "common/core/bytes.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

namespace voice::tls {
namespace {

constexpr std::size_t failure_bytes_max = 200;
// A chain of certificates; GnuTLS would store 128 KiB.
constexpr std::size_t handshake_message_bytes_max = 32 * 1024;
// How much memory a session keeps for the next record. During the handshake it takes more.
constexpr std::size_t kept_bytes_max = 1024;
// fatal, access_denied, in a record of its own (RFC 8446 §5.1, §6)
constexpr std::array<std::uint8_t, 7> access_denied{21, 3, 3, 0, 2, 2, 49};

void forget_much(std::vector<std::uint8_t>& buffer) {
  if (buffer.capacity() > kept_bytes_max) std::vector<std::uint8_t>().swap(buffer);
  buffer.clear();
}

// What a record begins with (RFC 8446 §5.1).
bool is_header(Bytes bytes) {
  return bytes[0] >= 20 && bytes[0] <= 24 && bytes[1] == 3;
}

std::size_t size_of_record(Bytes header) {
  return record_header_bytes + load_be16(header.data() + 3);
}

void append(std::vector<std::uint8_t>& to, Bytes bytes) {
  to.insert(to.end(), bytes.begin(), bytes.end());
}

}  // namespace

Stream::Stream(unsigned int flags, bool takes_turns) noexcept
    : flags_(flags),
      takes_turns_(takes_turns),
      state_(takes_turns ? State::expecting : State::shaking),
      framing_(0) {}

bool Stream::set_up(gnutls_credentials_type_t kind, void* credentials, gnutls_priority_t priority) {
  gnutls_session_t session = nullptr;
  if (gnutls_init(&session, flags_ | GNUTLS_NONBLOCK | GNUTLS_NO_SIGNAL) != 0) return false;
  session_.reset(session);
  gnutls_transport_set_ptr(session, this);
  gnutls_transport_set_pull_function(session, &Stream::pull);
  gnutls_transport_set_push_function(session, &Stream::push);
  gnutls_handshake_set_max_packet_length(session, handshake_message_bytes_max);
  gnutls_handshake_set_timeout(session, GNUTLS_INDEFINITE_TIMEOUT);
  return gnutls_priority_set(session, priority) == 0 &&
         gnutls_credentials_set(session, kind, credentials) == 0;
}

ssize_t Stream::pull(gnutls_transport_ptr_t self, void* to, std::size_t size) noexcept {
  Stream& stream = *static_cast<Stream*>(self);
  const std::size_t count = std::min(size, stream.to_pull_.size());
  if (count == 0) {
    gnutls_transport_set_errno(stream.session_.get(), EAGAIN);
    return -1;
  }
  std::memcpy(to, stream.to_pull_.data(), count);
  stream.to_pull_ = stream.to_pull_.subspan(count);
  return static_cast<ssize_t>(count);
}

ssize_t Stream::push(gnutls_transport_ptr_t self, const void* from, std::size_t size) noexcept {
  Stream& stream = *static_cast<Stream*>(self);
  stream.append_out({static_cast<const std::uint8_t*>(from), size});
  stream.has_answered_ = true;
  return static_cast<ssize_t>(size);
}

void Stream::judge_before_signature() noexcept {
  if (session_ == nullptr) return;
  gnutls_session_set_ptr(session_.get(), this);
  gnutls_handshake_set_hook_function(session_.get(), GNUTLS_HANDSHAKE_CERTIFICATE_VERIFY,
                                     GNUTLS_HOOK_PRE, &Stream::on_signature);
}

int Stream::on_signature(gnutls_session_t session, unsigned int, unsigned int,
                         unsigned int incoming, const gnutls_datum_t*) noexcept {
  Stream& stream = *static_cast<Stream*>(gnutls_session_get_ptr(session));
  if (incoming == 0 || stream.judge_ == nullptr) return 0;
  stream.objection_ = stream.judge_->objection(session, stream.failure_);
  return stream.objection_ ? GNUTLS_E_CERTIFICATE_ERROR : 0;
}

void Stream::append_out(Bytes bytes) {
  if (std::exchange(is_out_taken_, false)) forget_much(out_);
  append(out_, bytes);
}

void Stream::give_turn() noexcept {
  if (state_ != State::waiting) return;
  state_ = State::shaking;
  records_in_turn_ = 0;
}

// Ends a step: all of its records have been handled, or as many as one turn may handle.
void Stream::finish_step() noexcept {
  if (takes_turns_ && state_ == State::shaking) state_ = State::expecting;
}

unexpected<TransportError> Stream::fail(TransportError error, std::string why) {
  state_ = State::over;
  failure_ = std::move(why);
  if (failure_.size() > failure_bytes_max) failure_.resize(failure_bytes_max);
  return unexpected(error);
}

unexpected<TransportError> Stream::fail(int error) {
  const bool is_shaking = state_ != State::open;
  std::string why = failed(is_shaking ? "TLS handshake" : "TLS", error);
  if (error == GNUTLS_E_FATAL_ALERT_RECEIVED) {
    const char* const alert = gnutls_alert_get_name(gnutls_alert_get(session_.get()));
    why += std::string(": ") + (alert == nullptr ? "unknown" : alert);
  } else {
    gnutls_alert_send_appropriate(session_.get(), error);
  }
  return fail(is_shaking ? TransportError::handshake : TransportError::corrupt, std::move(why));
}

// A record that has arrived whole need not be stored. Not during the handshake, when it may have to
// wait.
bool Stream::borrow_record(Bytes& wire) noexcept {
  if (state_ != State::open || !record_.empty() || !held_.empty()) return false;
  if (wire.size() < record_header_bytes || !is_header(wire)) return false;
  const std::size_t size = size_of_record(wire);
  if (size > record_bytes_max || size > wire.size()) return false;
  to_pull_ = wire.first(size);
  wire = wire.subspan(size);
  return true;
}

// Moves bytes of one record from the front of `wire`; true when it is whole.
expected<bool, TransportError> Stream::take_record(Bytes& wire) {
  const auto take = [&](std::size_t wanted) {
    const std::size_t count = std::min(wanted - record_.size(), wire.size());
    append(record_, wire.first(count));
    wire = wire.subspan(count);
    return record_.size() == wanted;
  };
  if (record_.size() < record_header_bytes && !take(record_header_bytes)) return false;
  const std::size_t size = size_of_record(record_);
  // Not TLS at all: what an HTTP client or the original program sends first.
  if (!is_header(record_) || size > record_bytes_max) {
    const bool is_first = state_ != State::open;
    return fail(is_first ? TransportError::foreign : TransportError::corrupt,
                is_first ? "the peer does not speak TLS" : "not a TLS record");
  }
  return take(size);
}

expected<void, TransportError> Stream::shake_hands(Judge& judge) {
  VOICE_ASSERT(state_ == State::shaking);
  if (session_ == nullptr) return fail(TransportError::handshake, "no memory for TLS");
  int result = 0;
  judge_ = &judge;
  do {
    result = gnutls_handshake(session_.get());
  } while (result == GNUTLS_E_WARNING_ALERT_RECEIVED || result == GNUTLS_E_INTERRUPTED);
  judge_ = nullptr;
  if (objection_) return refuse(*objection_);
  if (result == GNUTLS_E_AGAIN) return {};
  if (result != 0) return fail(result);
  if (const auto error = judge.objection(session_.get(), failure_)) return refuse(*error);
  state_ = State::open;
  records_left_ = records_burst;
  return {};
}

unexpected<TransportError> Stream::refuse(TransportError error) {
  gnutls_alert_send(session_.get(), GNUTLS_AL_FATAL, GNUTLS_A_BAD_CERTIFICATE);
  return fail(error, std::exchange(failure_, {}));
}

// A record may hold no data: a ticket, a new key, a warning.
expected<void, TransportError> Stream::open_record() {
  gnutls_packet_t packet = nullptr;
  const ssize_t size = gnutls_record_recv_packet(session_.get(), &packet);
  packet_.reset(packet);
  if (size > 0) {
    gnutls_datum_t data{};
    gnutls_packet_get(packet, &data, nullptr);
    plaintext_ = {data.data, data.size};
    return {};
  }
  if (size == GNUTLS_E_AGAIN || size == GNUTLS_E_INTERRUPTED ||
      size == GNUTLS_E_WARNING_ALERT_RECEIVED) {
    return {};
  }
  if (size == 0 || size == GNUTLS_E_PREMATURE_TERMINATION) return fail(TransportError::ended, {});
  return fail(static_cast<int>(size));
}

expected<std::optional<Bytes>, TransportError> Stream::next(Bytes& wire, Judge& judge) {
  VOICE_ASSERT(state_ != State::over);
  if (seal_error_ != 0) return fail(seal_error_);
  for (;;) {
    if (auto message = framing_.next(plaintext_); !message || *message) {
      records_left_ = std::min(records_left_ + records_per_message, records_burst);
      return message;
    }
    packet_.reset();
    if (state_ == State::waiting) return hold(wire);
    if (to_pull_.empty()) {
      const auto is_whole = take_next_record(wire);
      if (!is_whole) return unexpected(is_whole.error());
      if (!*is_whole) {
        finish_step();
        return std::optional<Bytes>{};
      }
      if (const auto counted = count_record(); !counted) return unexpected(counted.error());
      if (state_ == State::expecting) {
        state_ = State::waiting;
        continue;
      }
    }
    const auto done = state_ == State::open ? open_record() : shake_hands(judge);
    if (!done) return unexpected(done.error());
    if (to_pull_.empty()) {
      forget_record();
      if (++records_in_turn_ == records_per_turn_max) finish_step();
    } else if (record_.empty()) {
      record_.assign(to_pull_.begin(), to_pull_.end());
      to_pull_ = record_;
    }
  }
}

// The records of a handshake are longer than those of sound, so their memory is returned once.
void Stream::forget_record() {
  const bool settles = state_ == State::open && !std::exchange(has_settled_, true);
  if (settles) std::vector<std::uint8_t>().swap(record_);
  forget_much(record_);
}

// Limits records that are empty, or hold a single byte of a message: a peer could send any number.
expected<void, TransportError> Stream::count_record() {
  if (records_left_ > 0) {
    --records_left_;
    return {};
  }
  return fail(state_ == State::open ? TransportError::flooding : TransportError::handshake,
              "too many records");
}

// The next record to be read, if it is whole. Records that came while the handshake waited go
// first.
expected<bool, TransportError> Stream::take_next_record(Bytes& wire) {
  if (borrow_record(wire)) return true;
  const auto is_whole = store_record(wire);
  if (is_whole && *is_whole) to_pull_ = record_;
  return is_whole;
}

expected<bool, TransportError> Stream::store_record(Bytes& wire) {
  if (!held_.empty()) {
    Bytes rest = Bytes{held_}.subspan(held_taken_);
    const auto is_whole = take_record(rest);
    held_taken_ = held_.size() - rest.size();
    if (rest.empty()) {
      std::vector<std::uint8_t>().swap(held_);
      held_taken_ = 0;
    }
    if (!is_whole || *is_whole) return is_whole;
  }
  return take_record(wire);
}

expected<std::optional<Bytes>, TransportError> Stream::hold(Bytes& wire) {
  if (held_.size() + wire.size() > held_bytes_max) {
    return fail(TransportError::handshake, "too many bytes before the handshake");
  }
  append(held_, std::exchange(wire, {}));
  return std::optional<Bytes>{};
}

// The library cuts a message into several records if it is too long for one.
Bytes Stream::seal(Bytes message) {
  VOICE_ASSERT(state_ == State::open && !is_finished_ && !may_have_own());
  // The memory for the handshake's answers is returned, too.
  if (!std::exchange(has_sealed_, true)) std::vector<std::uint8_t>().swap(out_);
  while (!message.empty()) {
    const ssize_t count = gnutls_record_send(session_.get(), message.data(), message.size());
    if (count <= 0) {  // no memory, or no more records with these keys: next() says so
      seal_error_ = count == 0 ? GNUTLS_E_INTERNAL_ERROR : static_cast<int>(count);
      break;
    }
    VOICE_ASSERT(static_cast<std::size_t>(count) <= message.size());
    message = message.subspan(static_cast<std::size_t>(count));
  }
  return own();
}

Bytes Stream::own() {
  if (std::exchange(is_out_taken_, true)) return {};
  return out_;
}

void Stream::finish() {
  if (std::exchange(is_finished_, true)) return;
  if (state_ == State::open) {
    gnutls_bye(session_.get(), GNUTLS_SHUT_WR);
  } else if (state_ != State::over) {
    // A peer that has had an answer expects that what follows is encrypted, as the answer was.
    if (has_answered_) {
      gnutls_alert_send(session_.get(), GNUTLS_AL_FATAL, GNUTLS_A_ACCESS_DENIED);
    } else {
      append_out(access_denied);
    }
  }
}

std::string Stream::description() const {
  if (!is_ready()) return {};
  gnutls_session_t const session = this->session();
  return std::string(gnutls_protocol_get_name(gnutls_protocol_get_version(session))) + ", " +
         gnutls_cipher_get_name(gnutls_cipher_get(session));
}

}  // namespace voice::tls
