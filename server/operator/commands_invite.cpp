// The operator's requests about invitations.
#include "common/app/calendar.hpp"
#include "common/app/json_object.hpp"
#include "common/core/quoted.hpp"
#include "common/wire/text_message.hpp"
#include "server/operator/answers.hpp"
#include "server/operator/commands.hpp"

#include <algorithm>
#include <map>
#include <vector>

namespace voiced {

namespace identity = voice::identity;
using voice::quoted;
using voice::unexpected;
using voice::app::JsonArray;
using voice::app::JsonObject;

namespace {

// A revocation must be remembered until the invitation would have expired.

/// Text that a token can carry unchanged.
std::string text_fault(const std::string& text, const char* what) {
  const bool is_good =
      !text.empty() && voice::visible_name(text, identity::invitation_text_bytes_max) == text;
  return is_good ? std::string()
                 : "invalid " + std::string(what) + ": use 1 to 64 bytes of visible text";
}

/// Takes one setting off the front of `words` into `invitation`; returns what is wrong, or nothing.
std::string take(std::span<const Word>& words, identity::Invitation& invitation) {
  const std::string key = words[0].text;
  words = words.subspan(1);
  if (key == "listen-only" || key == "once") {
    if (key == "once") invitation.is_once = true;
    if (key == "listen-only") invitation.role = identity::UserRole::listener;
    return {};
  }
  if (key != "for" && key != "room" && key != "name") {
    return "unknown word " + quoted(key) + "; use for, room, name, listen-only or once";
  }
  if (words.empty()) return key + " needs a value";
  const std::string value = words[0].text;
  words = words.subspan(1);
  if (key != "for") {
    (key == "room" ? invitation.room : invitation.name) = value;
    return text_fault(value, key.c_str());
  }
  const auto span = parse_span(value);
  if (!span) return span.error();
  if (*span > voice::identity::invitation_time_max)
    return "an invitation is valid for at most 366d";
  invitation.until = voice::app::calendar_now() + *span;
  return {};
}

/// Whether a room is created for a guest that asks for it.
bool makes_rooms(const Program& program) {
  const std::vector<SettingInForce> settings = program.settings();
  return std::any_of(settings.begin(), settings.end(), [](const SettingInForce& each) {
    return each.name == "rooms-on-demand-max" && each.value != "0";
  });
}

/// An entry of the list. @param users numbers of the participants that joined with it
std::string json_invitation(const identity::KnownInvitation& known,
                            const std::vector<std::uint64_t>& users) {
  const identity::Invitation& invitation = known.invitation;
  JsonObject object;
  object.add("id", invitation.id).add("state", identity::to_string(known.state));
  object.add("until", std::int64_t{invitation.until.time_since_epoch().count()});
  if (!known.is_id_alone) {
    object.add("room", invitation.room).add("name", invitation.name);
    object.add("role", identity::to_string(invitation.role)).add("once", invitation.is_once);
  }
  JsonArray numbers;
  for (const std::uint64_t number : users) numbers.add_json(std::to_string(number));
  return object.add_json("participants", numbers.text()).text();
}

}  // namespace

std::string Commands::invite(Words words) {
  identity::Invitation invitation{.id = identity::make_invitation_id()};
  while (!words.empty()) {
    if (const std::string fault = take(words, invitation); !fault.empty()) {
      return json_failure(fault);
    }
  }
  if (invitation.until == std::chrono::sys_seconds{}) {
    return json_failure("a duration is missing; use for example: for 2h");
  }
  const auto token = program_.invite(invitation);
  if (!token) return json_failure(token.error());
  JsonObject answer;
  answer.add("ok", true).add("id", invitation.id).add("token", *token);
  answer.add("until", std::uint64_t(invitation.until.time_since_epoch().count()));
  // Not an error: the room may be created before the guest comes.
  const std::string& room = invitation.room;
  if (!room.empty() && !server_.host().lobby().find(room) && !makes_rooms(program_)) {
    answer.add("room_exists", false);
  }
  return answer.text();
}

// Also lists invitations made before this start, if a participant that joined with them is here.
std::string Commands::invitations(Words) const {
  std::map<std::string, std::vector<std::uint64_t>> users;
  std::vector<identity::KnownInvitation> all = program_.invitations();
  const std::size_t listed = all.size();
  const auto is_listed = [&](const std::string& id) {
    const auto end = all.begin() + static_cast<std::ptrdiff_t>(listed);
    const auto place = std::lower_bound(
        all.begin(), end, id,
        [](const auto& known, const std::string& wanted) { return known.invitation.id < wanted; });
    return place != end && place->invitation.id == id;
  };
  for (const ParticipantStatus& each :
       server_.host().participants(voice::TimePoint::clock::now())) {
    if (each.invitation.empty()) continue;
    auto& numbers = users[each.invitation];
    if (numbers.empty() && each.until && !is_listed(each.invitation)) {
      all.push_back({{.id = each.invitation, .until = *each.until}, {}, true});
    }
    numbers.push_back(each.number);
  }
  JsonArray array;
  for (const identity::KnownInvitation& known : all) {
    array.add_json(json_invitation(known, users[known.invitation.id]));
  }
  return JsonObject{}.add("ok", true).add_json("invitations", array.text()).text();
}

void Commands::revoke(Words words, const Reply& reply) {
  const auto revoked = program_.revoke(
      words[0].text, [reply](const Program::Revoked& done, const std::string& why_not) {
        JsonObject answer;
        answer.add("ok", true).add("revoked", done.id);
        answer.add("sent_away", std::uint64_t{done.sent_away}).add("kept", why_not.empty());
        if (!why_not.empty()) answer.add("keep_error", why_not);
        reply(answer.text());
      });
  if (!revoked) reply(json_failure(revoked.error()));
}

}  // namespace voiced
