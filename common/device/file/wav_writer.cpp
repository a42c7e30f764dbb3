#include "common/device/file/wav_writer.hpp"

#include "common/core/assert.hpp"
#include "common/device/file/new_file.hpp"

#include <sndfile.h>

#include <cerrno>
#include <filesystem>
#include <system_error>

namespace voice {
namespace {

// 32-bit length fields, less room for the header.
constexpr std::int64_t samples_max = (0xFFFF'FFFFLL - 4096) / 2;

struct SndfileCloser {
  void operator()(SNDFILE* file) const noexcept { sf_close(file); }
};

// libsndfile only says "System error." when errno says more.
std::string reason(SNDFILE* file, int error_number) {
  if (sf_error(file) == SF_ERR_SYSTEM && error_number != 0) {
    return std::generic_category().message(error_number);
  }
  return sf_strerror(file);
}

/// Puts the lengths in the header right. Returns what was wrong, or nothing.
std::string update_header(SNDFILE* file) {
  errno = 0;
  // Its result says nothing; a write that failed leaves its error behind.
  sf_command(file, SFC_UPDATE_HEADER_NOW, nullptr, 0);
  const int error_number = errno;
  return sf_error(file) == SF_ERR_NO_ERROR ? std::string() : reason(file, error_number);
}

SNDFILE* open_made(const NewFile& made, SF_INFO& info) {
  if (made.descriptor < 0) return sf_open(made.path.c_str(), SFM_WRITE, &info);
  return sf_open_fd(made.descriptor, SFM_WRITE, &info, SF_TRUE);
}

}  // namespace

struct WavWriter::Impl {
  std::string path;
  AudioFormat format;
  std::unique_ptr<SNDFILE, SndfileCloser> file;
  std::int64_t samples_written = 0;
  std::int64_t header_due = 0;  // put the header right when this many samples are written
  std::string failure;

  /// Every later write, and closing, fails with the same text.
  expected<void, DeviceError> fail(const std::string& why) {
    failure = "cannot write '" + path + "': " + why;
    return unexpected(DeviceError{failure});
  }
};

WavWriter::WavWriter(std::unique_ptr<Impl> impl) noexcept : impl_(std::move(impl)) {}
WavWriter::~WavWriter() = default;
WavWriter::WavWriter(WavWriter&&) noexcept = default;
WavWriter& WavWriter::operator=(WavWriter&&) noexcept = default;

expected<WavWriter, DeviceError> WavWriter::open(const std::string& path, AudioFormat format) {
  auto made = create_new_file(path);
  if (!made) return unexpected(DeviceError{std::move(made.error())});
  SF_INFO info{};
  info.samplerate = format.rate_hz();
  info.channels = 1;
  info.format = SF_FORMAT_WAV | SF_FORMAT_PCM_16;
  errno = 0;
  std::unique_ptr<SNDFILE, SndfileCloser> file(open_made(*made, info));
  if (!file) {
    const std::string why = reason(nullptr, errno);
    std::error_code ignored;
    std::filesystem::remove(made->path, ignored);  // empty, and made by us a moment ago
    return unexpected(DeviceError{"cannot write '" + made->path + "': " + why});
  }
  // A header from the start: even an empty recording is a file that opens. A disk that is full now
  // is noticed by the first write.
  static_cast<void>(update_header(file.get()));
  return WavWriter(std::make_unique<Impl>(Impl{made->path, format, std::move(file), 0, 0, {}}));
}

const std::string& WavWriter::path() const noexcept {
  return impl_->path;
}

expected<void, DeviceError> WavWriter::write(std::span<const std::int16_t> pcm) {
  Impl& impl = *impl_;
  if (!impl.failure.empty()) return unexpected(DeviceError{impl.failure});
  const auto count = static_cast<sf_count_t>(pcm.size());
  if (impl.samples_written + count > samples_max) {
    impl.failure = "'" + impl.path + "' has reached 4 GiB, the most a WAV file can hold";
    return unexpected(DeviceError{impl.failure});
  }
  errno = 0;
  const sf_count_t written = sf_write_short(impl.file.get(), pcm.data(), count);
  const int error_number = errno;
  impl.samples_written += written;
  if (written != count) {
    const std::string why = reason(impl.file.get(), error_number);
    static_cast<void>(update_header(impl.file.get()));  // of what was written
    return impl.fail(why);
  }
  if (impl.samples_written >= impl.header_due) {
    const std::string why = update_header(impl.file.get());
    if (!why.empty()) return impl.fail(why);
    impl.header_due = impl.samples_written + impl.format.rate_hz();
  }
  return {};
}

expected<void, DeviceError> WavWriter::close() {
  Impl& impl = *impl_;
  VOICE_ASSERT(impl.file);
  // sf_close() does not tell what its own update of the header met.
  const std::string why = update_header(impl.file.get());
  errno = 0;
  const int closed = sf_close(impl.file.release());
  const int error_number = errno;
  if (!impl.failure.empty()) return unexpected(DeviceError{impl.failure});
  if (!why.empty()) return impl.fail(why);
  if (closed == SF_ERR_NO_ERROR) return {};
  // A disk elsewhere may tell only now that it is full.
  return impl.fail(error_number != 0 ? std::generic_category().message(error_number)
                                     : std::string(sf_error_number(closed)));
}

}  // namespace voice
