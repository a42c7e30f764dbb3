#include "common/wire/voice1.hpp"

#include "common/core/assert.hpp"
#include "common/core/number.hpp"

#include <algorithm>
#include <string>

namespace voice::voice1 {
namespace {

template <class Kind>
constexpr std::string_view verb{};
template <>
constexpr std::string_view verb<Hello> = "Hello";
template <>
constexpr std::string_view verb<Welcome> = "Welcome";
template <>
constexpr std::string_view verb<Challenge> = "Challenge";
template <>
constexpr std::string_view verb<Proof> = "Proof";
template <>
constexpr std::string_view verb<Refused> = "Refused";
template <>
constexpr std::string_view verb<Bye> = "Bye";
template <>
constexpr std::string_view verb<State> = "State";
template <>
constexpr std::string_view verb<Ping> = "Ping";
template <>
constexpr std::string_view verb<Pong> = "Pong";

// The keys of each message, in the order in which they are written. `Fields` is the Reader or the
// Writer below.

template <class Fields>
void describe(Fields& fields, Hello& hello) {
  fields.text("Name", hello.name);
  fields.text("Agent", hello.agent);
  fields.text_if_set("Password", hello.password);
  fields.text_if_set("Room", hello.room);
  fields.codecs_if_set("Codecs", hello.codecs);
  fields.number_if_set("Rate", hello.rate_hz);
  fields.text_if_set("User", hello.user);
  fields.text_if_set("Nonce", hello.nonce);
  fields.text_if_set("Token", hello.token);
}

template <class Fields>
void describe(Fields& fields, Welcome& welcome) {
  fields.text("Id", welcome.id);
  fields.text("Name", welcome.name);
  fields.text("Agent", welcome.agent);
  fields.text_if_set("Room", welcome.room);
  fields.number_if_set("Rate", welcome.rate_hz);
  fields.word_if_set("Codec", welcome.codec);
  fields.text_if_set("User", welcome.user);
  fields.word_if_set("Role", welcome.role);
  fields.text_if_set("Proof", welcome.proof);
}

template <class Fields>
void describe(Fields& fields, Challenge& challenge) {
  fields.text("Nonce", challenge.nonce);
  fields.text("Salt", challenge.salt);
  fields.number_if_set("Memory", challenge.memory_kib);
  fields.number_if_set("Passes", challenge.passes);
}

template <class Fields>
void describe(Fields& fields, Proof& proof) {
  fields.text("Proof", proof.proof);
}

template <class Fields>
void describe(Fields& fields, Refused& refused) {
  fields.code("Code", refused);
  fields.text("Reason", refused.reason);
}

template <class Fields>
void describe(Fields& fields, Bye& bye) {
  fields.code_if_set("Code", bye);
  fields.text_if_set("Reason", bye.reason);
}

template <class Fields>
void describe(Fields& fields, State& state) {
  fields.word_if_set("MutedByServer", state.muted_by_server);
  fields.word_if_set("Role", state.role);
}

template <class Fields>
void describe(Fields& fields, Ping& ping) {
  fields.text("Id", ping.id);
}

template <class Fields>
void describe(Fields& fields, Pong& pong) {
  fields.text("Id", pong.id);
  fields.number_if_set("Held", pong.held_ms);
  fields.number_if_set("Tick", pong.tick_ms);
}

template <class Code>
Code value_of(std::string_view word) noexcept {
  for (unsigned i = 0; i < static_cast<unsigned>(Code::unknown); ++i) {
    if (to_string(static_cast<Code>(i)) == word) return static_cast<Code>(i);
  }
  return Code::unknown;
}

Codecs codecs_of(std::string_view list) noexcept {
  Codecs codecs;
  while (!list.empty()) {
    const std::size_t comma = std::min(list.find(','), list.size());
    codecs.add(value_of<Codec>(list.substr(0, comma)));
    list.remove_prefix(std::min(comma + 1, list.size()));
  }
  return codecs;
}

class Reader {
 public:
  explicit Reader(const TextMessage& message) noexcept : message_(message) {}

  void text(std::string_view key, std::string_view& value) noexcept {
    value = message_.find(key).value_or(std::string_view{});
  }
  void text_if_set(std::string_view key, std::string_view& value) noexcept { text(key, value); }

  template <class Coded>
  void code(std::string_view key, Coded& coded) noexcept {
    const std::string_view word = message_.find(key).value_or(std::string_view{});
    coded.code = value_of<decltype(coded.code)>(word);
    if (coded.code == decltype(coded.code)::unknown) coded.unknown_code = word;
  }
  template <class Coded>
  void code_if_set(std::string_view key, Coded& coded) noexcept {
    code(key, coded);
  }

  template <class Code>
  void word_if_set(std::string_view key, std::optional<Code>& code) noexcept {
    if (const auto word = message_.find(key)) code = value_of<Code>(*word);
  }
  void number_if_set(std::string_view key, std::optional<std::uint32_t>& number) noexcept {
    if (const auto digits = message_.find(key)) number = parse_number<std::uint32_t>(*digits);
  }
  void codecs_if_set(std::string_view key, Codecs& codecs) noexcept {
    codecs = codecs_of(message_.find(key).value_or(std::string_view{}));
  }

 private:
  const TextMessage& message_;
};

class Writer {
 public:
  void text(std::string_view key, std::string_view value) {
    VOICE_ASSERT(count_ < fields_.size());
    fields_[count_++] = {key, value};
  }
  void text_if_set(std::string_view key, std::string_view value) {
    if (!value.empty()) text(key, value);
  }

