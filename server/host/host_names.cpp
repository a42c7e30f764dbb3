// Names that look like somebody else's, in rooms that mark or refuse them.
#include "server/host/host.hpp"

namespace voiced {

using voice::TimePoint;

namespace {

/// A client that reconnects has the name of its broken connection, and the same address or account.
bool is_same_person(const Peer& a, const Peer& b) {
  const std::string& user = a.session.access().user;
  if (!user.empty() && user == b.session.access().user) return true;
  return a.cold.address == b.cold.address && a.session.name() == b.session.name();
}

}  // namespace

// A peer in the same room whose name looks like this peer's; null: none.
const Peer* Host::find_alike(Peer& peer) const {
  const Session::NameNumbers own = peer.session.name_numbers();
  const RoomId room = peer.session.seat()->room;
  const Peer* found = nullptr;
  peers_.for_each_seated([&](Peer& other) {
    if (found != nullptr || &other == &peer || other.session.seat()->room != room) return;
    const Session::NameNumbers its = other.session.name_numbers();
    const bool is_alike =
        its.as_written == own.as_written || its.in_lower_case == own.in_lower_case;
    if (is_alike && !is_same_person(peer, other)) found = &other;
  });
  return found;
}

// The claimed name counts, too: a mark, which depends on whether there are accounts, lifts no ban.
const Ban* Host::find_ban_of_name(const Peer& peer) const noexcept {
  const Ban* const shown = door_.bans().find(peer.session.name(), today_);
  return shown != nullptr ? shown : door_.bans().find(peer.session.claimed_name(), today_);
}

// Returns whether the peer stays.
bool Host::judge_name(Peer& peer, TimePoint now) {
  const NameRule rule = lobby_.name_rule(peer.session.seat()->room);
  if (rule == NameRule::allow || !peer.session.has_new_name()) return true;
  const bool has_likeness = !peer.session.owns_name() && find_alike(peer) != nullptr;
  if (has_likeness && rule == NameRule::refuse) {
    close(peer, CloseReason::name_taken, now);
    return false;
  }
  if (has_likeness) peer.session.set_name_doubtful(true);
  return true;
}

// Nobody is sent away because of a reload.
void Host::follow_new_name(Peer& peer) {
  if (peer.is_leaving() || !peer.session.has_new_name() || !peer.has_seat()) return;
  const NameRule rule = lobby_.name_rule(peer.session.seat()->room);
  if (rule != NameRule::allow && !peer.session.owns_name() && find_alike(peer) != nullptr) {
    peer.session.set_name_doubtful(true);
  }
  tell_new_name(peer);
}

void Host::tell_new_name(Peer& peer) {
  if (!peer.session.take_new_name()) return;
  events_.emplace_back(event::Named{peer.id.number, peer.session.address(), peer.session.name(),
                                    peer.session.is_name_doubtful()});
}

}  // namespace voiced
