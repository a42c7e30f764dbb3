// The operator's requests, by verb: one line in, one line of JSON out (docs/control.md). Uses no
// sockets.
#pragma once

#include "server/net/server.hpp"
#include "server/operator/program.hpp"
#include "server/operator/reply.hpp"
#include "server/operator/request.hpp"

#include <span>
#include <string>
#include <string_view>

namespace voiced {

class Commands {
 public:
  /// Both must outlive it.
  Commands(Server& server, Program& program) : server_(server), program_(program) {}

  /// Executes `request` and passes the answer to `reply`: at once, except for requests that wait
  /// for the disk. Whatever the request contains, the answer is one JSON object.
  void answer(std::string_view request, const Reply& reply);

 private:
  using Words = std::span<const Word>;
  struct Verb;

  [[nodiscard]] static std::span<const Verb> verbs() noexcept;

  [[nodiscard]] std::string status(Words) const;
  [[nodiscard]] std::string list(Words) const;
  [[nodiscard]] std::string statistics(Words) const;
  [[nodiscard]] std::string mute(Words words);
  [[nodiscard]] std::string unmute(Words words);
  [[nodiscard]] std::string set_mutes(Words words, bool muted);
  [[nodiscard]] std::string gain(Words words);
  [[nodiscard]] std::string kick(Words words);
  [[nodiscard]] std::string rooms(Words) const;
  [[nodiscard]] std::string move(Words words);
  [[nodiscard]] std::string lock(Words words);
  [[nodiscard]] std::string unlock(Words words);
  [[nodiscard]] std::string set_locked(Words words, bool locked);
  [[nodiscard]] std::string close_room(Words words);
  [[nodiscard]] std::string open_room(Words words);
  void ban(Words words, const Reply& reply);
  void ban_name(Words words, const Reply& reply);
  void unban(Words words, const Reply& reply);
  [[nodiscard]] std::string bans(Words) const;
  [[nodiscard]] std::string drain(Words words);
  [[nodiscard]] std::string invite(Words words);
  void revoke(Words words, const Reply& reply);
  [[nodiscard]] std::string invitations(Words) const;
  void reload(Words, const Reply& reply);
  [[nodiscard]] std::string config(Words) const;
  [[nodiscard]] std::string log_level(Words words);

  /// The only participant with this id or, if there is none, with this name; or an error message.
  [[nodiscard]] voice::expected<ParticipantStatus, std::string> who(const std::string& word) const;

  [[nodiscard]] voice::expected<RoomId, std::string> room(const std::string& word) const;

  /// What to ban.
  struct Target {
    Ban ban;
    std::uint64_t id = 0;  // of the participant whose address it is; 0: none was named
    std::string name;      // of that participant
  };
  using Found = voice::expected<Target, std::string>;
  [[nodiscard]] Found target(const std::string& word) const;
  [[nodiscard]] Found target_of_id(std::uint64_t id) const;
  [[nodiscard]] std::string why_not_banned(const std::string& word) const;
  void enforce(const Found& target, Words words, const Reply& reply);

  Server& server_;
  Program& program_;
};

}  // namespace voiced
