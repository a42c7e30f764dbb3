#include "ctl/request.hpp"

#include "common/app/control_request.hpp"
#include "common/core/quoted.hpp"

namespace voicectl {

using voice::app::request_bytes_max;

namespace {

void add_mutes(std::vector<std::string>& words, const Arguments& arguments) {
  if (arguments.microphone) words.emplace_back("microphone");
  if (arguments.loudspeaker) words.emplace_back("loudspeaker");
  if (arguments.here) words.emplace_back("here");
}

std::vector<std::string> invite_words(const Arguments& arguments) {
  if (arguments.lists_invitations) return {"invitations"};
  if (!arguments.revoke.empty()) return {"revoke", arguments.revoke};
  std::vector<std::string> words{"invite", "for", arguments.invite_time};
  if (!arguments.room.empty()) words.insert(words.end(), {"room", arguments.room});
  if (!arguments.guest_name.empty()) words.insert(words.end(), {"name", arguments.guest_name});
  if (arguments.listen_only) words.emplace_back("listen-only");
  if (arguments.once) words.emplace_back("once");
  return words;
}

}  // namespace

std::string request_word(std::string_view word) {
  const bool bare = !word.empty() && word.find_first_of(" \"\\") == std::string_view::npos;
  return bare ? std::string{word} : voice::quoted(word);
}

voice::expected<std::string, std::string> request_line(const std::vector<std::string>& words,
                                                       const std::string& text) {
  std::string line;
  if (voice::app::has_control_character(text)) {
    return voice::unexpected(std::string{"names and reasons must not contain control characters"});
  }
  for (const std::string& word : words) {
    if (voice::app::has_control_character(word)) {
      return voice::unexpected(
          std::string{"names and reasons must not contain control characters"});
    }
    line += (line.empty() ? "" : " ") + request_word(word);
  }
  // `for` in quotes is not a keyword.
  if (!text.empty()) line += ' ' + (text == "for" ? voice::quoted(text) : request_word(text));
  if (line.size() <= request_bytes_max) return line;
  return voice::unexpected("the request is too long: " + std::to_string(line.size()) +
                           " bytes; use at most " + std::to_string(request_bytes_max));
}

voice::expected<std::string, std::string> request_of(const std::string& command,
                                                     const Arguments& arguments) {
  const bool is_about_others = arguments.lists_invitations || !arguments.revoke.empty();
  if (command == "invite" && !is_about_others && arguments.invite_time.empty()) {
    return voice::unexpected(
        std::string("--for is missing: say how long it is valid, for example --for 2h"));
  }
  // For a name that may look like an id or an address, there is a separate request.
  std::vector<std::string> words{command == "ban" && arguments.is_name ? "ban-name" : command};
  const bool about_somebody = command == "mute" || command == "unmute" || command == "gain" ||
                              command == "kick" || command == "ban" || command == "unban" ||
                              command == "move";
  const bool about_room = command == "move" || command == "lock" || command == "unlock" ||
                          command == "close" || command == "open";
  if (about_somebody) words.push_back(arguments.who);
  if (about_room) words.push_back(arguments.room);
  if (command == "mute" || command == "unmute") add_mutes(words, arguments);
  if (command == "gain") words.push_back(arguments.gain_db);
  if (command == "ban" && !arguments.ban_time.empty()) {
    words.insert(words.end(), {"for", arguments.ban_time});
  }
  if (command == "invite") words = invite_words(arguments);
  if (command == "drain" && arguments.cancel) words.emplace_back("off");
  if (command == "log-level") words.push_back(arguments.log_level);
  return request_line(words, arguments.reason);
}

}  // namespace voicectl
