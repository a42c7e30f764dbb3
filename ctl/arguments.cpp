#include "ctl/arguments.hpp"

#include "common/app/log.hpp"
#include "common/app/validators.hpp"
#include "common/app/version.hpp"
#include "common/audio/gain_table.hpp"

#include <algorithm>

namespace voicectl {
namespace {

constexpr const char* examples =
    "WHO is a number or a name as shown by `list`; a number is never taken for a name.\n"
    "Examples:\n"
    "  voicectl list\n"
    "  voicectl mute Anna --microphone\n"
    "  voicectl gain 3 -6\n"
    "  voicectl kick \"Anna B\" --reason \"the meeting is over\"\n"
    "  voicectl ban 192.0.2.7 --for 10m\n"
    "  voicectl list --json | jq -r '.participants[] | select(.talking) | .name'\n"
    "  voicectl --instance workshop watch\n"
    "Exit codes: 0 done, 1 voiced refused, 2 usage, 3 voiced cannot be reached.";

std::string check_decibels(const std::string& text) {
  return voice::parse_decibels(text)
             ? ""
             : "`" + text + "` is not a number of decibels; use for example 6 or -6";
}

// `--instance "$NAME"` with nothing in the variable must not reach another voiced,
// `--room "$ROOM"` not open every room, and `--for "$TIME"` not ban for good.
std::string check_given(const std::string& text) {
  return text.empty() ? "is empty; give it a value, or leave it out" : "";
}

std::string gain_help() {
  return std::to_string(static_cast<int>(voice::gain_db_min)) + " to " +
         std::to_string(static_cast<int>(voice::gain_db_max)) + " dB; 0 is unchanged";
}

/// What is wrong with the options for this action; empty: nothing.
std::string fault_of_user(const Arguments& arguments) {
  const std::string& action = arguments.user_action;
  if (arguments.json) return "--json: user prints no JSON; leave it out";
  if (action == "passwd" && !arguments.role.empty()) {
    return "--role: passwd changes only the password; to change a role, remove the account, then "
           "add it again";
  }
  if (action != "add" && !arguments.role.empty()) return "--role is only for add; leave it out";
  const bool has_password = action == "add" || action == "passwd";
  return has_password || arguments.password_file.empty()
             ? ""
             : "--password-file is only for add and passwd; leave it out";
}

/// The command line, with `-0.5` for `-.5` in front of `--`: only the former is no option to CLI11.
std::vector<std::string> numbers_with_zero(int argc, const char* const* argv) {
  std::vector<std::string> words(argv, argv + argc);
  for (std::string& word : words) {
    if (word == "--") break;
    if (word.starts_with("-.") && voice::parse_decibels(word)) word.insert(1, 1, '0');
  }
  return words;
}

class Declaration {
 public:
  Declaration(CLI::App& app, Arguments& arguments) : app_(app), arguments_(arguments) {}

  void everything() {
    options();
    looking();
    participants();
    rooms();
    bans();
    user();
    invite();
    server();
    completion();
  }

 private:
  CLI::App* command(const std::string& name, const std::string& help) {
    // Options common to all commands may also follow a command.
    return app_.add_subcommand(name, help)->fallthrough();
  }
  CLI::App* command_about(const std::string& name, const std::string& help,
                          const std::string& who = "WHO") {
    CLI::App* const made = command(name, help);
    made->add_option(who, arguments_.who,
                     who == "WHO"
                         ? "number or name of a participant"
                         : "an IPv4 or IPv6 address (IPv6: its /64 is banned), a range such as "
                           "192.0.2.0/24, the number of a participant (for its address), or a name")
        ->required();
    return made;
  }
  CLI::App* command_about_room(const std::string& name, const std::string& help) {
    CLI::App* const made = command(name, help);
    made->add_option("ROOM", arguments_.room, "name of a room, as `rooms` shows it")->required();
    return made;
  }
  void add_reason(CLI::App* command, const std::string& help) {
    command->add_option("--reason", arguments_.reason, help)->type_name("TEXT");
  }

