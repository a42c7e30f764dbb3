// The command line of voicectl: one declaration, from which parsing, help, manual page and
// completions are made.
#pragma once

#include "common/app/options.hpp"
#include "common/core/result.hpp"

#include <memory>
#include <string>

namespace voicectl {

/// What was typed. Options that the command does not have stay empty.
struct Arguments {
  std::string socket;
  std::string instance;
  bool json = false;

  std::string who;   // WHO, or an address or a name
  std::string room;  // ROOM
  bool rooms = false;
  bool microphone = false;
  bool loudspeaker = false;
  bool here = false;
  std::string gain_db;
  std::string reason;
  std::string ban_time;
  bool is_name = false;
  bool cancel = false;
  std::string log_level;

  std::string user_action;  // add, remove, passwd or list
  std::string user;
  std::string role;
  std::string users_file;
  std::string password_file;

  std::string invite_time;
  std::string guest_name;
  std::string revoke;
  bool lists_invitations = false;
  bool listen_only = false;
  bool once = false;

  std::string prefix;
  bool bans = false;
};

/// Declares every command and option, bound to `arguments`, which must outlive the result.
[[nodiscard]] std::unique_ptr<CLI::App> declare_commands(Arguments& arguments);

/// The name of the command that was given; or why there is none to run (help, version, mistake).
[[nodiscard]] voice::expected<std::string, voice::app::Exit> parse(CLI::App& app, int argc,
                                                                   const char* const* argv);

}  // namespace voicectl
