// Keeps a second voiced away from a state directory. Held as long as it lives; a crash releases it.
#pragma once

#include "common/core/result.hpp"

#include <memory>
#include <string>

namespace voiced {

class StateLock {
 public:
  struct Fault {
    bool is_held = false;  // by another process
    std::string text;      // for people
  };

  /// Takes the lock, on a file at this path, which is created if necessary and never removed.
  [[nodiscard]] static voice::expected<std::shared_ptr<StateLock>, Fault> take(
      const std::string& path);
  ~StateLock();
  StateLock(const StateLock&) = delete;
  StateLock& operator=(const StateLock&) = delete;

  /// False if another file is now at its path, because its directory has been moved or created
  /// anew.
  [[nodiscard]] bool still_there() const;

 private:
  StateLock(std::string path, int descriptor) : path_(std::move(path)), descriptor_(descriptor) {}

  std::string path_;
  int descriptor_;
};

}  // namespace voiced
