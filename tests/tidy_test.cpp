// The machine that nags: layers, lengths, clocks and leftovers, checked on the tree as it stands.
#include "tests/support/catch.hpp"
#include "tests/support/tree.hpp"

#include <algorithm>
#include <array>
#include <regex>
#include <string>
#include <string_view>
#include <vector>

namespace {

using voice::test::File;
using voice::test::is_cpp;
using voice::test::scan;
using voice::test::tree;

// Columns, not bytes: UTF-8 continuation bytes take no room.
std::size_t width(const std::string& line) {
  return static_cast<std::size_t>(std::count_if(line.begin(), line.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
  }));
}

// What a directory may include of the house, and whether it is pure. Longest directory first; what
// a directory does not list, it may not see. Itself is always allowed.
struct Layer {
  std::string_view directory;
  std::vector<std::string_view> may_include;
  bool pure;
};

const std::vector<Layer>& layers() {
  static const std::vector<std::string_view> core{"common/core", "common/audio", "common/wire",
                                                  "common/playout", "common/transport"};
  const auto with = [](std::initializer_list<std::string_view> more) {
    auto all = core;
    all.insert(all.end(), more);
    return all;
  };
  static const std::vector<Layer> all{
      {"common/core", {}, true},
      {"common/audio", {"common/core", "common/opus"}, true},
      {"common/opus", {"common/core", "common/audio"}, true},
      {"common/wire", {"common/core", "common/audio"}, true},
      {"common/playout", {"common/core", "common/audio", "common/wire"}, true},
      {"common/transport", {"common/core", "common/audio", "common/wire"}, true},
      {"common/tls/absent", with({"common/tls"}), false},
      {"common/tls/gnutls", with({"common/tls"}), false},
      {"common/tls", core, false},
      {"common/identity/absent", with({"common/identity"}), false},
      {"common/identity/sodium", with({"common/identity"}), false},
      {"common/identity", core, false},
      {"common/background", {"common/core"}, false},
      {"common/device/card", with({"common/device", "common/background"}), false},
      {"common/device/file", with({"common/device", "common/background"}), false},
      {"common/device/pulse", with({"common/device", "common/device/card"}), false},
      {"common/device/open",
       with({"common/device", "common/device/card", "common/device/file", "common/device/pulse",
             "common/background"}),
       false},
      {"common/device", with({"common/background"}), false},
      {"common/net", {"common/core"}, false},
      {"common/app", with({"common/background"}), false},
      {"common/terminal", core, false},
      {"server/room", core, true},
      {"server/host", with({"server/room"}), true},
      {"server/net",
       with({"server/room", "server/host", "common/device", "common/device/open", "common/tls",
             "common/net", "common/app", "common/background"}),
       false},
      {"server/login",
       with({"server/host", "server/room", "server/net", "common/identity", "common/background"}),
       false},
      {"server/operator",
       with({"server/room", "server/host", "server/net", "server/login", "common/identity",
             "common/net", "common/app", "common/background"}),
       false},
      {"server/metrics",
       with({"server/room", "server/host", "server/net", "common/net", "common/app",
             "common/background"}),
       false},
      {"server/app",
       with({"server/room", "server/host", "server/net", "server/login", "server/operator",
             "server/metrics", "common/identity", "common/device", "common/device/file",
             "common/tls", "common/net", "common/app", "common/background"}),
       false},
      {"ctl", with({"common/app", "common/terminal", "common/identity"}), false},
      {"client/call", core, true},
      {"client/voice", with({"common/device"}), false},
      {"client/net",
       with({"client/call", "client/voice", "common/device", "common/device/file",
             "common/device/open", "common/identity", "common/tls", "common/net", "common/app",
             "common/background"}),
       false},
      {"client/ui",
       with({"client/call", "client/net", "common/device", "common/app", "common/background",
             "common/terminal"}),
       false},
      {"client/app",
       with({"client/call", "client/voice", "client/net", "client/ui", "common/device",
             "common/device/file", "common/identity", "common/tls", "common/net", "common/app",
             "common/background", "common/terminal"}),
       false},
  };
  return all;
}

bool is_below(std::string_view path, std::string_view directory) {
  return path.starts_with(directory) && path.substr(directory.size()).starts_with('/');
}

