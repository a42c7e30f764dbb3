// Replaces a small file atomically: at every moment, either the old or the new one is complete and
// in place. For secrets: nobody but the owner can read it.
#pragma once

#include "common/core/result.hpp"

#include <cstdint>
#include <cstdio>
#include <string>

namespace voice::app {

/// The file that `path` names: links are followed to their file. A link to nowhere is itself the
/// file. Fails with an error message, the path included.
[[nodiscard]] expected<std::string, std::string> real_path(const std::string& path);

/// PATH.new, which becomes PATH when it is finished, and is removed otherwise. While it exists,
/// nobody else can create another.
class NewTextFile {
 public:
  /// What to do about a PATH.new that already exists: somebody else is writing it, or has crashed.
  enum class Leftover : std::uint8_t { removed, refused };

  /// Replaces what real_path() returns. Fails with an error message, the path included.
  /// @param mode of a file that replaces none, less the umask
  [[nodiscard]] static expected<NewTextFile, std::string> begin(const std::string& path,
                                                                Leftover leftover,
                                                                unsigned mode = 0600);
  NewTextFile(NewTextFile&& other) noexcept;
  NewTextFile& operator=(NewTextFile&&) = delete;
  ~NewTextFile();

  /// Writes it to disk and puts it in place, with the owner and the permissions of the old file.
  /// Call it once. Returns what was wrong, or nothing.
  [[nodiscard]] std::string finish(const std::string& text);

  /// The same in two steps, for files that belong together: after write(), the text is on the disk
  /// as PATH.new, with its owner and permissions.
  [[nodiscard]] std::string write(const std::string& text);
  [[nodiscard]] std::string put_in_place();

  [[nodiscard]] const std::string& path() const noexcept { return path_; }

 private:
  NewTextFile(std::string path, std::string fresh, std::FILE* file)
      : path_(std::move(path)), fresh_(std::move(fresh)), file_(file) {}

  std::string path_;
  std::string fresh_;  // empty: in place, removed, or moved away
  std::FILE* file_;    // null: written, or moved away
};

}  // namespace voice::app
