// Replaces a small file as a whole: at every moment there is the old one or the new one, never a
// part. For secrets: nobody but its owner can read it.
#pragma once

#include "common/core/result.hpp"

#include <cstdint>
#include <cstdio>
#include <string>

namespace voice::app {

/// PATH.new, which becomes PATH when it is finished, and is removed when it is not. While it is
/// there, nobody else can begin another.
class NewTextFile {
 public:
  /// What is done with a PATH.new that is there already: somebody else works on it, or has crashed.
  enum class Leftover : std::uint8_t { removed, refused };

  /// A link is followed to its file. Fails with a text for people, the path included.
  [[nodiscard]] static expected<NewTextFile, std::string> begin(const std::string& path,
                                                                Leftover leftover);
  NewTextFile(NewTextFile&& other) noexcept;
  NewTextFile& operator=(NewTextFile&&) = delete;
  ~NewTextFile();

  /// Writes it to the disk and puts it in place, with the owner and the permissions of the old one;
  /// a new one has 0600. Once. Returns what was wrong, or nothing.
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