const Layer* layer_of(const std::string& path) {
  const auto& all = layers();
  const auto found = std::find_if(
      all.begin(), all.end(), [&](const Layer& layer) { return is_below(path, layer.directory); });
  return found == all.end() ? nullptr : &*found;
}

bool is_layered(const File& file) {
  return is_cpp(file) && layer_of(file.path) != nullptr;
}
bool is_pure(const File& file) {
  return is_layered(file) && layer_of(file.path)->pure;
}

std::string included(const std::string& line) {
  static const std::regex include(R"(^\s*#\s*include\s*[<"]([^>"]+)[>"])");
  std::smatch match;
  return std::regex_search(line, match, include) ? match[1].str() : "";
}

}  // namespace

TEST_CASE("a layer includes only what lies to its left", "[tidy]") {
  const std::string found =
      scan(is_layered, [](const File& file, const std::string& line) -> std::string {
        const std::string header = included(line);
        if (header.find("..") != std::string::npos)
          return "an include path starts at the root, not at ..";
        const bool ours = header.starts_with("common/") || header.starts_with("server/") ||
                          header.starts_with("client/") || header.starts_with("ctl/") ||
                          header.starts_with("tests/");
        // Made by CMake from the version number: a fact, not a layer.
        if (!ours || header == "common/app/version.hpp") return "";
        const Layer& layer = *layer_of(file.path);
        const Layer* const wanted = layer_of(header);
        if (wanted == &layer) return "";
        for (const auto directory : layer.may_include) {
          if (wanted != nullptr && wanted->directory == directory) return "";
        }
        return std::string(layer.directory) + " may not include " + header;
      });

  CHECK(found == "");
}

TEST_CASE("the core touches no socket, clock, thread, log or stream", "[tidy]") {
  static constexpr std::array banned{
      "boost/",    "spdlog/",  "fmt/",    "CLI/",   "portaudio.h",
      "sndfile.h", "speex/",   "thread",  "mutex",  "condition_variable",
      "future",    "iostream", "fstream", "cstdio", "ctime",
      "random",    "sys/",     "unistd.h"};
  const std::string found =
      scan(is_pure, [](const File& file, const std::string& line) -> std::string {
        // The one place that speaks before the program aborts, and the one that gives pages back.
        if (file.path == "common/core/assert.cpp") return "";
        if (file.path == "common/core/memory_pages.cpp") return "";
        const std::string header = included(line);
        const bool bad = std::any_of(banned.begin(), banned.end(), [&](std::string_view name) {
          return name.ends_with('/') ? header.starts_with(name) : header == name;
        });
        return bad ? "the core may not include " + header : "";
      });

  CHECK(found == "");
}

TEST_CASE("only the shell asks for the time", "[tidy]") {
  static const std::regex clock(R"(_clock::now\s*\(|\bgettimeofday\s*\(|\bclock_gettime\s*\()");
  const std::string found = scan(is_pure, [](const File&, const std::string& line) -> std::string {
    return std::regex_search(line, clock) ? "time is an argument here" : "";
  });

  CHECK(found == "");
}

TEST_CASE("nothing but the log and bans ask for the time of day", "[tidy]") {
  // It jumps when the clock is set; measured times and deadlines must not.
  static const std::regex wall(
      R"(system_clock|high_resolution_clock|CLOCK_REALTIME|\bgettimeofday\b|\blocaltime|\bgmtime)"
      R"(|\btimespec_get\b|\bstrftime\b|[^_\w.>]time\s*\(\s*(nullptr|NULL|0|&))");
  const auto may_not = [](const File& file) {
    return is_layered(file) && file.path != "common/app/log.cpp" &&
           file.path != "common/app/calendar.hpp";
  };
  const std::string found = scan(may_not, [](const File&, const std::string& line) -> std::string {
    return std::regex_search(line, wall) ? "the time of day is for the log and bans" : "";
  });

  CHECK(found == "");
}

