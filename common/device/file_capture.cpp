#include "common/device/file_capture.hpp"

#include <sndfile.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <filesystem>
#include <system_error>

namespace voice {
namespace {

constexpr sf_count_t chunk_frames = 1024;
constexpr int file_rate_hz_min = 1000;
constexpr int file_rate_hz_max = 768000;
constexpr int file_channels_max = 256;

struct SndfileCloser {
  void operator()(SNDFILE* file) const noexcept { sf_close(file); }
};

DeviceError cannot_read(const std::string& path, const std::string& why) {
  return {"input '" + path + "': " + why +
          "; give a sound file, a device name from --list-devices, 'null', 'tone:440' or '-'"};
}

// libsndfile would wait for ever on a named pipe, and calls a folder a "format not recognised".
expected<void, DeviceError> check_regular(const std::string& path) {
  std::error_code error;
  const auto status = std::filesystem::status(path, error);
  if (!std::filesystem::exists(status)) {
    return unexpected(cannot_read(path, error ? error.message() : "no such file"));
  }
  if (!std::filesystem::is_regular_file(status)) {
    return unexpected(
        cannot_read(path, "not a regular file (raw samples from a pipe are read with '-')"));
  }
  return {};
}

std::int16_t to_int16(float sample) {
  // 16-bit files come back as x/32768 exactly, so this restores each of their samples bit by bit.
  return static_cast<std::int16_t>(std::lrint(std::clamp(sample * 32768.0F, -32768.0F, 32767.0F)));
}

}  // namespace

struct FileCapture::Source {
  std::unique_ptr<SNDFILE, SndfileCloser> file;
  SF_INFO info;
  std::vector<float> interleaved;
};

expected<std::unique_ptr<FileCapture>, DeviceError> FileCapture::open(const std::string& path,
                                                                      AudioFormat format) {
  if (auto regular = check_regular(path); !regular) return unexpected(regular.error());
  SF_INFO info{};
  errno = 0;
  std::unique_ptr<SNDFILE, SndfileCloser> file(sf_open(path.c_str(), SFM_READ, &info));
  if (!file) {
    const int error_number = errno;
    const bool system = sf_error(nullptr) == SF_ERR_SYSTEM && error_number != 0;
    return unexpected(cannot_read(
        path, system ? std::generic_category().message(error_number) : sf_strerror(nullptr)));
  }
  if (info.samplerate < file_rate_hz_min || info.samplerate > file_rate_hz_max) {
    return unexpected(
        cannot_read(path, "a rate of " + std::to_string(info.samplerate) + " Hz is not usable"));
  }
  if (info.channels < 1 || info.channels > file_channels_max) {
    return unexpected(
        cannot_read(path, std::to_string(info.channels) + " channels are not usable"));
  }
  const auto channels = static_cast<std::size_t>(info.channels);
  auto source = std::make_unique<Source>(
      Source{std::move(file), info,
             std::vector<float>(static_cast<std::size_t>(chunk_frames) * channels)});
  return std::unique_ptr<FileCapture>(new FileCapture(std::move(source), path, format));
}

FileCapture::FileCapture(std::unique_ptr<Source> source, const std::string& path,
                         AudioFormat format)
    : source_(std::move(source)),
      resampler_(source_->info.samplerate, format.rate_hz()),
      pacer_(format, capture_lead, capture_backlog_max),
      status_{DeviceState::running, path, 0} {}

FileCapture::~FileCapture() = default;

void FileCapture::refill() {
  mono_used_ = 0;
  mono_.clear();
  if (file_ended_) return;
  const sf_count_t frames =
      sf_readf_float(source_->file.get(), source_->interleaved.data(), chunk_frames);
  if (frames <= 0) {
    file_ended_ = true;
    // What is still inside the filter comes out when silence goes in.
    mono_.assign(resampler_.delay_samples(), 0);
    return;
  }
  const auto channels = static_cast<std::size_t>(source_->info.channels);
  for (std::size_t frame = 0; frame < static_cast<std::size_t>(frames); ++frame) {
    float sum = 0;
    for (std::size_t c = 0; c < channels; ++c) sum += source_->interleaved[frame * channels + c];
    mono_.push_back(to_int16(sum / static_cast<float>(channels)));
  }
}

std::size_t FileCapture::produce(std::span<std::int16_t> out) {
  std::size_t filled = 0;
  while (filled < out.size()) {
    if (mono_used_ == mono_.size()) refill();
    if (mono_.empty()) break;
    const auto step = resampler_.process(std::span(mono_).subspan(mono_used_), out.subspan(filled));
    mono_used_ += step.consumed;
    filled += step.produced;
  }
  return filled;
}

std::size_t FileCapture::read(std::span<std::int16_t> out, TimePoint now) {
  const std::size_t due = std::min(out.size(), pacer_.due(now));
  const std::size_t count = produce(out.first(due));
  pacer_.take(count);
  if (count < due && status_.state == DeviceState::running) {
    status_.state = DeviceState::ended;
    if (sf_error(source_->file.get()) != SF_ERR_NO_ERROR) {
      status_.detail += std::string(": cut short: ") + sf_strerror(source_->file.get());
    }
  }
  return count;
}

}  // namespace voice
