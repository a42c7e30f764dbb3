// What both ends of TLS have in common: whole records in, messages out; messages in, records out.
// GnuTLS works on buffers of ours, and sees only whole records, so that it never holds half of one
// (it would hold 33 KiB for it).
#pragma once

#include "common/tls/gnutls/library.hpp"
#include "common/transport/plain_transport.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace voice::tls {

/// Longest record (RFC 8446 §5.2; RFC 5246 §6.2.3 allows more) with its header.
inline constexpr std::size_t record_header_bytes = 5;
inline constexpr std::size_t record_bytes_max = record_header_bytes + 16384 + 2048;
/// What a peer may send before its handshake has had a turn.
inline constexpr std::size_t held_bytes_max = 24 * 1024;
/// Records of a handshake. A client needs five; cut into the smallest that RFC 8449 asks of anybody
/// (64 bytes), its messages may still have 4 KiB.
inline constexpr unsigned handshake_records_max = 64;
/// Records that a handshake goes through in one turn: all that an honest client sends at once.
inline constexpr unsigned records_per_turn_max = 8;
/// Decrypting a record costs as much as handling a message. A peer may send this many for each of
/// its messages on average, and records_burst more.
inline constexpr unsigned records_per_message = 8;
inline constexpr unsigned records_burst = 1024;

/// The functions of a Transport, for either role.
class Stream {
 public:
  /// Asked when the handshake is done, before anything of ours can leave. Returns an error if the
  /// certificate is not to be trusted; `why` says why, for people.
  class Judge {
   public:
    virtual ~Judge() = default;
    [[nodiscard]] virtual std::optional<TransportError> objection(gnutls_session_t session,
                                                                  std::string& why) = 0;
  };

  /// @param flags      GNUTLS_SERVER or GNUTLS_CLIENT
  /// @param takes_turns every step of the handshake waits for give_turn().
  Stream(unsigned int flags, bool takes_turns) noexcept;
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  [[nodiscard]] gnutls_session_t session() const noexcept { return session_.get(); }
  /// Makes the session; without that every handshake fails. False: there is no memory for it.
  [[nodiscard]] bool set_up(gnutls_credentials_type_t kind, void* credentials,
                            gnutls_priority_t priority);

  /// From now on the judge is also asked when the peer has presented a certificate, before it is
  /// found out whether it has the key: a key that nobody vouches for may be one that takes a second
  /// to check.
  void judge_before_signature() noexcept;

  [[nodiscard]] expected<std::optional<Bytes>, TransportError> next(Bytes& wire, Judge& judge);
  /// Goes on with the handshake as far as what has come allows.
  [[nodiscard]] expected<void, TransportError> shake_hands(Judge& judge);
  [[nodiscard]] Bytes seal(Bytes message);
  [[nodiscard]] Bytes own();
  void finish();

  [[nodiscard]] bool mid_message() const noexcept {
    return framing_.mid_message() || (state_ == State::open && !record_.empty());
  }
  void set_message_bytes_max(std::size_t bytes) noexcept { framing_.set_message_bytes_max(bytes); }
  [[nodiscard]] bool is_ready() const noexcept { return state_ == State::open && seal_error_ == 0; }
  [[nodiscard]] bool wants_turn() const noexcept { return state_ == State::waiting; }
  void give_turn() noexcept;
  [[nodiscard]] bool may_have_own() const noexcept { return !is_out_taken_ && !out_.empty(); }
  [[nodiscard]] const std::string& failure() const noexcept { return failure_; }
  /// As Transport::description().
  [[nodiscard]] std::string description() const;

 private:
  enum class State : std::uint8_t {
    expecting,  // no whole record has come, and the next step has to wait for a turn
    waiting,    // for that turn
    shaking,    // has it
    open,
    over,  // failed, or ended
  };
  struct FreePacket {
    void operator()(gnutls_packet_t it) const noexcept { gnutls_packet_deinit(it); }
  };
  using Packet = std::unique_ptr<std::remove_pointer_t<gnutls_packet_t>, FreePacket>;

  static ssize_t pull(gnutls_transport_ptr_t self, void* to, std::size_t size) noexcept;
  static ssize_t push(gnutls_transport_ptr_t self, const void* from, std::size_t size) noexcept;

  static int on_signature(gnutls_session_t session, unsigned int type, unsigned int when,
                          unsigned int incoming, const gnutls_datum_t* message) noexcept;

  [[nodiscard]] unexpected<TransportError> fail(TransportError error, std::string why);
  [[nodiscard]] unexpected<TransportError> fail(int error);
  [[nodiscard]] unexpected<TransportError> refuse(TransportError error);
  [[nodiscard]] bool borrow_record(Bytes& wire) noexcept;
  [[nodiscard]] expected<bool, TransportError> take_record(Bytes& wire);
  [[nodiscard]] expected<bool, TransportError> take_next_record(Bytes& wire);
  [[nodiscard]] expected<bool, TransportError> store_record(Bytes& wire);
  [[nodiscard]] expected<void, TransportError> count_record();
  void finish_step() noexcept;
  [[nodiscard]] expected<std::optional<Bytes>, TransportError> hold(Bytes& wire);
  [[nodiscard]] expected<void, TransportError> open_record();
  void append_out(Bytes bytes);
  void forget_record();

  unsigned int flags_;
  bool takes_turns_;
  SessionHandle session_;  // null: not set up
  State state_;
  Judge* judge_ = nullptr;                   // while the library shakes hands
  std::optional<TransportError> objection_;  // of the judge, which has said why in failure_
  unsigned records_left_ = handshake_records_max;
  unsigned records_in_turn_ = 0;  // that were looked at
  bool is_finished_ = false;
  int seal_error_ = 0;                // of GnuTLS; 0: none
  std::vector<std::uint8_t> record_;  // incoming, until it is whole
  Bytes to_pull_;                     // of record_, or of next()'s bytes: what GnuTLS has not taken
  std::vector<std::uint8_t> held_;    // what came before its turn,
  std::size_t held_taken_ = 0;        // and how much of it has been looked at
  Packet packet_;                     // the record decrypted last
  Bytes plaintext_;                   // of packet_: not yet cut into messages
  PlainTransport framing_;
  std::vector<std::uint8_t> out_;  // records to be sent, or handed out last
  bool is_out_taken_ = false;      // the latter
  bool has_answered_ = false;      // there were records of the handshake among them
  bool has_settled_ = false;       // record_ has given back what the handshake took,
  bool has_sealed_ = false;        // and out_
  std::string failure_;
};

}  // namespace voice::tls
