// Replaces a small file atomically: at every moment, either the old or the new one is complete and
// in place. For secrets: nobody but the owner can read it.
#pragma once

#include "common/core/result.hpp"

#include <cstdint>
#include <cstdio>
#include <string>

namespace voice::app {

/// PATH.new, which becomes PATH when it is finished, and is removed otherwise. While it exists,
/// nobody else can create another.
class NewTextFile {
 public:
  /// What to do about a PATH.new that already exists: somebody else is writing it, or has crashed.
  enum class Leftover : std::uint8_t { removed, refused };

  /// A link is followed to its file. Fails with an error message, the path included.
  [[nodiscard]] static expected<NewTextFile, std::string> begin(const std::string& path,
                                                                Leftover leftover);
  NewTextFile(NewTextFile&& other) noexcept;
  NewTextFile& operator=(NewTextFile&&) = delete;
  ~NewTextFile();

  /// Writes it to disk and puts it in place, with the owner and the permissions of the old file; a
  /// new one gets 0600. Call it once. Returns what was wrong, or nothing.
  [[nodiscard]] std::string finish(const std::string& text);

  [[nodiscard]] const std::string& path() const noexcept { return path_; }

 private:
  NewTextFile(std::string path, std::string fresh, std::FILE* file)
      : path_(std::move(path)), fresh_(std::move(fresh)), file_(file) {}

  std::string path_;
  std::string fresh_;
  std::FILE* file_;  // null: finished, or moved away
};

}  // namespace voice::app