  void options() {
    app_.set_version_flag("-V,--version", "voicectl " + std::string(voice::version),
                          "print the version and exit");
    CLI::Option* const socket =
        app_.add_option("--socket", arguments_.socket,
                        "control socket of voiced (environment: VOICECTL_SOCKET)")
            ->check(check_given)
            ->type_name("PATH");
    app_.add_option("--instance", arguments_.instance, "talk to the service voiced@NAME")
        ->check(check_given)
        ->type_name("NAME")
        ->excludes(socket);
    app_.add_flag("--json", arguments_.json, "print voiced's answer unchanged: one line of JSON");
    app_.require_subcommand(1);
    app_.footer(examples);
  }

  void looking() {
    command("status", "the state of the server");
    command("list", "all participants");
    command(
        "watch",
        "status and list, live, four times a second (with --json: list only, one line each time)");
    command("stats", "every counter since the start");
  }

  void participants() {
    CLI::App* const mute = command_about("mute", "mute a participant; default: --microphone");
    mute->add_flag("--microphone", arguments_.microphone, "others do not hear the participant");
    mute->add_flag("--loudspeaker", arguments_.loudspeaker, "the participant hears nothing");
    mute->add_flag("--here", arguments_.here,
                   "the server's own loudspeaker does not play the participant");
    CLI::App* const unmute = command_about("unmute", "undo mute; default: all three");
    unmute->add_flag("--microphone", arguments_.microphone, "others hear the participant again");
    unmute->add_flag("--loudspeaker", arguments_.loudspeaker, "the participant hears again");
    unmute->add_flag("--here", arguments_.here,
                     "the server's own loudspeaker plays the participant again");
    command_about("gain", "set how loud a participant is for all others")
        ->add_option("DB", arguments_.gain_db, gain_help())
        ->required()
        ->check(check_decibels);
    add_reason(command_about("kick", "disconnect a participant; it may reconnect"),
               "reason to give to the participant");
  }

  void rooms() {
    command("rooms", "all rooms");
    command_about("move", "move a participant into another room")
        ->add_option("ROOM", arguments_.room, "name of a room, as `rooms` shows it")
        ->required();
    command_about_room("lock", "let nobody else into a room");
    command_about_room("unlock", "let participants into a locked room again");
    add_reason(command_about_room("close",
                                  "disconnect all participants of a room, and let nobody in until "
                                  "`open`; a room created on demand stays closed, too"),
               "reason to give to the participants");
    command_about_room("open", "let participants into a closed room again");
  }

  void bans() {
    CLI::App* const ban =
        command_about("ban", "disconnect peers, and refuse them from now on", "ADDRESS-OR-NAME");
    ban->add_option("--for", arguments_.ban_time,
                    "duration, such as 90s, 10m, 2h, 7d; default: until unban")
        ->check(check_given)
        ->type_name("TIME");
    add_reason(ban, "reason to give to the participants; also shown by `bans`");
    ban->add_flag("--name", arguments_.is_name,
                  "ban a name even if it looks like an address or a number");
    command("unban", "lift a ban")
        ->add_option("ADDRESS-OR-NAME", arguments_.who, "what is banned, as `bans` shows it")
        ->required();
    command("bans", "the bans in force");
  }

  void user() {
    CLI::App* const user = command("user", "change the accounts in the users file");
    user->add_option("ACTION", arguments_.user_action, "what to do with the account")
        ->required()
        ->check(voice::app::one_of({"add", "remove", "passwd", "list"}));
    user->add_option("NAME", arguments_.user, "the name of the account");
    user->add_option("--role", arguments_.role,
                     "for add: what the account may do; default: speaker; operator: also enter "
                     "locked rooms")
        ->check(voice::app::one_of({"listener", "speaker", "operator"}));
    user->add_option("--users-file", arguments_.users_file,
                     "the users file; default: the one that the running voiced uses")
        ->check(check_given)
        ->type_name("FILE");
    user->add_option("--password-file", arguments_.password_file,
                     "for add and passwd: file whose first line is the password; default: ask at "
                     "the terminal, or read standard input")
        ->check(check_given)
        ->type_name("FILE");
    user->final_callback([&arguments = arguments_] {
      const std::string fault = fault_of_user(arguments);
      if (!fault.empty()) throw CLI::ValidationError(fault, CLI::ExitCodes::ValidationError);
    });
  }

