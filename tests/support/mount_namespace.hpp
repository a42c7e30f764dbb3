// Programs in a mount namespace of their own (Linux): what is mounted there, nobody else sees.
#pragma once

#include "tests/support/shell.hpp"

#include <string>
#include <vector>

namespace voice::test {

/// Words that run the command after them where the shell command `mount` has been run first.
/// @param arguments "$0", "$1", … of `mount`; all but the first must be shifted away by it
inline std::vector<std::string> in_own_mounts(const std::string& mount,
                                              const std::vector<std::string>& arguments) {
  std::vector<std::string> words{
      "/bin/sh", "-c", "exec unshare --mount sh -c '" + mount + " && exec \"$@\"' \"$0\" \"$@\""};
  words.insert(words.end(), arguments.begin(), arguments.end());
  return words;
}

/// Why nothing can be mounted at `folder`; empty: it can.
inline std::string why_no_own_mounts(const std::string& folder) {
  const Output output = output_of("unshare --mount mount -t tmpfs none " + folder + " 2>&1");
  return output.exit_code == 0 ? "" : "skipped: no mount namespaces here: " + output.text;
}

}  // namespace voice::test
