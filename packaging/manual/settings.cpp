#include "packaging/manual/page.hpp"
#include "packaging/manual/roff.hpp"

#include <algorithm>
#include <optional>
#include <sstream>
#include <string_view>
#include <utility>

namespace voice::manual {
namespace {

using app::TakesEffect;

// A line of the file that holds a setting.
struct Shown {
  std::string key;
  std::string value;  // without quotes
};

// "#port = 7000" or "port = 7000"; otherwise none.
std::optional<Shown> shown_in(const std::string& line) {
  const std::size_t start = line.starts_with('#') ? 1 : 0;
  const std::size_t end = line.find(" = ");
  if (end == std::string::npos) return std::nullopt;
  const std::string key = line.substr(start, end - start);
  const bool plain =
      key.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") == std::string::npos;
  if (!plain) return std::nullopt;
  std::string value = line.substr(end + 3);
  std::erase(value, '"');
  return Shown{key, value};
}

std::string facts_of(const Option& option) {
  const Value& value = option.value;
  std::string out = value.type.empty() ? "True or false" : sentence(value.type);
  if (out.ends_with('.')) out.pop_back();
  if (!value.choices.empty()) out = "One of " + join(value.choices, ", ");
  if (!value.range.empty()) out += ", " + value.range;
  if (option.repeatable) out += ", or several in brackets";
  const bool empty = value.preset.empty() || value.preset == "[]";
  return out + "; default: " + (empty ? "empty" : value.preset) + ". Variable: " + option.variable +
         ".";
}

// What a comment says about when a setting takes effect. The page has its own words for it.
constexpr std::pair<TakesEffect, std::string_view> notes[] = {
    {TakesEffect::restart, "At restart. "}, {TakesEffect::newcomers, "New connections only. "}};

TakesEffect take_note(std::string& comment) {
  for (const auto& [when, note] : notes) {
    const std::size_t at = comment.find(note);
    if (at == std::string::npos) continue;
    comment.erase(at, note.size());
    return when;
  }
  return TakesEffect::live;
}

std::string effect_of(TakesEffect when) {
  switch (when) {
    case TakesEffect::live:
      return " Takes effect at a reload.";
    case TakesEffect::newcomers:
      return " Takes effect at a reload, for new connections only.";
    case TakesEffect::restart:
      break;
  }
  return " Takes effect at a restart.";
}

// For a program that never reads its file again, there is nothing to say.
bool reads_again(const Command& program) {
  return std::any_of(program.options.begin(), program.options.end(), [](const Option& option) {
    return !option.key.empty() && option.takes_effect != TakesEffect::restart;
  });
}

// What a reader of the file would not learn, or would learn wrongly; empty if nothing.
std::string fault_of(const Option& option, const Shown& shown, const std::string& comment) {
  const Value& value = option.value;
  if (shown.value != value.preset) {
    return "shows " + option.key + " = " + shown.value + ", but the default is " + value.preset;
  }
  // A range in words ("seconds, 0 or more") is for --help; the comment has its own words.
  if (value.range.find("…") != std::string::npos &&
      comment.find(value.range) == std::string::npos) {
    return "does not say the range of " + option.key + ": " + value.range;
  }
  for (const std::string& choice : value.choices) {
    if (comment.find(choice) != std::string::npos) continue;
    return "does not name a choice of " + option.key + ": " + choice;
  }
  return "";
}

class Writer {
 public:
  explicit Writer(const Command& program) : program_(program) {}

  void heading(const std::string& text) {
    gap();
    end_list();
    out_ += ".Ss " + text + "\n";
  }
  void comment(const std::string& text) {
    end_setting();
    comment_ += text + " ";
  }
  void setting(const Shown& shown) { settings_.push_back(shown); }
  // Comments before an empty line that name no key are about the file as a whole.
  void gap() {
    end_setting();
    comment_.clear();
  }
  [[nodiscard]] expected<std::string, std::string> finish() {
    gap();
    end_list();
    for (const Option& option : program_.options) {
      const bool shown = std::find(named_.begin(), named_.end(), option.key) != named_.end();
      if (!option.key.empty() && !shown) complain("does not show " + option.key);
    }
    if (!complaint_.empty()) return unexpected("the configuration file " + complaint_);
    return out_;
  }

 private:
  void end_setting() {
    if (settings_.empty()) return;
    if (!in_list_) out_ += ".Bl -tag -width Ds\n";
    in_list_ = true;
    const TakesEffect noted = take_note(comment_);
    std::vector<std::string> tags;
    for (const Shown& shown : settings_) tags.push_back(literal(shown.key));
    out_ += ".It Ic " + join(tags, " , ") + "\n";
    out_ += running_text(comment_);
    for (const Shown& shown : settings_) write_facts(shown, noted);
    comment_.clear();
    settings_.clear();
  }
  void write_facts(const Shown& shown, TakesEffect noted) {
    const auto found = std::find_if(program_.options.begin(), program_.options.end(),
                                    [&](const Option& option) { return option.key == shown.key; });
    if (found == program_.options.end()) {
      return complain("shows " + shown.key + ", which is no option");
    }
    named_.push_back(shown.key);
    if (std::string fault = fault_of(*found, shown, comment_); !fault.empty()) complain(fault);
    std::string facts = facts_of(*found);
    if (settings_.size() > 1) facts = "`" + shown.key + "`: " + facts;
    if (reads_again_) {
      if (found->takes_effect != noted) {
        complain("is wrong about when " + shown.key +
                 " takes effect: " + name_of(found->takes_effect));
      }
      facts += effect_of(found->takes_effect);
    }
    out_ += ".Pp\n" + running_text(facts);
  }
  void end_list() {
    if (in_list_) out_ += ".El\n";
    in_list_ = false;
  }
  void complain(const std::string& text) {
    if (complaint_.empty()) complaint_ = text;
  }

  const Command& program_;
  const bool reads_again_ = reads_again(program_);
  std::string out_, comment_, complaint_;
  std::vector<Shown> settings_;
  std::vector<std::string> named_;
  bool in_list_ = false;
};

}  // namespace

expected<std::string, std::string> settings_list(const Command& program,
                                                 const std::string& shipped_file) {
  Writer writer(program);
  std::istringstream lines(shipped_file);
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("## ")) {
      writer.heading(line.substr(3));
    } else if (const auto shown = shown_in(line)) {
      writer.setting(*shown);
    } else if (line.starts_with("# ")) {
      writer.comment(line.substr(2));
    } else {
      writer.gap();
    }
  }
  return writer.finish();
}

}  // namespace voice::manual
