// One declaration per setting: the flag, the environment variable and the file key are derived from
// one name; --help, --print-config, the behaviour at a reload, manual pages and completions follow
// from it. Precedence: flag > environment > file > default.
#pragma once

#include "common/app/setting.hpp"
#include "common/app/text_file.hpp"
#include "common/core/result.hpp"

#include <CLI/CLI.hpp>

#include <initializer_list>
#include <string>
#include <variant>
#include <vector>

namespace voice::app {

/// How a program ends. The manual pages explain the codes ("EXIT STATUS").
enum class ExitCode : int {
  ok = 0,
  failure = 1,
  usage = 2,
  cannot_connect = 3,
  refused = 4,
  audio_device = 5,
  untrusted = 6,
  interrupted = 130,
};

/// A reason not to run: for `ok` the text belongs on stdout (--help, --version), otherwise it is
/// one line for stderr.
struct Exit {
  ExitCode code = ExitCode::ok;
  std::string text;
};

class Options {
 public:
  struct About {
    std::string program;       // "voiced"
    std::string description;   // one line
    std::string env_prefix;    // "VOICED_": option sample-rate is VOICED_SAMPLE_RATE
    std::string default_file;  // read if it exists, unless --config names another; may be empty
    std::string footer = {};   // end of --help
    std::string keys = {};     // where to read which keys there are; empty: `--print-config`
  };

  /// Adds -h/--help, -V/--version, --config FILE and --print-config.
  explicit Options(About about);

  /// A setting with a value: `--name VALUE`, `PREFIX_NAME`, `name = value`. The current value of
  /// `target` is its default. The caller may add validators (common/app/validators.hpp) to what is
  /// returned. `target` outlives this object.
  /// @param when the default suits a program that never reads its file again.
  template <class T>
  CLI::Option* value(const std::string& name, T& target, const std::string& help,
                     TakesEffect when = TakesEffect::restart) {
    return add_value(name, cli_.add_option("--" + name, target, help), Single{}, when);
  }

  /// A setting with any number of values: `--name VALUE` again and again, `PREFIX_NAME=a,b`,
  /// `name = ["a", "b"]`.
  CLI::Option* value(const std::string& name, std::vector<std::string>& target,
                     const std::string& help, TakesEffect when = TakesEffect::restart);

  /// A setting that is true or false: `--name`, `--no-name`, `--name=false`, `PREFIX_NAME=true`,
  /// `name = true`.
  CLI::Option* toggle(const std::string& name, bool& target, const std::string& help,
                      TakesEffect when = TakesEffect::restart);

  /// Makes it a mistake to give one of these settings an empty value in a flag or a variable:
  /// `--client-ca "$FILE"` with an empty variable is a slip, and treating it as "none" would let
  /// everybody in. In the file, they may be empty, as they are by default: print_config() prints
  /// them so. Other settings decide with their validators whether they may be empty. Asserts that
  /// each is a setting.
  void refuse_empty(std::initializer_list<const char*> names);

  /// print_config() says only whether these settings are set. Asserts that each is a setting.
  void hide(std::initializer_list<const char*> names);

  /// The underlying parser, for what exists only on the command line (positionals, commands such as
  /// --list-devices).
  CLI::App& cli() noexcept { return cli_; }
  [[nodiscard]] const CLI::App& cli() const noexcept { return cli_; }

  /// Reads flags, then the environment, then the file; each only sets what is not set yet. Fails
  /// with the place (flag, variable, or file:line: key), the reason and what is valid. A file that
  /// a flag or the environment names must be readable. The default file may be missing, but must be
  /// readable if it exists.
  [[nodiscard]] expected<void, Exit> parse(int argc, const char* const* argv,
                                           Pipes pipes = Pipes::allowed);

  /// Reads this file alone, without flags and environment. Fails as parse() does.
  [[nodiscard]] expected<void, Exit> parse_file(const std::string& path, Pipes pipes);

  /// Every key, its value and where that came from; a valid configuration file. A hidden setting
  /// that has a value is a comment.
  [[nodiscard]] std::string print_config() const;
  [[nodiscard]] bool wants_print_config() const noexcept { return print_config_; }

  [[nodiscard]] Origin origin(const std::string& name) const;
  /// Asserts that `name` is a setting.
  [[nodiscard]] TakesEffect takes_effect(const std::string& name) const;
  /// The file that was read, or empty.
  [[nodiscard]] const std::string& file() const noexcept { return file_read_; }
  /// How many settings that file holds, also those that a flag or the environment overrides.
  [[nodiscard]] std::size_t settings_in_file() const noexcept { return settings_in_file_; }
  /// "voiced.conf:3: port" when the file set it, else "--port" or "VOICED_PORT": for errors found
  /// later.
  [[nodiscard]] std::string place_of(const std::string& name) const;
  /// The value of a setting as print_config() shows it: 6, true, "a word", ["several", "of them"];
  /// of a hidden one that has a value: "(not shown)".
  [[nodiscard]] std::string shown(const std::string& name) const;
  /// Names of all settings in the order of their declaration.
  [[nodiscard]] std::vector<std::string> names() const;
  /// The environment variable of a setting: "VOICED_PORT".
  [[nodiscard]] std::string variable_of(const std::string& name) const;
  /// Variables that begin with the prefix, but belong to no setting: slips, such as "VOICED_PROT".
  [[nodiscard]] std::vector<std::string> unknown_variables() const;

 private:
  // What a setting writes to. CLI11 knows the type of a single value; a list can become empty and a
  // toggle has words of its own, so for these the target itself is needed.
  struct Single {};
  struct List {
    std::vector<std::string>& items;
  };
  struct Toggle {
    bool& state;
  };
  using Target = std::variant<Single, List, Toggle>;

  struct Setting {
    std::string name;
    CLI::Option* option;
    Target target;
    TakesEffect takes_effect;
    Origin origin = Origin::preset;
    int line = 0;
    bool refuses_empty = false;
    bool is_hidden = false;
  };

  CLI::Option* add_value(const std::string& name, CLI::Option* option, Target target,
                         TakesEffect when);
  void apply_environment();
  void check_empty() const;
  void apply_file(Pipes pipes);
  [[nodiscard]] std::string text_of_file(Pipes pipes);
  void apply(Setting& setting, const std::vector<std::string>& values, Origin origin,
             const std::string& place);
  [[nodiscard]] Setting* find(const std::string& name);
  [[nodiscard]] const Setting* find(const std::string& name) const;
  [[nodiscard]] static std::string shown(const Setting& setting);
  [[nodiscard]] static bool is_withheld(const Setting& setting);

  About about_;
  CLI::App cli_;
  std::vector<Setting> settings_;
  std::string file_;
  bool file_is_named_ = false;  // by a flag or the environment
  std::string file_read_;
  std::size_t settings_in_file_ = 0;
  bool print_config_ = false;
};

}  // namespace voice::app
