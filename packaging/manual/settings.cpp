#include "packaging/manual/page.hpp"
#include "packaging/manual/roff.hpp"

#include <algorithm>
#include <sstream>

namespace voice::manual {
namespace {

// "#port = 7000" or "port = 7000": the key. Else nothing.
std::string key_in(const std::string& line) {
  const std::size_t start = line.starts_with('#') ? 1 : 0;
  const std::size_t end = line.find(" = ");
  if (end == std::string::npos) return "";
  const std::string key = line.substr(start, end - start);
  const bool plain =
      key.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") == std::string::npos;
  return plain ? key : "";
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

// Comments end with this where it applies. The page says it in its own way.
bool take_restart_note(std::string& comment) {
  static const std::string note = "At restart. ";
  const std::size_t at = comment.find(note);
  if (at == std::string::npos) return false;
  comment.erase(at, note.size());
  return true;
}

class Writer {
 public:
  Writer(const Command& program, const WaitsForRestart& waits_for_restart)
      : program_(program), waits_for_restart_(waits_for_restart) {}

  void heading(const std::string& text) {
    gap();
    end_list();
    out_ += ".Ss " + text + "\n";
  }
  void comment(const std::string& text) {
    end_setting();
    comment_ += text + " ";
  }
  void setting(const std::string& key) { keys_.push_back(key); }
  // What stood before an empty line and named no key is about the file as a whole.
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
    if (keys_.empty()) return;
    if (!in_list_) out_ += ".Bl -tag -width Ds\n";
    in_list_ = true;
    const bool at_restart = take_restart_note(comment_);
    std::vector<std::string> tags;
    for (const std::string& key : keys_) tags.push_back(literal(key));
    out_ += ".It Ic " + join(tags, " , ") + "\n";
    out_ += running_text(comment_);
    for (const std::string& key : keys_) write_facts(key, at_restart);
    comment_.clear();
    keys_.clear();
  }
  void write_facts(const std::string& key, bool at_restart) {
    const auto found = std::find_if(program_.options.begin(), program_.options.end(),
                                    [&](const Option& option) { return option.key == key; });
    if (found == program_.options.end()) return complain("shows " + key + ", which is no option");
    named_.push_back(key);
    std::string facts = facts_of(*found);
    if (keys_.size() > 1) facts = "`" + key + "`: " + facts;
    if (waits_for_restart_) {
      if (waits_for_restart_(key) != at_restart) complain("is wrong about a restart: " + key);
      facts += at_restart ? " Takes effect at a restart." : " Takes effect at a reload.";
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
  const WaitsForRestart& waits_for_restart_;
  std::string out_, comment_, complaint_;
  std::vector<std::string> keys_, named_;
  bool in_list_ = false;
};

}  // namespace

expected<std::string, std::string> settings_list(const Command& program,
                                                 const std::string& shipped_file,
                                                 const WaitsForRestart& waits_for_restart) {
  Writer writer(program, waits_for_restart);
  std::istringstream lines(shipped_file);
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("## ")) {
      writer.heading(line.substr(3));
    } else if (const std::string key = key_in(line); !key.empty()) {
      writer.setting(key);
    } else if (line.starts_with("# ")) {
      writer.comment(line.substr(2));
    } else {
      writer.gap();
    }
  }
  return writer.finish();
}

}  // namespace voice::manual
