#include "common/device/file/sound_file_reader.hpp"

#include "common/device/file/unclosed_file.hpp"
#include "common/device/quiet_stderr.hpp"

#include <sndfile.h>

#include <cerrno>
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
using Sndfile = std::unique_ptr<SNDFILE, SndfileCloser>;

unexpected<std::string> cannot_read(const std::string& path, const std::string& why) {
  return unexpected("cannot read '" + path + "': " + why +
                    "; give a sound file, a device name from --list-devices, 'null', 'tone:440' "
                    "or '-'");
}

// libsndfile would wait for ever on a named pipe, and calls a folder a "format not recognised".
std::string why_not_regular(const std::string& path) {
  std::error_code error;
  const auto status = std::filesystem::status(path, error);
  if (!std::filesystem::exists(status))
    return error ? error.message() : "No such file or directory";
  if (std::filesystem::is_regular_file(status)) return {};
  return "not a regular file (raw samples from a pipe are read with '-')";
}

std::string why_not_opened(int error_number) {
  if (sf_error(nullptr) == SF_ERR_SYSTEM && error_number != 0) {
    return std::generic_category().message(error_number);
  }
  std::string why = sf_strerror(nullptr);
  while (why.ends_with('.')) why.pop_back();
  if (sf_error(nullptr) == SF_ERR_UNRECOGNISED_FORMAT) {
    why += " (WAV, FLAC, Ogg, MP3, AIFF and others are; convert it with ffmpeg or sox)";
  }
  return why;
}

Channel channel_of(int map) {
  switch (map) {
    case SF_CHANNEL_MAP_MONO:
    case SF_CHANNEL_MAP_CENTER:
    case SF_CHANNEL_MAP_FRONT_CENTER:
      return Channel::center;
    case SF_CHANNEL_MAP_LEFT:
    case SF_CHANNEL_MAP_RIGHT:
    case SF_CHANNEL_MAP_FRONT_LEFT:
    case SF_CHANNEL_MAP_FRONT_RIGHT:
    case SF_CHANNEL_MAP_FRONT_LEFT_OF_CENTER:
    case SF_CHANNEL_MAP_FRONT_RIGHT_OF_CENTER:
      return Channel::front;
    case SF_CHANNEL_MAP_LFE:
      return Channel::low_frequency;
    case SF_CHANNEL_MAP_INVALID:
      return Channel::other;
    default:
      return Channel::surround;
  }
}

std::vector<Channel> channels_of(SNDFILE* file, const SF_INFO& info) {
  const auto count = static_cast<std::size_t>(info.channels);
  std::vector<int> map(count);
  if (sf_command(file, SFC_GET_CHANNEL_MAP_INFO, map.data(),
                 static_cast<int>(count * sizeof(int))) == SF_TRUE) {
    std::vector<Channel> channels;
    for (const int entry : map) channels.push_back(channel_of(entry));
    return channels;
  }
  const bool is_ogg = (info.format & SF_FORMAT_TYPEMASK) == SF_FORMAT_OGG;
  return is_ogg ? ogg_channels(count) : wave_channels(count);
}

}  // namespace

struct SoundFileReader::Impl {
  std::unique_ptr<UnclosedFile> unclosed;  // that `file` reads through; null: the file is in order
  Sndfile file;
  SF_INFO info;
  Downmix downmix;
  std::vector<float> interleaved;
};

expected<std::unique_ptr<SoundFileReader>, std::string> SoundFileReader::open(
    const std::string& path) {
  if (const std::string why = why_not_regular(path); !why.empty()) return cannot_read(path, why);
  const QuietStderr quiet;  // decoders write there
  SF_INFO info{};
  errno = 0;
  Sndfile file(sf_open(path.c_str(), SFM_READ, &info));
  if (!file) return cannot_read(path, why_not_opened(errno));
  std::unique_ptr<UnclosedFile> unclosed;
  if (info.frames == 0) unclosed = UnclosedFile::find(path);
  if (unclosed) {
    info = {};
    file.reset(unclosed->open(info));
    if (!file) return cannot_read(path, why_not_opened(0));
  }
  if (info.samplerate < file_rate_hz_min || info.samplerate > file_rate_hz_max) {
    return cannot_read(path, "a rate of " + std::to_string(info.samplerate) + " Hz is not usable");
  }
  if (info.channels < 1 || info.channels > file_channels_max) {
    return cannot_read(path, std::to_string(info.channels) + " channels are not usable");
  }
  Downmix downmix(channels_of(file.get(), info), info.samplerate);
  std::vector<float> interleaved(static_cast<std::size_t>(chunk_frames * info.channels));
  return std::unique_ptr<SoundFileReader>(new SoundFileReader(std::make_unique<Impl>(Impl{
      std::move(unclosed), std::move(file), info, std::move(downmix), std::move(interleaved)})));
}

SoundFileReader::SoundFileReader(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
SoundFileReader::~SoundFileReader() = default;

int SoundFileReader::rate_hz() const noexcept {
  return impl_->info.samplerate;
}

void SoundFileReader::read(std::vector<std::int16_t>& mono) {
  mono.clear();
  const QuietStderr quiet;
  const sf_count_t frames =
      sf_readf_float(impl_->file.get(), impl_->interleaved.data(), chunk_frames);
  if (frames <= 0) return;
  impl_->downmix.mix(
      std::span(impl_->interleaved).first(static_cast<std::size_t>(frames * impl_->info.channels)),
      mono);
}

std::string SoundFileReader::remark() const {
  std::string remark;
  if (impl_->unclosed) {
    remark = " (its length was never filled in: played to the end of the file)";
  }
  if (sf_error(impl_->file.get()) != SF_ERR_NO_ERROR) {
    remark += std::string(": cut short: ") + sf_strerror(impl_->file.get());
  }
  return remark;
}

}  // namespace voice
