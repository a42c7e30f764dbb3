// The operator's requests about rooms.
#include "common/app/json_object.hpp"
#include "common/core/quoted.hpp"
#include "server/operator/answers.hpp"
#include "server/operator/commands.hpp"

#include <spdlog/spdlog.h>

namespace voiced {

using voice::quoted;
using voice::unexpected;
using voice::app::JsonObject;

namespace {

voice::TimePoint now() {
  return voice::TimePoint::clock::now();
}

std::string why_not(MoveError reason, const std::string& room) {
  switch (reason) {
    case MoveError::gone:
      return "the participant has just left";
    case MoveError::guest:
      return "the server's own sound cannot be moved; it takes part in the front room";
    case MoveError::same_room:
      return "the participant is already in the room " + quoted(room);
    case MoveError::no_place:
      return "the room " + quoted(room) +
             " is full; raise its participants-max, or move somebody out";
    case MoveError::closed:
      return "the room " + quoted(room) + " is closed; open it first";
    case MoveError::no_room:
      break;
  }
  return "the room " + quoted(room) +
         " is no longer in the configuration, and will be removed when it is empty";
}

// Of a room that was made on demand.
std::string why_not_held(const std::string& room) {
  return "the room " + quoted(room) + " was made on demand, and the maximum of " +
         std::to_string(rooms_held_max) +
         " such rooms is already locked or closed; unlock or open some first (`rooms` lists them)";
}

}  // namespace

std::string Commands::rooms(Words) const {
  return json_room_list(server_.status().rooms);
}

voice::expected<RoomId, std::string> Commands::room(const std::string& word) const {
  if (const auto id = server_.host().lobby().find(word)) return *id;
  return unexpected("there is no room called " + quoted(word) + "; `rooms` lists those that exist");
}

std::string Commands::move(Words words) {
  const auto participant = who(words[0].text);
  if (!participant) return json_failure(participant.error());
  const auto to = room(words[1].text);
  if (!to) return json_failure(to.error());
  if (const auto reason = server_.host().move(participant->number, *to))
    return json_failure(why_not(*reason, words[1].text));
  spdlog::info("operator moved id={} name={} from={} to={}", participant->number,
               quoted(participant->name), quoted(participant->room), quoted(words[1].text));
  return JsonObject{}
      .add("ok", true)
      .add("id", participant->number)
      .add("name", participant->name)
      .add("from", participant->room)
      .add("to", words[1].text)
      .text();
}

std::string Commands::lock(Words words) {
  return set_locked(words, true);
}

std::string Commands::unlock(Words words) {
  return set_locked(words, false);
}

std::string Commands::set_locked(Words words, bool locked) {
  const auto id = room(words[0].text);
  if (!id) return json_failure(id.error());
  switch (server_.host().lobby().state(*id)) {
    case RoomState::ending:
      return json_failure(why_not(MoveError::no_room, words[0].text));
    case RoomState::closed:
      return json_failure("the room " + quoted(words[0].text) + " is closed; open it first");
    case RoomState::open:
    case RoomState::locked:
      break;
  }
  if (!server_.host().set_locked(*id, locked)) return json_failure(why_not_held(words[0].text));
  spdlog::info("operator {} room={}", locked ? "locked" : "unlocked", quoted(words[0].text));
  return JsonObject{}.add("ok", true).add("room", words[0].text).add("locked", locked).text();
}

std::string Commands::close_room(Words words) {
  const auto id = room(words[0].text);
  if (!id) return json_failure(id.error());
  if (*id == front_room) {
    return json_failure(
        "the front room cannot be closed; lock it, or use drain to end the whole server");
  }
  if (!server_.host().lobby().can_hold(*id)) return json_failure(why_not_held(words[0].text));
  const std::string reason = reason_of(words.subspan(1));
  const std::size_t sent_away = server_.host().close_room(*id, reason, now());
  spdlog::info("operator closed room={} reason={} sent_away={}", quoted(words[0].text),
               quoted(reason), sent_away);
  return JsonObject{}
      .add("ok", true)
      .add("room", words[0].text)
      .add("sent_away", std::uint64_t{sent_away})
      .text();
}

std::string Commands::open_room(Words words) {
  const auto id = room(words[0].text);
  if (!id) return json_failure(id.error());
  if (server_.host().lobby().state(*id) == RoomState::ending)
    return json_failure(why_not(MoveError::no_room, words[0].text));
  server_.host().open_room(*id);
  spdlog::info("operator opened room={}", quoted(words[0].text));
  return JsonObject{}.add("ok", true).add("room", words[0].text).text();
}

}  // namespace voiced
