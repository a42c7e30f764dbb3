// The operator's requests about bans.
#include "common/app/calendar.hpp"
#include "common/app/json_object.hpp"
#include "common/core/number.hpp"
#include "common/core/quoted.hpp"
#include "common/wire/text_message.hpp"
#include "server/net/address_text.hpp"
#include "server/operator/answers.hpp"
#include "server/operator/commands.hpp"

#include <spdlog/spdlog.h>

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

/// Completes and sends an answer when it is known whether the bans were saved.
Program::BansKept reply_when_kept(JsonObject answer, const Reply& reply) {
  return [answer = std::move(answer), reply](const std::string& why_not) mutable {
    answer.add("kept", why_not.empty());
    if (!why_not.empty()) answer.add("keep_error", why_not);
    reply(answer.text());
  };
}

voice::expected<Ban, std::string> ban_of_name(const std::string& word) {
  std::string name = voice::visible_name(word, name_bytes_max);
  if (name.empty() || word.size() > name_bytes_max) {
    return unexpected("invalid name: use 1 to " + std::to_string(name_bytes_max) +
                      " bytes of visible text");
  }
  return Ban{std::move(name), std::nullopt, std::nullopt, ""};
}

}  // namespace

Commands::Found Commands::target(const std::string& word) const {
  if (const auto id = voice::parse_number<std::uint64_t>(word)) return target_of_id(*id);
  if (auto range = parse_range(word)) {
    return Target{{range->shown, range->range, std::nullopt, ""}, 0, ""};
  } else if (range.error().is_meant) {
    return unexpected(range.error().text + "; to ban a name that looks like this, use ban-name");
  }
  auto ban = ban_of_name(word);
  if (!ban) return unexpected(ban.error());
  return Target{std::move(*ban), 0, ""};
}

// Bans the address, because a name is easier to change.
Commands::Found Commands::target_of_id(std::uint64_t id) const {
  const auto found = server_.host().participant(id, now());
  if (!found) {
    return unexpected("no participant has the id " + std::to_string(id) +
                      "; to ban a name made of digits, use ban-name");
  }
  const auto range = parse_range(found->address);
  if (!range)
    return unexpected(std::string("the server's own sound cannot be banned; mute it instead"));
  return Target{{range->shown, range->range, std::nullopt, ""}, id, found->name};
}

void Commands::ban(Words words, const Reply& reply) {
  enforce(target(words[0].text), words.subspan(1), reply);
}

void Commands::ban_name(Words words, const Reply& reply) {
  auto ban = ban_of_name(words[0].text);
  enforce(ban ? Found(Target{std::move(*ban), 0, ""}) : unexpected(ban.error()), words.subspan(1),
          reply);
}

void Commands::enforce(const Found& target, Words words, const Reply& reply) {
  if (!target) return reply(json_failure(target.error()));
  Ban ban = target->ban;
  // `for` in quotes is the beginning of a reason.
  if (!words.empty() && words[0].text == "for" && !words[0].is_quoted) {
    if (words.size() < 2)
      return reply(json_failure("a duration is missing; use for example: for 10m"));
    const auto span = parse_span(words[1].text);
    if (!span) return reply(json_failure(span.error()));
    ban.until = voice::app::calendar_now() + *span;
    words = words.subspan(2);
  }
  ban.reason = reason_of(words);
  const auto sent_away = server_.host().ban(ban, now());
  if (!sent_away) {
    return reply(json_failure("there are already " + std::to_string(bans_max) +
                              " bans, the maximum; lift one with unban"));
  }
  spdlog::info("operator banned who={} kind={} until={} reason={} sent_away={}", quoted(ban.who),
               kind_of(ban), ban.until ? ban.until->time_since_epoch().count() : 0,
               quoted(ban.reason), *sent_away);
  JsonObject answer;
  answer.add("ok", true).add("banned", ban.who).add("kind", kind_of(ban));
  if (target->id != 0) answer.add("id", target->id).add("name", target->name);
  answer.add("sent_away", std::uint64_t{*sent_away});
  program_.keep_bans(reply_when_kept(std::move(answer), reply));
}

// Tries the address first if the word can be one, then the name: if both are banned, the first
// `unban` lifts the ban of the address, and a second one that of the name.
void Commands::unban(Words words, const Reply& reply) {
  const std::string& word = words[0].text;
  const auto range = parse_range(word);
  std::string lifted = range ? range->shown : voice::visible_name(word, name_bytes_max);
  if (!(range && server_.host().unban(range->range))) {
    if (range) lifted = word;
    if (!server_.host().unban(lifted)) return reply(json_failure(why_not_banned(word)));
  }
  spdlog::info("operator unbanned who={}", quoted(lifted));
  JsonObject answer;
  answer.add("ok", true).add("unbanned", lifted);
  program_.keep_bans(reply_when_kept(std::move(answer), reply));
}

std::string Commands::why_not_banned(const std::string& word) const {
  const auto range = parse_range(word);
  if (!range && range.error().is_meant) return range.error().text;
  std::string text = quoted(range ? range->shown : word) + " is not banned";
  if (range && !range->range.is_wide()) {
    const Ban* const around =
        server_.host().bans().find(range->range.key(), voice::app::calendar_now());
    if (around != nullptr) text += " by itself, but " + around->who + " is";
  } else if (!range && voice::parse_number<std::uint64_t>(word)) {
    text += "; ids end with their connection: use WHO as bans shows it";
  }
  return text;
}

std::string Commands::bans(Words) const {
  return json_bans(server_.host().bans());
}

}  // namespace voiced
