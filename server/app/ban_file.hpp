// Keeps the bans in a file, so that they survive a restart. Everything that may wait for a disk
// happens in another thread; the owner polls for the outcome at every tick.
#pragma once

#include "common/background/background_task.hpp"
#include "server/app/ban_text.hpp"
#include "server/app/set_aside.hpp"
#include "server/app/state_lock.hpp"
#include "server/app/write_ledger.hpp"

#include <memory>
#include <optional>
#include <string>

namespace voiced {

/// What was found in a state directory, and what is needed to write there without losing any of it.
struct KeptBans {
  BanText text;
  std::optional<FileState> state;  // of the file when it was read or written last
  std::string warning;             // for the log; empty: all is well
};

/// Reads the bans of a state directory without changing anything. There are none if the file or the
/// directory does not exist yet. Fails with an error message if the file exists but cannot be
/// relied upon: the bans are then unknown.
[[nodiscard]] voice::expected<KeptBans, std::string> read_bans(const std::string& folder);

class BanFile {
 public:
  struct Fault {
    std::string text;        // for people
    bool is_in_use = false;  // by another voiced, which may be about to end
  };

  /// Takes the directory for this process alone, and reads its bans.
  [[nodiscard]] static voice::expected<std::unique_ptr<BanFile>, Fault> open(std::string folder);
  /// Waits a moment for a last attempt to write what is not on disk yet, then abandons it.
  ~BanFile();
  BanFile(const BanFile&) = delete;
  BanFile& operator=(const BanFile&) = delete;

  /// Those that were kept, once.
  [[nodiscard]] BanList take_bans() { return std::move(bans_); }

  /// Returns at once. `done` is told within write_answer_max, from a later ticked(), whether the
  /// bans are on disk. A write that fails is tried again.
  void keep(const BanList& bans, WriteLedger::Done done, voice::TimePoint now);

  /// Call it at the end of every tick.
  void ticked(voice::TimePoint now);

 private:
  // The input and the result of a write.
  struct Job {
    std::string folder;
    std::string text;
    std::shared_ptr<StateLock> lock;  // null: to be taken
    std::optional<FileState> state;
    bool set_aside = false;  // the file holds more than bans
  };
  struct Result {
    std::string error;  // empty: written
    std::shared_ptr<StateLock> lock;
    std::optional<FileState> state;
    std::string set_aside_as;  // empty: no file was
  };

  BanFile(std::string folder, std::shared_ptr<StateLock> lock, KeptBans kept);

  [[nodiscard]] static Result write(Job job);
  void begin();
  void take_result(voice::TimePoint now);
  void end(Result result, voice::TimePoint now);
  void log_news();

  std::string folder_;
  BanList bans_;
  std::string text_;  // the last version
  std::shared_ptr<StateLock> lock_;
  std::optional<FileState> state_;
  bool must_set_aside_;  // the file holds more than bans
  WriteLedger ledger_;
  std::optional<voice::BackgroundTask<Result>> task_;
};

}  // namespace voiced