  template <class Coded>
  void code(std::string_view key, const Coded& coded) {
    text(key, coded.word());
  }
  template <class Coded>
  void code_if_set(std::string_view key, const Coded& coded) {
    text_if_set(key, coded.word());
  }

  template <class Code>
  void word_if_set(std::string_view key, std::optional<Code> code) {
    if (code) text(key, to_string(*code));
  }
  void number_if_set(std::string_view key, std::optional<std::uint32_t> number) {
    if (!number) return;
    VOICE_ASSERT(number_count_ < numbers_.size());
    std::string& digits = numbers_[number_count_++];
    digits = std::to_string(*number);
    text(key, digits);
  }
  void codecs_if_set(std::string_view key, const Codecs& codecs) {
    for (const Codec codec : codecs) {
      if (!list_.empty()) list_ += ',';
      list_ += to_string(codec);
    }
    text_if_set(key, list_);
  }

  [[nodiscard]] std::span<const TextField> fields() const noexcept {
    return std::span{fields_}.first(count_);
  }

 private:
  std::array<TextField, text_fields_max> fields_{};
  std::size_t count_ = 0;
  std::array<std::string, 2> numbers_;  // a message has at most two
  std::size_t number_count_ = 0;
  std::string list_;  // of the one list
};

// Unknown has no verb and no keys: only an empty verb leads here.
template <class Fields>
void describe(Fields&, Unknown&) {}

/// Reads `text` into `message` if it is a `Kind`.
template <class Kind>
bool read(const TextMessage& text, Message& message) noexcept {
  if (text.verb() != verb<Kind>) return false;
  Reader reader(text);
  describe(reader, message.emplace<Kind>());
  return true;
}

/// Reads `text` as the kind that has its verb; leaves `message` as it is if none has.
template <class... Kinds>
void read_any(const TextMessage& text, std::variant<Kinds...>& message) noexcept {
  (void)(read<Kinds>(text, message) || ...);
}

}  // namespace

std::string_view to_string(RefusalCode code) noexcept {
  switch (code) {
    case RefusalCode::full:
      return "full";
    case RefusalCode::limit:
      return "limit";
    case RefusalCode::busy:
      return "busy";
    case RefusalCode::banned:
      return "banned";
    case RefusalCode::draining:
      return "draining";
    case RefusalCode::unknown:
      break;
  }
  return "unknown";
}

std::string_view to_string(ByeCode code) noexcept {
  switch (code) {
    case ByeCode::none:
      return "";
    case ByeCode::kicked:
      return "kicked";
    case ByeCode::banned:
      return "banned";
    case ByeCode::password:
      return "password";
    case ByeCode::name:
      return "name";
    case ByeCode::name_taken:
      return "name-taken";
    case ByeCode::no_room:
      return "no-room";
    case ByeCode::room_full:
      return "room-full";
    case ByeCode::room_locked:
      return "room-locked";
    case ByeCode::room_closed:
      return "room-closed";
    case ByeCode::login:
      return "login";
    case ByeCode::invitation:
      return "invitation";
    case ByeCode::wait:
      return "wait";
    case ByeCode::unknown:
      break;
  }
  return "unknown";
}

std::string_view to_string(Muted muted) noexcept {
  switch (muted) {
    case Muted::none:
      return "none";
    case Muted::microphone:
      return "microphone";
    case Muted::loudspeaker:
      return "loudspeaker";
    case Muted::both:
      return "both";
    case Muted::unknown:
      break;
  }
  return "unknown";
}

std::string_view to_string(Role role) noexcept {
  switch (role) {
    case Role::listener:
      return "listener";
    case Role::speaker:
      return "speaker";
    case Role::operator_:
      return "operator";
    case Role::unknown:
      break;
  }
  return "unknown";
}

std::string_view to_string(Codec codec) noexcept {
  switch (codec) {
    case Codec::pcmu:
      return "pcmu";
    case Codec::l16:
      return "l16";
    case Codec::opus:
      return "opus";
    case Codec::unknown:
      break;
  }
  return "unknown";
}

bool is_final(RefusalCode code) noexcept {
  return code == RefusalCode::banned;
}

bool is_final(ByeCode code) noexcept {
  // A full room may soon have a place. The participant that has our name may leave: it may be what
  // is left of our own last connection. An unknown code of a newer server may be temporary.
  return code != ByeCode::none && code != ByeCode::room_full && code != ByeCode::wait &&
         code != ByeCode::name_taken && code != ByeCode::unknown;
}

void Codecs::add(Codec codec) noexcept {
  if (codec == Codec::unknown || std::find(begin(), end(), codec) != end()) return;
  VOICE_ASSERT(count_ < list_.size());
  list_[count_++] = codec;
}

expected<Message, TextError> parse(Bytes message) noexcept {
  const auto text = parse_text(message);
  if (!text) return unexpected(text.error());
  Message parsed = Unknown{};
  read_any(*text, parsed);
  return parsed;
}

std::vector<std::uint8_t> write(Message message) {
  VOICE_ASSERT(!std::holds_alternative<Unknown>(message));
  return std::visit(
      []<class Kind>(Kind& kind) {
        Writer writer;
        describe(writer, kind);
        return text_wire_message(verb<Kind>, writer.fields());
      },
      message);
}

}  // namespace voice::voice1
