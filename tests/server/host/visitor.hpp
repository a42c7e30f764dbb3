// A peer of a Session, for tests: sends stream bytes, reads what the session answers.
#pragma once

#include "server/host/session.hpp"

#include "tests/server/room/test_room.hpp"

#include <optional>
#include <string>
#include <vector>

namespace voiced::test {

using voice::test::message;
using voice::test::rtp_message;

inline constexpr voice::TimePoint start{std::chrono::hours{1}};

struct OwnLobby {
  OwnLobby(const RoomOptions& its_front, std::string its_password)
      : front(its_front),
        password(std::move(its_password)),
        lobby(front, front.participants_max, password) {}

  /// After `front`, `password` or `rooms` have been changed.
  void reconfigure() { lobby.reconfigure(front, password, rooms, 0); }

  RoomOptions front;
  std::string password;
  std::vector<RoomRules> rooms;
  Lobby lobby;
};

/// A lobby with its front room, and what is said and heard there.
struct TestLobby : OwnLobby, RoomTrial {
  explicit TestLobby(const RoomOptions& its_front = test_options(),
                     const std::string& its_password = {})
      : OwnLobby(its_front, its_password), RoomTrial(lobby.front()) {}
};

struct Visitor {
  explicit Visitor(Lobby& its_lobby, std::uint64_t number = 1)
      : lobby(its_lobby), session(its_lobby, number, "192.0.2.1:50000") {
    session.set_is_local(true);
  }

  /// Judges the password of a room as a Host does; every other claim is left in `claim`.
  std::optional<CloseReason> send(voice::Bytes bytes) {
    if (const auto reason = session.received(bytes, now)) return reason;
    claim = session.take_claim();
    const auto* const password = claim ? std::get_if<claim::Password>(&*claim) : nullptr;
    if (password == nullptr || !password->user.empty()) return std::nullopt;
    const bool is_right = lobby.is_password(lobby.guard_of(password->room), password->password);
    return session.checked(is_right ? Judgement(verdict::Granted{}) : verdict::Denied{});
  }

  /// Everything the session wants to say, as the payloads of its messages.
  std::vector<std::string> answers() {
    std::vector<std::string> texts;
    for (const auto& wire : session.take_control()) {
      const auto messages = voice::test::messages_of(wire);
      REQUIRE(messages.size() == 1);
      texts.push_back(voice::test::text_of(messages[0]));
    }
    return texts;
  }

  voice::TimePoint now = start;
  Lobby& lobby;
  Session session;
  std::optional<Claim> claim;
};

/// A peer that has been admitted, and whose announcement has been read.
struct Guest : Visitor {
  explicit Guest(Lobby& its_lobby, std::uint64_t number = 1) : Visitor(its_lobby, number) {
    REQUIRE_FALSE(session.open());
    REQUIRE(answers().size() == 1);
  }

  [[nodiscard]] ParticipantId id() const { return session.seat().value().participant; }
  [[nodiscard]] const Participant& participant(const Room& room) const {
    const Participant* const found = room.find(id());
    REQUIRE(found != nullptr);
    return *found;
  }
};

}  // namespace voiced::test
