// The peers that are proving who they are: how many there may be, in all and from one address, who
// gives way when there are more, how often they may fail, and the claims that wait for the shell's
// verdict. Pure.
#pragma once

#include "server/host/attempts.hpp"
#include "server/host/close_reason.hpp"
#include "server/host/doorman.hpp"
#include "server/host/known_addresses.hpp"
#include "server/host/login.hpp"

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace voiced {

/// Logins in progress at a time. A claim takes up to 1 KiB; one with a password in the clear takes
/// some 30 ms on a thread other than the mixer's, one after the other.
inline constexpr std::size_t logins_max = 128;
/// The same from one address, so that others get their turn.
inline constexpr std::size_t logins_per_address_max = 8;

/// Why a claim is not checked now: its address or its account is paused, or too many others log in.
struct NotNow {
  CloseReason reason;
  std::string words;  // for people
};

class Logins {
 public:
  /// Why this claim cannot be checked now; none: it can. The same for accounts that exist and for
  /// others.
  [[nodiscard]] std::optional<NotNow> why_not_now(const AddressKey& address, std::string_view user,
                                                  voice::TimePoint now) const;
  /// The same for a claim that may be a guess, before it is handed to the shell: others may have
  /// failed since the peer began. When an address or an account has no free failures left, its
  /// guesses are checked one at a time; otherwise each pause could be used for as many guesses as
  /// there are places.
  [[nodiscard]] std::optional<NotNow> why_no_guess(PeerId peer, std::string_view user,
                                                   voice::TimePoint now) const;
  /// A peer begins; why_not_now() said nothing. Returns the peer, if any, that has lost its place
  /// to it: the caller ends that one's login.
  [[nodiscard]] std::optional<PeerId> begin(PeerId peer, const AddressKey& address,
                                            std::string_view user, voice::TimePoint now);
  /// Hands a claim to the shell.
  void ask(PeerId peer, Claim claim);
  /// The shell has judged its claim. Returns whether the peer is still here.
  bool answered(PeerId peer);
  /// The login is over, or the peer has gone. A peer whose claim is with the shell keeps its place
  /// until the verdict, and counts as failed; otherwise, by reconnecting, a peer could have any
  /// number of claims there. Idempotent.
  void end(PeerId peer, voice::TimePoint now);
  [[nodiscard]] bool is_under_way(PeerId peer) const;

  void failed(const AddressKey& address, std::string_view user, voice::TimePoint now);
  /// Only for the account: an address with one good account may guess at others. From now on, what
  /// others do to this account does not delay it at this address.
  void granted(const AddressKey& address, std::string_view user);

  [[nodiscard]] std::vector<Check> take_checks() { return std::exchange(checks_, {}); }
  [[nodiscard]] std::size_t size() const noexcept { return places_.size(); }
  void tidy(voice::TimePoint now);

 private:
  struct Place {
    PeerId peer;
    AddressKey address{};
    voice::TimePoint since;
    bool is_known = false;          // its account has logged in from there before
    std::string guessed_user = {};  // the account, if it is a guess that is with the shell
    bool is_guessing = false;
    bool is_asked = false;  // its claim is with the shell
    bool has_gone = false;
  };
  using Places = std::map<std::uint64_t, Place>;

  [[nodiscard]] std::optional<NotNow> pause(const AddressKey& address, std::string_view user,
                                            voice::TimePoint now) const;
  [[nodiscard]] bool is_known(const AddressKey& address, std::string_view user) const;
  [[nodiscard]] std::size_t from(const AddressKey& address) const;
  [[nodiscard]] Places::const_iterator giving_way(const AddressKey& address, std::string_view user,
                                                  voice::TimePoint now) const;
  void free(Places::const_iterator place);

  Places places_;  // by PeerId::number
  KnownAddresses known_;
  std::map<AddressKey, std::size_t> per_address_;
  std::vector<Check> checks_;
  Attempts addresses_{AttemptLimits{}};
  // An account must not be locked by strangers for long.
  Attempts accounts_{{.free_failures = 10,
                      .wait_min = std::chrono::seconds{1},
                      .wait_max = std::chrono::seconds{30},
                      .forgotten_after = std::chrono::seconds{600},
                      .keys_max = 4096}};
};

}  // namespace voiced
