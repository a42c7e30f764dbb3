// Settings read from a configuration file, for tests.
#pragma once

#include "server/app/config.hpp"

#include "tests/support/scratch_directory.hpp"

#include <string>
#include <vector>

namespace voiced::test {

/// What is wrong with this configuration file; empty: nothing.
inline std::string complaint(const std::string& content, Settings& settings) {
  const voice::test::ScratchDirectory scratch;
  const std::string path = scratch.write("voiced.conf", content);
  const std::vector<const char*> argv{"voiced", "--config", path.c_str()};
  const auto parsed = settings.options->parse(static_cast<int>(argv.size()), argv.data());
  return parsed ? std::string() : parsed.error().text.substr(path.size() + 1);
}

inline std::string complaint(const std::string& content) {
  Settings settings;
  return complaint(content, settings);
}

}  // namespace voiced::test
