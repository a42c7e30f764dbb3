#include "ctl/users.hpp"

#include "common/app/config_lines.hpp"
#include "common/app/new_text_file.hpp"
#include "common/app/secret_file.hpp"
#include "common/core/quoted.hpp"
#include "common/identity/users.hpp"
#include "common/terminal/table.hpp"
#include "common/wire/name_look.hpp"
#include "ctl/password.hpp"

#include <optional>
#include <utility>

namespace voicectl {

namespace identity = voice::identity;
using voice::unexpected;
using voice::app::Exit;
using voice::app::ExitCode;
using voice::app::NewTextFile;

namespace {

using Told = voice::expected<std::string, Exit>;

Exit mistake(std::string text) {
  return {ExitCode::usage, std::move(text)};
}
Exit failure(std::string text) {
  return {ExitCode::failure, std::move(text)};
}

struct Held {
  std::string text;  // of the file; empty if there is none
  identity::Users users;
};

/// @param may_be_absent a missing file has no accounts; otherwise it is an error.
voice::expected<Held, Exit> read(const std::string& path, bool may_be_absent) {
  auto text =
      voice::app::read_text_file(path, identity::users_bytes_max, voice::app::Pipes::refused);
  if (!text) {
    const bool is_absent = text.error().kind == voice::app::FileError::Kind::absent;
    if (is_absent && may_be_absent) return Held{};
    return unexpected(failure(path + ": " + text.error().reason));
  }
  if (text->size() > identity::users_bytes_max) {
    return unexpected(failure(path + ": is longer than 4 MiB"));
  }
  auto users = identity::parse_users(*text);
  if (!users) return unexpected(failure(path + ":" + users.error()));
  return Held{std::move(*text), std::move(*users)};
}

Told list(const std::string& path) {
  const auto held = read(path, false);
  if (!held) return unexpected(held.error());
  voice::terminal::Table table{{{"NAME"}, {"ROLE"}}};
  for (const auto& [name, user] : held->users.by_name) {
    table.add({name, std::string(identity::to_string(user.role))});
  }
  std::string text;
  for (const std::string& line : table.lines(0)) text += line + '\n';
  return held->users.by_name.empty() ? Told("no accounts\n") : Told(text);
}

/// With a decoy, which the salt of a new account is made from.
voice::expected<Held, Exit> with_decoy(const std::string& path, const Held& held) {
  std::string text = identity::with_decoy(held.text);
  auto users = identity::parse_users(text);
  if (!users) return unexpected(failure(path + ":" + users.error()));
  return Held{std::move(text), std::move(*users)};
}

/// The account whose name looks like this one; null: none. In a room, one would pass for the other.
const std::string* find_alike(const identity::Users& users, const std::string& name) {
  const voice::NameLook own = voice::look_of(name);
  for (const auto& [other, user] : users.by_name) {
    if (is_alike(voice::look_of(other), own)) return &other;
  }
  return nullptr;
}

/// Why the file cannot be changed as asked; empty: it can.
std::string refusal(const Held& held, const Arguments& arguments) {
  const bool is_known = held.users.by_name.contains(arguments.user);
  if (arguments.user_action != "add") {
    return is_known ? "" : voice::quoted(arguments.user) + " has no account";
  }
  if (is_known) {
    return voice::quoted(arguments.user) +
           " already has an account; use passwd to change its password; to change its role, remove "
           "it first";
  }
  if (const std::string* const other = find_alike(held.users, arguments.user)) {
    return "the name " + voice::quoted(arguments.user) + " looks like that of the account " +
           voice::quoted(*other) + "; choose another name";
  }
  if (held.users.by_name.size() < identity::users_max) return {};
  return "there are already " + std::to_string(identity::users_max) +
         " accounts, the maximum; remove one first";
}

/// The account as it will be written; none: there is no memory to hash its password.
std::optional<identity::User> wanted(const Held& held, const Arguments& arguments,
                                     const std::string& password) {
  const auto verifier =
      identity::make_verifier(password, identity::salt_for(held.users, arguments.user));
  if (!verifier) return std::nullopt;
  identity::User user;
  const auto known = held.users.by_name.find(arguments.user);
  if (known != held.users.by_name.end()) {
    user = known->second;
  } else {
    user.role = identity::parse_role(arguments.role).value_or(user.role);
  }
  user.verifier = *verifier;
  return user;
}

voice::expected<Held, Exit> read_for(const std::string& path, const Arguments& arguments) {
  auto held = read(path, arguments.user_action == "add");
  if (!held) return held;
  if (const std::string why = refusal(*held, arguments); !why.empty()) {
    return unexpected(failure(why));
  }
  return held;
}

Told change(const std::string& path, const Arguments& arguments) {
  if (const std::string fault = identity::name_fault(arguments.user); !fault.empty()) {
    return unexpected(mistake(fault));
  }
  std::string password;
  if (arguments.user_action != "remove") {
    // Asks only if the change is possible, and before the new file exists: Ctrl-C would leave it.
    if (const auto held = read_for(path, arguments); !held) return unexpected(held.error());
    auto asked = ask_password(arguments.password_file, arguments.user);
    if (!asked) return unexpected(asked.error());
    password = std::move(*asked);
  }
  // Begun before the old file is read: of two changes at the same time, one is refused.
  auto file = NewTextFile::begin(path, NewTextFile::Leftover::refused);
  if (!file) return unexpected(failure(file.error()));
  const auto held = read_for(path, arguments);
  if (!held) return unexpected(held.error());
  std::string text;
  std::string told;
  if (arguments.user_action == "remove") {
    text = identity::without_user(held->text, arguments.user);
    told = arguments.user + " no longer has an account\n";
  } else {
    const auto salted = with_decoy(path, *held);
    if (!salted) return unexpected(salted.error());
    const auto user = wanted(*salted, arguments, password);
    if (!user) return unexpected(failure("not enough memory to hash the password (19 MiB)"));
    text = identity::with_user(salted->text, arguments.user, *user);
    told = arguments.user_action == "add" ? arguments.user + " has an account as " +
                                                std::string(identity::to_string(user->role)) + '\n'
                                          : arguments.user + " has a new password\n";
  }
  if (const std::string why = file->finish(text); !why.empty()) return unexpected(failure(why));
  return told;
}

}  // namespace

bool changes_users(const Arguments& arguments) {
  return arguments.user_action != "list";
}

std::string path_of_setting(const std::string& value) {
  const auto lines = voice::app::parse_config("users-file = " + value);
  return lines && lines->size() == 1 && lines->front().values.size() == 1
             ? lines->front().values.front()
             : value;
}

Told change_users(const std::string& path, const Arguments& arguments) {
  if (!changes_users(arguments)) {
    if (!arguments.user.empty()) return unexpected(mistake("list takes no name"));
    return list(path);
  }
  if (!identity::is_available()) return unexpected(failure(identity::absent_text));
  if (arguments.user.empty()) {
    return unexpected(mistake(arguments.user_action + " needs the NAME of an account"));
  }
  return change(path, arguments);
}

}  // namespace voicectl
