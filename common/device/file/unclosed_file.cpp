#include "common/device/file/unclosed_file.hpp"

#include <algorithm>
#include <cctype>
#include <cstring>
#include <filesystem>
#include <optional>
#include <system_error>

namespace voice {
namespace {

constexpr std::size_t chunks_max = 64;  // before the samples; our files have fewer
constexpr sf_count_t length_bytes = 4;

bool seek(std::FILE* file, sf_count_t position) {
#ifdef _WIN32
  return _fseeki64(file, position, SEEK_SET) == 0;
#else
  return fseeko(file, position, SEEK_SET) == 0;
#endif
}

using Header = std::array<std::uint8_t, 8>;  // a chunk's name and length

std::optional<Header> header_at(std::FILE* file, sf_count_t position) {
  Header header{};
  if (!seek(file, position) || std::fread(header.data(), 1, header.size(), file) != header.size()) {
    return std::nullopt;
  }
  return header;
}

bool is_called(const Header& header, const char* name) {
  return std::memcmp(header.data(), name, 4) == 0;
}

std::uint32_t length_of(const Header& header) {
  return header[4] | (std::uint32_t{header[5]} << 8) | (std::uint32_t{header[6]} << 16) |
         (std::uint32_t{header[7]} << 24);
}

// Whether another chunk follows instead of samples: then the file is empty and was closed.
bool is_chunk(const Header& header, sf_count_t bytes_left) {
  return std::all_of(header.begin(), header.begin() + 4,
                     [](std::uint8_t byte) { return std::isprint(byte) != 0; }) &&
         sf_count_t{length_of(header)} + sf_count_t{sizeof header} <= bytes_left;
}

// Where the lengths are that were never filled in; empty: the file has none.
std::vector<sf_count_t> lengths_of_wave(std::FILE* file, sf_count_t size) {
  constexpr sf_count_t riff_length_at = 4;
  sf_count_t position = 12;
  for (std::size_t i = 0; i < chunks_max; ++i) {
    const auto header = header_at(file, position);
    if (!header) return {};
    const sf_count_t body = position + sf_count_t{sizeof(Header)};
    if (is_called(*header, "data")) {
      if (length_of(*header) != 0) return {};
      const auto next = header_at(file, body);
      if (body >= size || (next && is_chunk(*next, size - body))) return {};
      return {riff_length_at, position + length_bytes};
    }
    position = body + length_of(*header) + length_of(*header) % 2;
  }
  return {};
}

std::vector<sf_count_t> lengths_of_au(std::FILE* file) {
  constexpr sf_count_t length_at = 8;
  const auto header = header_at(file, length_at);
  if (!header ||
      length_of({0, 0, 0, 0, (*header)[0], (*header)[1], (*header)[2], (*header)[3]}) != 0)
    return {};
  return {length_at};
}

}  // namespace

std::unique_ptr<UnclosedFile> UnclosedFile::find(const std::string& path) {
  std::error_code error;
  const auto size = static_cast<sf_count_t>(std::filesystem::file_size(path, error));
  File file(error ? nullptr : std::fopen(path.c_str(), "rb"));
  const auto header = file ? header_at(file.get(), 0) : std::nullopt;
  if (!header) return nullptr;
  std::vector<sf_count_t> lengths_at;
  if (is_called(*header, "RIFF")) lengths_at = lengths_of_wave(file.get(), size);
  if (is_called(*header, ".snd")) lengths_at = lengths_of_au(file.get());
  if (lengths_at.empty()) return nullptr;
  return std::unique_ptr<UnclosedFile>(
      new UnclosedFile(std::move(file), size, std::move(lengths_at)));
}

UnclosedFile::UnclosedFile(File file, sf_count_t size, std::vector<sf_count_t> lengths_at)
    : file_(std::move(file)), size_(size), lengths_at_(std::move(lengths_at)) {
  io_.get_filelen = [](void* user) { return static_cast<UnclosedFile*>(user)->size_; };
  io_.seek = [](sf_count_t offset, int whence, void* user) {
    auto& me = *static_cast<UnclosedFile*>(user);
    const sf_count_t base = whence == SEEK_CUR ? me.position_ : whence == SEEK_END ? me.size_ : 0;
    me.position_ = std::clamp<sf_count_t>(base + offset, 0, me.size_);
    return me.position_;
  };
  io_.read = [](void* bytes, sf_count_t count, void* user) {
    return static_cast<UnclosedFile*>(user)->read(static_cast<std::uint8_t*>(bytes), count);
  };
  io_.write = [](const void*, sf_count_t, void*) { return sf_count_t{0}; };
  io_.tell = [](void* user) { return static_cast<UnclosedFile*>(user)->position_; };
}

sf_count_t UnclosedFile::read(std::uint8_t* bytes, sf_count_t count) {
  if (!seek(file_.get(), position_)) return 0;
  const auto got =
      static_cast<sf_count_t>(std::fread(bytes, 1, static_cast<std::size_t>(count), file_.get()));
  for (const sf_count_t length_at : lengths_at_) {
    for (sf_count_t at = length_at; at < length_at + length_bytes; ++at) {
      if (at >= position_ && at < position_ + got) bytes[at - position_] = 0xFF;
    }
  }
  position_ += got;
  return got;
}

SNDFILE* UnclosedFile::open(SF_INFO& info) {
  return sf_open_virtual(&io_, SFM_READ, &info, this);
}

}  // namespace voice
