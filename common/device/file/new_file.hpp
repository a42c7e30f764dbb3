// Decides under which name a file is written. Nothing that this program has not created is ever
// overwritten: if a file with the wanted name exists, the next free number is used, and the caller
// can report it. The operating system decides in one step (O_EXCL), so that two programs that start
// at once cannot take the same name.
#pragma once

#include "common/core/result.hpp"

#include <string>
#include <string_view>

namespace voice {

/// "call.wav", 2 → "call-2.wav"; "call", 3 → "call-3". Number 1 is the name as it is.
[[nodiscard]] std::string numbered_name(std::string_view path, int number);

/// True when both paths mean one file, through links of any kind. Also for files that do not exist
/// yet: two spellings of one new name, or a link to it.
[[nodiscard]] bool is_same_file(const std::string& a, const std::string& b);

/// Whether create_new_file() could succeed, without touching anything. Fails with the reason, in
/// words.
[[nodiscard]] expected<void, std::string> check_new_file(const std::string& path);

struct NewFile {
  int descriptor = -1;  // open for writing; the caller closes it. -1 on Windows: open `path` again
  std::string path;     // of the file that was made: `path` itself or the next free number
};

/// Creates an empty file named `path`, or with the next free number where that exists. A link to a
/// file that does not exist creates that file. Fails with the reason, in words.
[[nodiscard]] expected<NewFile, std::string> create_new_file(const std::string& path);

}  // namespace voice
