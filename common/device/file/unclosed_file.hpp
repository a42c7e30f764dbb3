// Sound files whose writer died (a crash, a power cut) before it filled in how many samples follow:
// their header says 0, which libsndfile believes. Finds them, and shows libsndfile the same file
// with lengths that mean "to the end of the file". The file itself is not touched.
#pragma once

#include <sndfile.h>

#include <array>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

namespace voice {

class UnclosedFile {
 public:
  /// Null if this is not such a file, or it cannot be read.
  [[nodiscard]] static std::unique_ptr<UnclosedFile> find(const std::string& path);

  /// Like sf_open(). This object outlives what is returned.
  [[nodiscard]] SNDFILE* open(SF_INFO& info);

 private:
  struct Closer {
    void operator()(std::FILE* file) const noexcept { std::fclose(file); }
  };
  using File = std::unique_ptr<std::FILE, Closer>;

  UnclosedFile(File file, sf_count_t size, std::vector<sf_count_t> lengths_at);
  sf_count_t read(std::uint8_t* bytes, sf_count_t count);

  File file_;
  sf_count_t size_;
  std::vector<sf_count_t> lengths_at_;  // four bytes each, to be read as 0xFF
  sf_count_t position_ = 0;
  SF_VIRTUAL_IO io_{};
};

}  // namespace voice
