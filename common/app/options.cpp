#include "common/app/options.hpp"

#include "common/app/config_lines.hpp"
#include "common/app/version.hpp"
#include "common/core/assert.hpp"

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <optional>
#include <sstream>
#include <string_view>
#ifndef _WIN32
extern char** environ;
#endif

namespace voice::app {
namespace {

char** environment() {
#ifdef _WIN32
  return _environ;
#else
  return environ;
#endif
}

// Thrown inside this file only, and turned into an Exit by parse().
struct BadSetting {
  std::string text;
};

std::string one_line(std::string text) {
  std::replace(text.begin(), text.end(), '\n', ' ');
  return text;
}

// CLI11 begins some messages with the option's name; ours already name the place.
std::string reason_of(const CLI::Error& error, const std::string& name) {
  std::string reason = one_line(error.what());
  const std::string prefix = "--" + name + ": ";
  if (reason.rfind(prefix, 0) == 0) reason.erase(0, prefix.size());
  return reason;
}

std::string config_literal(const std::string& value) {
  const bool plain =
      !value.empty() && (value == "true" || value == "false" ||
                         value.find_first_not_of("0123456789.-") == std::string::npos);
  if (plain) return value;
  std::string out = "\"";
  for (const char c : value) {
    switch (c) {
      case '\n':
        out += "\\n";
        break;
      case '\t':
        out += "\\t";
        break;
      case '"':
      case '\\':
        out += '\\';
        [[fallthrough]];
      default:
        out += c;
    }
  }
  return out + "\"";
}

std::optional<bool> truth(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  if (text == "true" || text == "yes" || text == "on" || text == "1") return true;
  if (text == "false" || text == "no" || text == "off" || text == "0") return false;
  return std::nullopt;
}

// A variable holds a list as "a,b".
std::vector<std::string> split_at_commas(const std::string& text) {
  std::vector<std::string> items;
  std::istringstream rest(text);
  for (std::string item; std::getline(rest, item, ',');) items.push_back(item);
  return items;
}

#ifdef _WIN32
constexpr const char* without_file = "--config NUL runs without one";
#else
constexpr const char* without_file = "--config /dev/null runs without one";
#endif

}  // namespace

Options::Options(About about) : about_(std::move(about)), cli_(about_.description, about_.program) {
  file_ = about_.default_file;
  cli_.set_version_flag("-V,--version", about_.program + " " + std::string(version),
                        "print the version and exit");
  cli_.add_option("--config", file_,
                  "read settings from this file (environment: " + about_.env_prefix + "CONFIG)")
      ->type_name("FILE")
      ->capture_default_str();
  cli_.add_flag("--print-config", print_config_,
                "print every setting, its value and where it came from, and exit");
  cli_.footer(about_.footer);
  cli_.get_formatter()->column_width(34);
}

CLI::Option* Options::add_value(const std::string& name, CLI::Option* option, Target target,
                                TakesEffect when) {
  option->capture_default_str();
  settings_.push_back({name, option, target, when});
  return option;
}

CLI::Option* Options::value(const std::string& name, std::vector<std::string>& target,
                            const std::string& help, TakesEffect when) {
  return add_value(name, cli_.add_option("--" + name, target, help), List{target}, when);
}

CLI::Option* Options::toggle(const std::string& name, bool& target, const std::string& help,
                             TakesEffect when) {
  CLI::Option* option = cli_.add_flag("--" + name + ",!--no-" + name, target, help);
  option->default_str(target ? "true" : "false");
  settings_.push_back({name, option, Toggle{target}, when});
  return option;
}

void Options::refuse_empty(std::initializer_list<const char*> names) {
  for (const char* const name : names) {
    Setting* const setting = find(name);
    VOICE_ASSERT(setting != nullptr);
    setting->refuses_empty = true;
  }
}

void Options::hide(std::initializer_list<const char*> names) {
  for (const char* const name : names) {
    Setting* const setting = find(name);
    VOICE_ASSERT(setting != nullptr);
    setting->is_hidden = true;
  }
}

std::string Options::variable_of(const std::string& name) const {
  std::string out = about_.env_prefix;
  for (const char c : name) {
    out += c == '-' ? '_' : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  }
  return out;
}

std::vector<std::string> Options::unknown_variables() const {
  std::vector<std::string> known{about_.env_prefix + "CONFIG"};
  for (const Setting& setting : settings_) known.push_back(variable_of(setting.name));
  std::vector<std::string> out;
  for (char** each = environment(); each != nullptr && *each != nullptr; ++each) {
    const std::string_view variable = *each;
    if (!variable.starts_with(about_.env_prefix)) continue;
    std::string name(variable.substr(0, variable.find('=')));
    if (std::find(known.begin(), known.end(), name) == known.end()) out.push_back(std::move(name));
  }
  std::sort(out.begin(), out.end());
  return out;
}

Options::Setting* Options::find(const std::string& name) {
  const auto found = std::find_if(settings_.begin(), settings_.end(),
                                  [&](const Setting& s) { return s.name == name; });
  return found == settings_.end() ? nullptr : &*found;
}

const Options::Setting* Options::find(const std::string& name) const {
  return const_cast<Options*>(this)->find(name);
}

expected<void, Exit> Options::parse(int argc, const char* const* argv, Pipes pipes) {
  try {
    cli_.parse(argc, argv);
    for (Setting& setting : settings_) {
      if (setting.option->count() != 0) setting.origin = Origin::flag;
    }
    apply_environment();
    check_empty();
    apply_file(pipes);
  } catch (const CLI::CallForHelp&) {
    return unexpected(Exit{ExitCode::ok, cli_.help()});
  } catch (const CLI::CallForVersion& version_text) {
    return unexpected(Exit{ExitCode::ok, std::string(version_text.what()) + "\n"});
  } catch (const CLI::ParseError& error) {
    return unexpected(Exit{ExitCode::usage, one_line(error.what()) + " (see --help)"});
  } catch (const BadSetting& error) {
    return unexpected(Exit{ExitCode::usage, error.text});
  }
  return {};
}

expected<void, Exit> Options::parse_file(const std::string& path, Pipes pipes) {
  file_ = path;
  file_is_named_ = true;
  try {
    apply_file(pipes);
  } catch (const BadSetting& error) {
    return unexpected(Exit{ExitCode::usage, error.text});
  }
  return {};
}

void Options::apply(Setting& setting, const std::vector<std::string>& values, Origin origin,
                    const std::string& place) {
  setting.origin = origin;
  const auto* const list = std::get_if<List>(&setting.target);
  if (list != nullptr && values.empty()) return list->items.clear();
  if (list == nullptr && values.size() != 1) {
    throw BadSetting{place + ": takes one value, not a list"};
  }
  if (const auto* const toggle = std::get_if<Toggle>(&setting.target)) {
    const auto state = truth(values.front());
    if (!state) throw BadSetting{place + ": `" + values.front() + "` is neither true nor false"};
    toggle->state = *state;
    return;
  }
  try {
    for (const std::string& value : values) setting.option->add_result(value);
    setting.option->run_callback();
  } catch (const CLI::Error& error) {
    throw BadSetting{place + ": " + reason_of(error, setting.name)};
  }
}

void Options::apply_environment() {
  const std::string config_name = about_.env_prefix + "CONFIG";
  const char* const config = std::getenv(config_name.c_str());
  const bool has_flag = cli_.get_option("--config")->count() != 0;
  file_is_named_ = has_flag || config != nullptr;
  if (!has_flag && config != nullptr) file_ = config;
  if (file_is_named_ && file_.empty()) {
    throw BadSetting{(has_flag ? "--config" : "environment " + config_name) + ": names no file; " +
                     without_file};
  }
  for (Setting& setting : settings_) {
    if (setting.origin != Origin::preset) continue;
    const std::string name = variable_of(setting.name);
    if (const char* text = std::getenv(name.c_str())) {
      const bool is_list = std::holds_alternative<List>(setting.target);
      // `VOICED_LISTEN=$ADDRESS` with nothing in it is more likely a slip than a wish for "all".
      if (is_list && *text == '\0') {
        throw BadSetting{"environment " + name + ": is empty; set a value, or remove the variable"};
      }
      const auto values = is_list ? split_at_commas(text) : std::vector<std::string>{text};
      apply(setting, values, Origin::environment, "environment " + name);
    }
  }
}

// Called before the file is read, when only flags and variables have set anything.
void Options::check_empty() const {
  for (const Setting& setting : settings_) {
    if (!setting.refuses_empty || setting.origin == Origin::preset) continue;
    const auto& given = setting.option->results();
    if (!given.empty() && !given.back().empty()) continue;
    throw BadSetting{place_of(setting.name) + ": is empty; give it a value, or leave it out"};
  }
}

// Empty if there is no file and none is required.
std::string Options::text_of_file(Pipes pipes) {
  if (file_.empty()) return {};
  auto text = read_text_file(file_, config_bytes_max, pipes);
  if (text) {
    file_read_ = file_;
    return std::move(*text);
  }
  if (is_dispensable(text.error(), file_is_named_)) return {};
  throw BadSetting{file_ + ": " + text.error().reason +
                   "; make it readable for the user this program runs as" +
                   (about_.keys.empty()
                        ? std::string(", or name another file with --config (") + without_file + ")"
                        : std::string())};
}

void Options::apply_file(Pipes pipes) {
  const std::string text = text_of_file(pipes);
  const auto lines = parse_config(text);
  if (!lines) {
    const std::string line =
        lines.error().line != 0 ? ":" + std::to_string(lines.error().line) : "";
    throw BadSetting{file_ + line + ": " + lines.error().reason};
  }
  settings_in_file_ = lines->size();
  for (const ConfigLine& line : *lines) {
    const std::string place = file_ + ":" + std::to_string(line.line) + ": " + line.key;
    Setting* setting = find(line.key);
    if (setting == nullptr) {
      throw BadSetting{place + ": unknown key; " +
                       (about_.keys.empty() ? "`" + about_.program + " --print-config` lists"
                                            : about_.keys + " has") +
                       " those that exist"};
    }
    if (setting->origin != Origin::preset) continue;
    setting->line = line.line;
    apply(*setting, line.values, Origin::file, place);
  }
}

// The default is no secret, even where somebody has set it.
bool Options::is_withheld(const Setting& setting) {
  return setting.is_hidden && setting.origin != Origin::preset &&
         setting.option->results().back() != setting.option->get_default_str();
}

std::string Options::shown(const Setting& setting) {
  if (is_withheld(setting)) return "(not shown)";
  if (const auto* const toggle = std::get_if<Toggle>(&setting.target)) {
    return toggle->state ? "true" : "false";
  }
  if (const auto* const list = std::get_if<List>(&setting.target)) {
    std::string items;
    for (const std::string& item : list->items) {
      items += (items.empty() ? "" : ", ") + config_literal(item);
    }
    return "[" + items + "]";
  }
  return config_literal(setting.origin == Origin::preset ? setting.option->get_default_str()
                                                         : setting.option->results().back());
}

std::string Options::shown(const std::string& name) const {
  const Setting* setting = find(name);
  return setting == nullptr ? "" : shown(*setting);
}

std::string Options::print_config() const {
  std::ostringstream out;
  out << "# " << about_.program << " " << version
      << (file_read_.empty() ? ", no file read" : ", file " + file_read_) << "\n";
  for (const Setting& setting : settings_) {
    out << (is_withheld(setting) ? "#" : "") << setting.name << " = " << shown(setting) << "  # "
        << name_of(setting.origin);
    if (setting.origin == Origin::file) out << " line " << setting.line;
    out << "\n";
  }
  return out.str();
}

Origin Options::origin(const std::string& name) const {
  const Setting* setting = find(name);
  return setting == nullptr ? Origin::preset : setting->origin;
}

TakesEffect Options::takes_effect(const std::string& name) const {
  const Setting* setting = find(name);
  VOICE_ASSERT(setting != nullptr);
  return setting->takes_effect;
}

std::string Options::place_of(const std::string& name) const {
  switch (origin(name)) {
    case Origin::file:
      return file_read_ + ":" + std::to_string(find(name)->line) + ": " + name;
    case Origin::environment:
      return variable_of(name);
    case Origin::flag:
    case Origin::preset:
      break;
  }
  return "--" + name;
}

std::vector<std::string> Options::names() const {
  std::vector<std::string> out;
  for (const Setting& setting : settings_) out.push_back(setting.name);
  return out;
}

}  // namespace voice::app
