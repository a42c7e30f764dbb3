#include "ctl/report.hpp"

#include "common/app/setting.hpp"
#include "common/terminal/table.hpp"
#include "ctl/people.hpp"
#include "ctl/span_text.hpp"

#include <algorithm>
#include <cstdio>
#include <vector>

namespace voicectl {
namespace {

std::string joined(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += line + '\n';
  return text;
}

std::string who_of(const Json& answer) {
  return text_of(answer, "name") + " (" + std::to_string(count_of(answer, "id")) + ")";
}

std::string report_people(const Json& answer, std::size_t width) {
  const auto people = people_in(answer, Order::number);
  return people.empty() ? "no participants\n"
                        : joined(people_table(people, width, has_identities(people)));
}

std::string report_mutes(const Json& answer) {
  const std::string muted = shown(array_of(answer, "muted"));
  return who_of(answer) + (muted.empty() ? " is not muted\n" : " is muted: " + muted + '\n');
}

std::string report_gain(const Json& answer) {
  char text[64];
  std::snprintf(text, sizeof text, ": %+.3g dB\n", number_of(answer, "gain_db"));
  return who_of(answer) + text;
}

std::string report_ban(const Json& answer) {
  const std::string banned = text_of(answer, "banned");
  std::string whom = text_of(answer, "kind") == "name" ? "the name " + banned : banned;
  if (count_of(answer, "id") != 0) whom += ", the address of " + who_of(answer) + ',';
  return whom + " is banned; disconnected: " + std::to_string(count_of(answer, "sent_away")) + '\n';
}

std::string time_left(const Json& ban, std::int64_t now_unix_s) {
  const std::int64_t until = count_of(ban, "until");
  return until == 0 ? "for good" : span_text(until - now_unix_s);
}

std::string report_bans(const Json& answer, const Reading& reading) {
  const Json& bans = array_of(answer, "bans");
  if (bans.empty()) return "no bans\n";
  voice::terminal::Table table{
      {{"WHO"}, {"KIND"}, {"LEFT"}, {"REASON", voice::terminal::Align::left, 0, 6}}};
  for (const Json& ban : bans) {
    table.add({text_of(ban, "who"), text_of(ban, "kind"), time_left(ban, reading.now_unix_s),
               text_of(ban, "reason")});
  }
  return joined(table.lines(reading.width));
}

std::string notes_of_room(const Json& room) {
  std::string notes = text_of(room, "state") == "open" ? "" : text_of(room, "state");
  const auto add = [&](const char* note) {
    notes += (notes.empty() ? "" : ", ") + std::string(note);
  };
  if (is_true(room, "password")) add("password");
  if (text_of(room, "guests") == "listen") add("guests listen");
  if (text_of(room, "guests") == "no") add("no guests");
  if (count_of(room, "members") > 0) add("members only");
  if (count_of(room, "speakers") > 0) add("named speakers");
  if (is_true(room, "on_demand")) add("on demand");
  return notes;
}

std::string report_rooms(const Json& answer, std::size_t width) {
  using voice::terminal::Align;
  voice::terminal::Table table{{{"ROOM", Align::left, 0, 6},
                                {"PEOPLE", Align::right},
                                {"MAX", Align::right},
                                {"TALKING", Align::right},
                                {"RATE", Align::right},
                                {"NOTES"}}};
  for (const Json& room : array_of(answer, "rooms")) {
    const auto number = [&](const char* key) { return std::to_string(count_of(room, key)); };
    table.add({text_of(room, "name"), number("participants"), number("participants_max"),
               number("talkers"), number("sample_rate_hz"), notes_of_room(room)});
  }
  return joined(table.lines(width));
}

std::string quoted_room(const Json& answer) {
  return "the room " + text_of(answer, "room");
}

std::string report_config(const Json& answer) {
  std::string text;
  for (const Json& setting : array_of(answer, "settings")) {
    text += text_of(setting, "name") + " = " + whole_text_of(setting, "value") + "  # " +
            text_of(setting, "origin") + '\n';
  }
  return text;
}

std::string changes(const Json& answer, const char* key) {
  std::string text;
  for (const Json& change : array_of(answer, key)) {
    const std::string when = text_of(change, "takes_effect");
    const bool at_once = when == name_of(voice::app::TakesEffect::live);
    text += text_of(change, "name") + ": " + whole_text_of(change, "from") + " -> " +
            whole_text_of(change, "to") + (at_once ? "" : ", takes effect " + when) + '\n';
  }
  return text;
}

std::string report_reload(const Json& answer) {
  const std::string text = changes(answer, "changed") + changes(answer, "pending");
  return text.empty() ? "configuration reloaded; nothing has changed\n" : text;
}

std::string notes_of_invitation(const Json& invitation) {
  std::string notes = text_of(invitation, "role") == "listener" ? "listen only" : "";
  if (is_true(invitation, "once")) notes += notes.empty() ? "once" : ", once";
  const Json& users = array_of(invitation, "participants");
  if (users.empty()) return notes;
  std::string numbers;
  for (const Json& user : users) numbers += (numbers.empty() ? "" : " ") + user.dump();
  return notes + (notes.empty() ? "" : ", ") + "in use by " + numbers;
}

std::string report_invitations(const Json& all, const Reading& reading) {
  if (all.empty()) return "no invitations are known\n";
  using voice::terminal::Align;
  voice::terminal::Table table{{{"ID"},
                                {"STATE"},
                                {"LEFT"},
                                {"ROOM", Align::left, 0, 6},
                                {"NAME", Align::left, 0, 6},
                                {"NOTES", Align::left, 0, 6}}};
  for (const Json& each : all) {
    table.add({text_of(each, "id"), text_of(each, "state"), time_left(each, reading.now_unix_s),
               text_of(each, "room"), text_of(each, "name"), notes_of_invitation(each)});
  }
  return joined(table.lines(reading.width));
}

std::string report_invitation(const Json& answer, const Reading& reading) {
  if (answer.contains("invitations")) {
    return report_invitations(array_of(answer, "invitations"), reading);
  }
  const std::string revoked = text_of(answer, "revoked");
  if (revoked.empty()) return text_of(answer, "token") + '\n';
  return revoked +
         " is no longer valid; disconnected: " + std::to_string(count_of(answer, "sent_away")) +
         '\n';
}

std::string report_drain(const Json& answer) {
  return is_true(answer, "draining")
             ? "newcomers are refused; voiced exits when the last participant has left\n"
             : "newcomers are let in\n";
}

}  // namespace

std::string report(const std::string& command, const Json& answer, const Reading& reading) {
  if (command == "list") return report_people(answer, reading.width);
  if (command == "mute" || command == "unmute") return report_mutes(answer);
  if (command == "gain") return report_gain(answer);
  if (command == "kick") return who_of(answer) + " is disconnected\n";
  if (command == "ban") return report_ban(answer);
  if (command == "unban") return text_of(answer, "unbanned") + " is no longer banned\n";
  if (command == "invite") return report_invitation(answer, reading);
  if (command == "bans") return report_bans(answer, reading);
  if (command == "rooms") return report_rooms(answer, reading.width);
  if (command == "move")
    return who_of(answer) + " moves to the room " + text_of(answer, "to") + '\n';
  if (command == "lock") return quoted_room(answer) + " is locked\n";
  if (command == "unlock") return quoted_room(answer) + " is unlocked\n";
  if (command == "open") return quoted_room(answer) + " is open\n";
  if (command == "close") {
    return quoted_room(answer) +
           " is closed; disconnected: " + std::to_string(count_of(answer, "sent_away")) + '\n';
  }
  if (command == "config") return report_config(answer);
  if (command == "reload") return report_reload(answer);
  if (command == "drain") return report_drain(answer);
  if (command == "log-level") return "log level: " + text_of(answer, "log_level") + '\n';
  return report_members(answer);
}

std::string warning(const std::string& command, const Json& answer) {
  const bool is_lost = answer.contains("kept") && !is_true(answer, "kept");
  if (command == "invite" && is_lost) {
    return "the invitation is revoked, but this was not saved, so it will be valid again when "
           "voiced restarts: " +
           text_of(answer, "keep_error");
  }
  if (command == "invite" && answer.contains("room_exists") && !is_true(answer, "room_exists")) {
    return "there is no such room yet: until there is, nobody is let in with this invitation "
           "(voicectl rooms)";
  }
  const bool is_about_bans = command == "ban" || command == "unban";
  if (!is_about_bans || !answer.contains("kept") || is_true(answer, "kept")) return "";
  const std::string effect =
      command == "ban"
          ? "the ban is in force, but was not saved and will be lost when voiced restarts"
          : "the ban is lifted, but this was not saved, so it will return when voiced restarts";
  const std::string reason = text_of(answer, "keep_error");
  return effect + (reason.empty() ? "" : ": " + reason);
}

std::string candidates(const Json& answer, std::string_view prefix) {
  std::vector<std::string> all;
  for (const Json& each : array_of(answer, "participants")) {
    all.push_back(std::to_string(count_of(each, "id")));
    all.push_back(text_of(each, "name"));
  }
  for (const Json& each : array_of(answer, "bans")) all.push_back(text_of(each, "who"));
  for (const Json& each : array_of(answer, "rooms")) all.push_back(text_of(each, "name"));
  std::string text;
  std::vector<std::string> given;
  for (const std::string& each : all) {
    const bool wanted = !each.empty() && std::string_view{each}.substr(0, prefix.size()) == prefix;
    if (!wanted || std::find(given.begin(), given.end(), each) != given.end()) continue;
    given.push_back(each);
    text += each + '\n';
  }
  return text;
}

}  // namespace voicectl
