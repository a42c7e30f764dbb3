// How a peer logs in before it enters a room (docs/protocol.md §7).
#include "server/host/session_login.hpp"

#include "common/core/assert.hpp"

#include <utility>

namespace voiced {
namespace {

namespace voice1 = voice::voice1;

// A client may take a second or two for Argon2id, and claims wait for each other.
constexpr std::chrono::seconds login_max{15};

}  // namespace

std::optional<CloseReason> Session::identify(const voice1::Hello& greeting, voice::Bytes message,
                                             voice::TimePoint now) {
  const bool is_outside = lobby_.find(*seat_)->is_outside;
  // A peer that joined before the front room had a password does not need it.
  const RoomId guard = lobby_.guard_of(greeting.room);
  const bool owes_password = lobby_.needs_password(guard) && (is_outside || guard != front_room);
  const bool shows_password =
      !greeting.password.empty() && (owes_password || !greeting.user.empty());
  if ((shows_password || !greeting.token.empty()) && !may_show_secret()) {
    return CloseReason::secret_in_clear;
  }
  const std::string user(greeting.user);
  const std::string certified = channel_.peer_name();
  if (!greeting.token.empty()) {
    log_in(claim::Invitation{std::string(greeting.token)}, message, now);
  } else if (!certified.empty() && (user.empty() || user == certified)) {
    log_in(claim::Certificate{certified}, message, now);
  } else if (user.empty() && !is_guest_admitted(guard)) {
    return CloseReason::login_required;
  } else if (shows_password) {
    log_in(claim::Password{user, std::string(greeting.password), std::string(greeting.room)},
           message, now);
  } else if (!user.empty() || owes_password) {
    if (greeting.nonce.empty()) return CloseReason::bad_password;
    log_in(claim::Opening{user, std::string(greeting.nonce), std::string(greeting.room)}, message,
           now);
  } else {
    is_known_ = true;
    return enter(greeting);
  }
  return std::nullopt;
}

// A refused guest is not told that the room has members. A guest that joined before the front room
// refused guests may stay there.
bool Session::is_guest_admitted(RoomId room) const {
  if (room == front_room && !lobby_.find(*seat_)->is_outside) return true;
  return lobby_.guests(room) != Guests::none && lobby_.roles(room).members.empty();
}

bool Session::may_show_secret() const {
  const PlainSecrets allowed = lobby_.login_rules().plain_secrets;
  if (allowed == PlainSecrets::all || (allowed == PlainSecrets::loopback && is_local_)) return true;
  return !channel_.description().empty();
}

void Session::log_in(Claim claim, voice::Bytes hello, voice::TimePoint now) {
  VOICE_ASSERT(login_ == nullptr && !is_known_);
  login_ = std::make_unique<Login>(Login{.hello = {hello.begin(), hello.end()}, .since = now});
  VOICE_ASSERT(!hello.empty() && seat_);
  login_->user = user_of(claim);
  if (const auto* const opening = std::get_if<claim::Opening>(&claim)) {
    login_->nonce = opening->nonce;
    login_->room = opening->room;
  }
  login_->claim = std::move(claim);
  room().set_outside(seat_->participant, true);
}

void Session::prove(const voice1::Proof& proof) {
  if (login_ == nullptr || !login_->challenge) {
    ++counters_.ignored_messages;
    return;
  }
  login_->claim = claim::Proof{login_->user, login_->nonce, std::move(*login_->challenge),
                               std::string(proof.proof), login_->room};
  login_->challenge.reset();
  VOICE_ASSERT(login_->claim.has_value());
}

std::optional<Claim> Session::take_claim() {
  if (login_ == nullptr) return std::nullopt;
  return std::exchange(login_->claim, std::nullopt);
}

std::string Session::claimed_user() const {
  return login_ == nullptr ? std::string{} : login_->user;
}

bool Session::login_overdue(voice::TimePoint now) const noexcept {
  return login_ != nullptr && now - login_->since > login_max;
}

const Access& Session::access() const noexcept {
  static const Access guest;
  return proved_ == nullptr ? guest : proved_->access;
}

std::optional<CloseReason> Session::checked(const Judgement& verdict) {
  if (login_ == nullptr) return std::nullopt;
  if (const auto* const asked = std::get_if<verdict::Asked>(&verdict)) {
    login_->challenge = asked->challenge;
    const LoginChallenge& ours = *login_->challenge;
    queue(voice1::Challenge{ours.nonce, ours.salt, ours.memory_kib, ours.passes});
    return std::nullopt;
  }
  if (const auto* const good = std::get_if<verdict::Granted>(&verdict)) return granted(*good);
  if (std::holds_alternative<verdict::Unchecked>(verdict)) return CloseReason::login_unchecked;
  const auto hello = voice1::parse(login_->hello);
  VOICE_ASSERT(hello && std::holds_alternative<voice1::Hello>(*hello));
  const bool is_invited = !std::get<voice1::Hello>(*hello).token.empty();
  return is_invited ? CloseReason::bad_invitation : CloseReason::bad_password;
}

std::optional<CloseReason> Session::granted(const verdict::Granted& granted) {
  const std::unique_ptr<Login> login = std::move(login_);
  const auto message = voice1::parse(login->hello);
  VOICE_ASSERT(message && std::holds_alternative<voice1::Hello>(*message));
  voice1::Hello greeting = std::get<voice1::Hello>(*message);
  const std::string& its_room = granted.access.room;
  if (!its_room.empty() && !greeting.room.empty() && greeting.room != its_room) {
    return CloseReason::bad_invitation;
  }
  if (!its_room.empty()) greeting.room = its_room;
  let_in(granted);
  return enter(greeting, granted.proof);
}

// For a guest, nothing needs to be stored.
void Session::let_in(const verdict::Granted& granted) {
  VOICE_ASSERT(granted.name.empty() || !granted.access.is_guest);
  is_known_ = true;
  if (granted.access.is_guest) return;
  proved_ = std::make_unique<const Proved>(Proved{granted.access, granted.name});
}

const std::string& Session::given_name() const noexcept {
  static const std::string none;
  return proved_ == nullptr ? none : proved_->name;
}

}  // namespace voiced
