// The Judge of a server: checks what peers claim against the accounts, the conference's password
// and the invitations. Owns what it compares with; its owner reads and writes the files.
#pragma once

#include "common/identity/ended_invitations.hpp"
#include "common/identity/known_invitation.hpp"
#include "common/identity/users.hpp"
#include "server/login/password_worker.hpp"
#include "server/net/judge.hpp"

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace voiced {

/// How many invitations made in this run are remembered, for lists only.
inline constexpr std::size_t made_invitations_max = 4096;

class Accounts : public Judge {
 public:
  /// @param comparer of a password that was sent with the one that it should be
  explicit Accounts(PasswordWorker::Compare comparer = voice::identity::compare);

  /// For claims from now on. @param users null: there are none
  void set_users(std::shared_ptr<const voice::identity::Users> users) { users_ = std::move(users); }
  /// The passwords of rooms, by the room's name; none is empty (asserted). A room without an entry
  /// has that of the front room. What proofs of a password are checked with is made when the first
  /// peer asks for it, and kept for as long as any room has that password.
  using Passwords = std::map<std::string, std::string, std::less<>>;
  void set_passwords(const Passwords& passwords);
  /// None: no invitation is valid.
  void set_invitation_key(std::optional<voice::identity::Key> key) { invitation_key_ = key; }
  /// The invitations that earlier runs have revoked or used up.
  void set_ended(voice::identity::EndedInvitations ended) { ended_ = std::move(ended); }
  [[nodiscard]] const voice::identity::EndedInvitations& ended() const noexcept { return ended_; }
  /// Told once whether a change is on disk; an error message if it is not.
  using Kept = std::function<void(const std::string& why_not)>;
  /// Called whenever an invitation has been used up, or given back. The verdict on the peer that
  /// has used it up waits for `Kept`, which may be called at once or later, while this object
  /// lives: otherwise, the invitation would be good again after a crash.
  void on_ended(std::function<void(Kept)> changed) { changed_ = std::move(changed); }

  void ask(Check check, std::chrono::sys_seconds today) override;
  void was_not_used(std::string_view invitation) override;
  [[nodiscard]] std::vector<Judged> take() override;

  /// A token, or an error message.
  [[nodiscard]] voice::expected<std::string, std::string> invite(
      const voice::identity::Invitation& invitation);
  /// @param id_or_token if it is an id, its expiry is unknown: it is remembered for a year.
  /// Returns the id.
  [[nodiscard]] voice::expected<std::string, std::string> revoke(std::string_view id_or_token,
                                                                 std::chrono::sys_seconds today);
  /// Those that have not expired: the ones that were made since the start (the last
  /// made_invitations_max of them), and the ones that were used up or revoked at any time. By id.
  [[nodiscard]] std::vector<voice::identity::KnownInvitation> invitations(
      std::chrono::sys_seconds today) const;

 private:
  /// One for all rooms that have it.
  struct RoomPassword {
    std::string text;
    std::optional<voice::identity::Verifier> verifier = {};
    bool is_being_made = false;
  };
  struct Waiting {
    PeerId peer;
    std::shared_ptr<RoomPassword> password;
  };

  void open(PeerId peer, const claim::Opening& opening);
  void made(PeerId first, const std::optional<voice::identity::Verifier>& verifier);
  [[nodiscard]] Judgement prove(const claim::Proof& proof) const;
  void invited(PeerId peer, const claim::Invitation& claim, std::chrono::sys_seconds today);
  [[nodiscard]] bool end(std::string_view id, voice::identity::EndedBy how,
                         std::chrono::sys_seconds until, std::chrono::sys_seconds today);
  void used_up(PeerId peer, const voice::identity::Invitation& invitation,
               const std::string& why_not);
  [[nodiscard]] Judgement certified(const claim::Certificate& claim) const;
  void compare(PeerId peer, claim::Password claim);
  void compared(PeerId peer, voice::identity::Comparison result);
  [[nodiscard]] std::shared_ptr<RoomPassword> password_of(std::string_view room) const;
  [[nodiscard]] voice::identity::Verifier verifier_of(std::string_view user) const;
  [[nodiscard]] Judgement granted(std::string_view user, std::string proof) const;

  std::shared_ptr<const voice::identity::Users> users_;
  std::map<std::string, std::shared_ptr<RoomPassword>, std::less<>> passwords_;  // by room
  std::optional<voice::identity::Key> invitation_key_;
  voice::identity::EndedInvitations ended_;
  std::deque<voice::identity::Invitation> made_;  // the oldest first
  std::function<void(Kept)> changed_;
  voice::identity::Key decoy_;  // where the users file has none
  PasswordWorker worker_;
  std::vector<std::pair<PeerId, std::string>> compared_;  // with the worker: for whom, and as whom
  std::vector<Waiting> waiting_;  // for a verifier; the first one of a password is with the worker
  std::vector<Judged> done_;
};

}  // namespace voiced
