// A separate folder for each test that needs files, removed with the object.
#pragma once

#include <atomic>
#include <filesystem>
#include <string>
#include <system_error>

namespace voice::test {

class TemporaryFolder {
 public:
  TemporaryFolder() {
    static std::atomic<int> count{0};
    // Several test programs may run at once: try names until one is new.
    const auto base = std::filesystem::temp_directory_path();
    do {
      path_ = base / ("voice-test-" + std::to_string(++count));
    } while (!std::filesystem::create_directory(path_));
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  [[nodiscard]] std::string file(const std::string& name) const { return (path_ / name).string(); }

 private:
  std::filesystem::path path_;
};

}  // namespace voice::test