TEST_CASE("only one unit knows the words of the protocol", "[tidy]") {
  static const std::regex verb_or_key(
      R"re("(Hello|Welcome|Refused|Bye|State|Ping|Pong|Redirect|Id|Name|Agent|Password|Room)re"
      R"re(|Codecs?|Rate|Code|Reason|MutedByServer)")re");
  // As words of their own they are also of other languages: only the protocol compares codes.
  static const std::regex code(
      R"re(([=!]=|refuse\()\s*"(full|limit|busy|banned|draining|kicked|password)")re");
  const auto may_not = [](const File& file) {
    // A token has words of its own.
    return is_layered(file) && file.path != "common/wire/voice1.cpp" &&
           file.path != "common/identity/invitation.cpp";
  };
  const std::string found = scan(may_not, [](const File&, const std::string& line) -> std::string {
    const bool bad = std::regex_search(line, verb_or_key) || std::regex_search(line, code);
    return bad ? "a word of the protocol: use common/wire/voice1.hpp" : "";
  });

  CHECK(found == "");
}

TEST_CASE("files and lines stay short enough to read", "[tidy]") {
  constexpr std::size_t lines_max = 400;
  std::string found;
  for (const File& file : tree()) {
    const bool code = is_cpp(file);
    if (code && file.lines.size() > lines_max) {
      found += file.path + ": " + std::to_string(file.lines.size()) + " lines\n";
    }
  }
  found += scan([](const File&) { return true; },
                [](const File& file, const std::string& line) -> std::string {
                  // Tables, links and pictures in documents cannot be broken; JSON is for machines.
                  const bool unbreakable =
                      line.starts_with('|') || line.find("://") != std::string::npos;
                  if (file.path.ends_with(".json") || (file.path.ends_with(".md") && unbreakable))
                    return "";
                  const std::size_t columns_max = is_cpp(file) ? 100 : 120;
                  const std::size_t columns = width(line);
                  return columns > columns_max ? std::to_string(columns) + " columns" : "";
                });

  CHECK(found == "");
}

TEST_CASE("nothing is left to do, and no path leads out of the tree", "[tidy]") {
  // Spelled in two parts so that this file does not find itself.
  static const std::regex leftover(
      "\\b(TO"
      "DO|FIX"
      "ME|XX"
      "X|HA"
      "CK)\\b");
  static const std::regex outside(R"("?/(home|root|work|Users)/[A-Za-z])");
  const std::string found =
      scan([](const File& file) { return file.path != "tests/tidy_test.cpp"; },
           [](const File&, const std::string& line) -> std::string {
             if (std::regex_search(line, leftover)) return "a leftover: do it or drop it";
             return std::regex_search(line, outside) ? "a path of one machine" : "";
           });

  CHECK(found == "");
}

TEST_CASE("ctest can call every test by its name", "[tidy]") {
  // CMake splits the list of names at ';', and what begins with '-' is an option: such a test would
  // be reported as passed without having run.
  static const std::regex name(R"re(^TEST_CASE\(\s*"([^"]*)")re");
  const std::string found = scan(is_cpp, [](const File&, const std::string& line) -> std::string {
    std::smatch match;
    if (!std::regex_search(line, match, name)) return "";
    const std::string text = match[1].str();
    const bool bad = text.find(';') != std::string::npos || text.starts_with('-');
    return bad ? "a name that ctest cannot pass on" : "";
  });

  CHECK(found == "");
}

TEST_CASE("headers are guarded, say what they are, and import no namespace", "[tidy]") {
  std::string found;
  for (const File& file : tree()) {
    if (!file.path.ends_with(".hpp")) continue;
    const auto& lines = file.lines;
    if (lines.empty() || !lines.front().starts_with("// "))
      found += file.path + ": no first line about it\n";
    if (std::find(lines.begin(), lines.end(), "#pragma once") == lines.end()) {
      found += file.path + ": no #pragma once\n";
    }
    const bool imports = std::any_of(lines.begin(), lines.end(), [](const std::string& line) {
      return line.starts_with("using namespace");
    });
    if (imports) found += file.path + ": using namespace in a header\n";
  }

  CHECK(found == "");
}

TEST_CASE("text ends in a newline and no line in blanks", "[tidy]") {
  const std::string found =
      scan([](const File&) { return true; },
           [](const File& file, const std::string& line) -> std::string {
             if (line.find('\r') != std::string::npos) return "a carriage return";
             const bool blank_end = line.ends_with(' ') || line.ends_with('\t');
             return blank_end && !file.path.ends_with(".md") ? "blanks at the end" : "";
           });

  CHECK(found == "");
}
