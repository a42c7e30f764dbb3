#include "packaging/manual/completion.hpp"

#include <algorithm>

namespace voice::manual {

Offer offer_for(const Value& value) {
  if (!value.choices.empty()) return Offer::choices;
  if (!value.live.empty()) return Offer::live;
  // Wherever a sound device is accepted, a sound file is, too.
  return value.type == "file" || value.type == "folder" || value.type == "device" ? Offer::files
                                                                                  : Offer::nothing;
}

std::string brief(const std::string& help) {
  return help.substr(0, help.find(';'));
}

std::string quoted(const std::string& text, const std::string& escape) {
  std::string out = "'";
  for (const char c : text) out += c == '\'' ? escape : std::string{c};
  return out + "'";
}

std::string replaced(std::string text, const std::string& what, const std::string& by) {
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at)) {
    text.replace(at, what.size(), by);
    at += by.size();
  }
  return text;
}

std::vector<std::string> flags_with_value(const Command& program) {
  std::vector<std::string> flags;
  const auto add = [&](const Command& command) {
    for (const Option& option : command.options) {
      if (option.value.type.empty()) continue;
      for (const std::string& name : option.names) {
        if (std::find(flags.begin(), flags.end(), name) == flags.end()) flags.push_back(name);
      }
    }
  };
  add(program);
  for (const Command& command : program.commands) add(command);
  return flags;
}

}  // namespace voice::manual
