// Keeps the bans in a file, so that they survive a restart. Written by a thread of its own, because
// a slow disk must not stop a tick; into a second file that then takes the place of the first, so
// that a power cut leaves one or the other.
#pragma once

#include "common/core/result.hpp"
#include "server/conference/ban_list.hpp"

#include <condition_variable>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

namespace voiced {

/// The text of the file: one line for each ban.
[[nodiscard]] std::string text_of(const BanList& bans);

/// The contrary; lines that are no bans are left out and counted in `bad_lines`.
[[nodiscard]] BanList bans_of(const std::string& text, std::size_t& bad_lines);

class BanFile {
 public:
  explicit BanFile(std::string path);
  /// Waits until what was to be kept last is.
  ~BanFile();
  BanFile(const BanFile&) = delete;
  BanFile& operator=(const BanFile&) = delete;

  /// Those kept; none when there is no file yet. Fails with a text for people when there is one and
  /// it cannot be read.
  [[nodiscard]] voice::expected<BanList, std::string> load() const;

  /// Returns at once. Of what comes while the disk is busy only the last is kept. A failure is
  /// logged.
  void keep(const BanList& bans);

 private:
  void write_when_told();
  [[nodiscard]] std::string write(const std::string& text) const;

  std::string path_;
  std::mutex mutex_;
  std::condition_variable told_;
  std::optional<std::string> next_;
  bool ending_ = false;
  std::thread thread_;  // last: it uses the others
};

}  // namespace voiced
