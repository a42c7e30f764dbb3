#include "server/operator/commands.hpp"

#include "common/app/control_request.hpp"
#include "common/app/json_object.hpp"
#include "common/app/log.hpp"
#include "common/core/number.hpp"
#include "common/core/quoted.hpp"
#include "server/operator/answers.hpp"
#include "server/operator/request.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <utility>

namespace voiced {

using voice::quoted;
using voice::unexpected;
using voice::app::JsonObject;

namespace {

voice::TimePoint now() {
  return voice::TimePoint::clock::now();
}

// Up to this many ids are listed if several participants have the same name.
constexpr std::size_t namesakes_shown = 8;

bool is_number(std::string_view word) {
  return !word.empty() && word.find_first_not_of("0123456789") == std::string_view::npos;
}

JsonObject about(const ParticipantStatus& participant) {
  JsonObject object;
  object.add("ok", true).add("id", participant.number).add("name", participant.name);
  return object;
}

/// Sets those of `mutes` that `words` name; false if a word is unknown.
bool set_named(std::span<const Word> words, bool muted, Mutes& mutes) {
  for (const auto& [word, is_quoted] : words) {
    if (word == "microphone") {
      mutes.microphone = muted;
    } else if (word == "loudspeaker") {
      mutes.loudspeaker = muted;
    } else if (word == "here") {
      mutes.not_played_here = muted;
    } else {
      return false;
    }
  }
  return true;
}

}  // namespace

struct Commands::Verb {
  std::string_view name;
  std::size_t words_min;
  std::size_t words_max;
  void (*answer)(Commands&, Words, const Reply&);
  std::string_view form;
};

std::span<const Commands::Verb> Commands::verbs() noexcept {
  constexpr std::size_t any = voice::app::request_bytes_max;
  static constexpr std::array<Verb, 24> all{{
      {"status", 0, 0, [](Commands& c, Words w, const Reply& r) { r(c.status(w)); }, "status"},
      {"list", 0, 0, [](Commands& c, Words w, const Reply& r) { r(c.list(w)); }, "list"},
      {"stats", 0, 0, [](Commands& c, Words w, const Reply& r) { r(c.statistics(w)); }, "stats"},
      {"mute", 1, 4, [](Commands& c, Words w, const Reply& r) { r(c.mute(w)); },
       "mute WHO [microphone] [loudspeaker] [here]"},
      {"unmute", 1, 4, [](Commands& c, Words w, const Reply& r) { r(c.unmute(w)); },
       "unmute WHO [microphone] [loudspeaker] [here]"},
      {"gain", 2, 2, [](Commands& c, Words w, const Reply& r) { r(c.gain(w)); }, "gain WHO DB"},
      {"kick", 1, any, [](Commands& c, Words w, const Reply& r) { r(c.kick(w)); },
       "kick WHO [REASON]"},
      {"rooms", 0, 0, [](Commands& c, Words w, const Reply& r) { r(c.rooms(w)); }, "rooms"},
      {"move", 2, 2, [](Commands& c, Words w, const Reply& r) { r(c.move(w)); }, "move WHO ROOM"},
      {"lock", 1, 1, [](Commands& c, Words w, const Reply& r) { r(c.lock(w)); }, "lock ROOM"},
      {"unlock", 1, 1, [](Commands& c, Words w, const Reply& r) { r(c.unlock(w)); }, "unlock ROOM"},
      {"close", 1, any, [](Commands& c, Words w, const Reply& r) { r(c.close_room(w)); },
       "close ROOM [REASON]"},
      {"open", 1, 1, [](Commands& c, Words w, const Reply& r) { r(c.open_room(w)); }, "open ROOM"},
      {"ban", 1, any, [](Commands& c, Words w, const Reply& r) { c.ban(w, r); },
       "ban WHO [for TIME] [REASON]; WHO is an address, a range, an id or a name"},
      {"ban-name", 1, any, [](Commands& c, Words w, const Reply& r) { c.ban_name(w, r); },
       "ban-name NAME [for TIME] [REASON]"},
      {"unban", 1, 1, [](Commands& c, Words w, const Reply& r) { c.unban(w, r); },
       "unban WHO; WHO is an address, a range or a name, as `bans` shows it"},
      {"bans", 0, 0, [](Commands& c, Words w, const Reply& r) { r(c.bans(w)); }, "bans"},
      {"invite", 2, 10, [](Commands& c, Words w, const Reply& r) { r(c.invite(w)); },
       "invite for TIME [room ROOM] [name NAME] [listen-only] [once]"},
      {"revoke", 1, 1, [](Commands& c, Words w, const Reply& r) { c.revoke(w, r); },
       "revoke ID-OR-TOKEN, of an invitation"},
      {"invitations", 0, 0, [](Commands& c, Words w, const Reply& r) { r(c.invitations(w)); },
       "invitations"},
      {"drain", 0, 1, [](Commands& c, Words w, const Reply& r) { r(c.drain(w)); }, "drain [off]"},
      {"reload", 0, 0, [](Commands& c, Words w, const Reply& r) { c.reload(w, r); }, "reload"},
      {"config", 0, 0, [](Commands& c, Words w, const Reply& r) { r(c.config(w)); }, "config"},
      {"log-level", 1, 1, [](Commands& c, Words w, const Reply& r) { r(c.log_level(w)); },
       "log-level LEVEL"},
  }};
  return all;
}

void Commands::answer(std::string_view request, const Reply& reply) {
  const auto words = words_of(request);
  if (!words) return reply(json_failure(words.error()));
  if (words->empty()) return reply(json_failure("the request is empty; it needs a command"));
  const auto all = verbs();
  const auto verb = std::find_if(
      all.begin(), all.end(), [&](const Verb& each) { return each.name == words->front().text; });
  if (verb == all.end()) {
    std::string known;
    for (const Verb& each : all) known += (known.empty() ? "" : ", ") + std::string(each.name);
    return reply(
        json_failure("unknown command " + quoted(words->front().text) + "; known: " + known));
  }
  const Words rest = std::span{*words}.subspan(1);
  if (rest.size() < verb->words_min || rest.size() > verb->words_max) {
    return reply(json_failure("usage: " + std::string(verb->form)));
  }
  verb->answer(*this, rest, reply);
}

std::string Commands::status(Words) const {
  return json_status(server_.status(), program_.endpoints());
}

std::string Commands::list(Words) const {
  return json_list(server_.host().participants(now()));
}

std::string Commands::statistics(Words) const {
  return json_statistics(server_.status());
}

voice::expected<ParticipantStatus, std::string> Commands::who(const std::string& word) const {
  // A number is never a name: when its participant has left, another one that is called so must not
  // be taken for it.
  if (is_number(word)) {
    const auto number = voice::parse_number<std::uint64_t>(word);
    auto found = number ? server_.host().participant(*number, now()) : std::nullopt;
    if (found) return std::move(*found);
    return unexpected("no participant has the id " + word +
                      "; a number is always an id, also where a name is made of digits");
  }
  const auto all = server_.host().participants(now());
  const ParticipantStatus* found = nullptr;
  std::string numbers;
  std::size_t count = 0;
  for (const ParticipantStatus& each : all) {
    if (each.name != word) continue;
    found = &each;
    if (++count > namesakes_shown) continue;
    numbers += (numbers.empty() ? "" : ", ") + std::to_string(each.number);
  }
  if (count == 1) return *found;
  if (count == 0) return unexpected("no participant is called " + quoted(word));
  return unexpected(std::to_string(count) + " participants are called " + quoted(word) +
                    "; use a number: " + numbers + (count > namesakes_shown ? ", …" : ""));
}

std::string Commands::mute(Words words) {
  return set_mutes(words, true);
}

std::string Commands::unmute(Words words) {
  return set_mutes(words, false);
}

std::string Commands::set_mutes(Words words, bool muted) {
  const auto participant = who(words[0].text);
  if (!participant) return json_failure(participant.error());
  const Words named = words.subspan(1);
  Mutes mutes = participant->mutes;
  if (named.empty()) {
    if (muted) {
      mutes.microphone = true;
    } else {
      mutes = {};
    }
  } else if (!set_named(named, muted, mutes)) {
    return json_failure("mute or unmute one or more of: microphone, loudspeaker, here");
  }
  server_.host().set_mutes(participant->number, mutes);
  const std::string now_muted = json_mutes(mutes);
  spdlog::info("operator muted id={} name={} muted={}", participant->number,
               quoted(participant->name), quoted(now_muted));
  return about(*participant).add_json("muted", now_muted).text();
}

std::string Commands::gain(Words words) {
  const auto participant = who(words[0].text);
  if (!participant) return json_failure(participant.error());
  const auto db = voice::parse_decibels(words[1].text);
  if (!db || !std::isfinite(*db) || *db < voice::gain_db_min || *db > voice::gain_db_max) {
    return json_failure(quoted(words[1].text) + " is not a gain; use " +
                        std::to_string(static_cast<int>(voice::gain_db_min)) + " to " +
                        std::to_string(static_cast<int>(voice::gain_db_max)) + ", in dB");
  }
  server_.host().set_gain(participant->number, *db);
  spdlog::info("operator gain id={} name={} gain_db={:.1f}", participant->number,
               quoted(participant->name), *db);
  return about(*participant).add("gain_db", *db).text();
}

std::string Commands::kick(Words words) {
  const auto participant = who(words[0].text);
  if (!participant) return json_failure(participant.error());
  if (!server_.host().kick(participant->number, reason_of(words.subspan(1)), now())) {
    return json_failure("the server's own sound cannot be kicked; mute it instead");
  }
  return about(*participant).text();
}

std::string Commands::drain(Words words) {
  if (!words.empty() && words[0].text != "off") return json_failure("usage: drain [off]");
  server_.host().drain(words.empty(), now());
  return JsonObject{}.add("ok", true).add("draining", words.empty()).text();
}

void Commands::reload(Words, const Reply& reply) {
  program_.reload([reply](const voice::expected<Reloaded, std::string>& reloaded) {
    reply(reloaded ? json_reloaded(*reloaded) : json_failure(reloaded.error()));
  });
}

std::string Commands::config(Words) const {
  return json_settings(program_.settings());
}

std::string Commands::log_level(Words words) {
  if (!program_.set_log_level(words[0].text)) {
    std::string levels;
    for (const std::string& level : voice::app::log_level_names()) {
      levels += (levels.empty() ? "" : ", ") + level;
    }
    return json_failure(quoted(words[0].text) + " is not a log level; use " + levels);
  }
  return JsonObject{}.add("ok", true).add("log_level", words[0].text).text();
}

}  // namespace voiced