  void invite() {
    CLI::App* const invite = command("invite", "make an invitation, and print it");
    std::vector<CLI::Option*> about_new{
        invite
            ->add_option("--for", arguments_.invite_time,
                         "how long it is valid, such as 90s, 10m, 2h, 7d; up to 366d")
            ->check(check_given)
            ->type_name("TIME"),
        invite->add_option("--room", arguments_.room, "restrict it to this room; default: any room")
            ->check(check_given)
            ->type_name("ROOM"),
        invite
            ->add_option("--name", arguments_.guest_name,
                         "the name of participants that join with it")
            ->check(check_given)
            ->type_name("NAME"),
        invite->add_flag("--listen-only", arguments_.listen_only,
                         "participants that join with it only listen"),
        invite->add_flag("--once", arguments_.once,
                         "valid for one connection; default: for any number")};
    CLI::Option* const revoke =
        invite
            ->add_option(
                "--revoke", arguments_.revoke,
                "revoke an invitation instead, and disconnect participants that joined with it")
            ->check(check_given)
            ->type_name("ID-OR-TOKEN");
    CLI::Option* const list =
        invite
            ->add_flag("--list", arguments_.lists_invitations,
                       "list the known invitations instead, including those used up or revoked")
            ->excludes(revoke);
    for (CLI::Option* const each : about_new) {
      revoke->excludes(each);
      list->excludes(each);
    }
  }

  void server() {
    command(
        "drain",
        "refuse newcomers; voiced exits when the last participant has left, or after drain-limit-s")
        ->add_flag("--cancel", arguments_.cancel, "end the drain: let newcomers in again");
    command("reload", "read the configuration again");
    command("config", "every setting in force, and where it comes from");
    command("log-level", "change how much is logged, until the next reload")
        ->add_option("LEVEL", arguments_.log_level, "how much to log")
        ->required()
        ->check(voice::app::one_of(voice::app::log_level_names()));
  }

  void completion() {
    CLI::App* const complete = command("complete", "numbers and names, for shell completion");
    complete->group("");  // for shells only, so not in the help
    complete->add_option("PREFIX", arguments_.prefix, "only those that begin with this");
    complete->add_flag("--bans", arguments_.bans, "bans instead of participants");
    complete->add_flag("--rooms", arguments_.rooms, "rooms instead of participants");
  }

  CLI::App& app_;
  Arguments& arguments_;
};

}  // namespace

std::unique_ptr<CLI::App> declare_commands(Arguments& arguments) {
  auto app = std::make_unique<CLI::App>("Watches and controls a running voiced", "voicectl");
  Declaration{*app, arguments}.everything();
  return app;
}

voice::expected<std::string, voice::app::Exit> parse(CLI::App& app, int argc,
                                                     const char* const* argv) {
  using voice::app::Exit;
  using voice::app::ExitCode;
  const std::vector<std::string> words = numbers_with_zero(argc, argv);
  std::vector<const char*> pointers;
  for (const std::string& word : words) pointers.push_back(word.c_str());
  try {
    app.parse(argc, pointers.data());
  } catch (const CLI::CallForHelp&) {
    return voice::unexpected(Exit{ExitCode::ok, app.help()});
  } catch (const CLI::CallForVersion& version_text) {
    return voice::unexpected(Exit{ExitCode::ok, std::string(version_text.what()) + "\n"});
  } catch (const CLI::ParseError& error) {
    std::string text = error.what();
    const auto unknown = app.remaining(true);
    if (app.get_subcommands().empty() && !unknown.empty()) {
      text = "`" + unknown.front() + "` is not a command or an option";
    }
    std::replace(text.begin(), text.end(), '\n', ' ');
    return voice::unexpected(Exit{ExitCode::usage, text + " (see --help)"});
  }
  return app.get_subcommands().front()->get_name();
}

}  // namespace voicectl
