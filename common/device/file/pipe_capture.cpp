#include "common/device/file/pipe_capture.hpp"

#include <algorithm>

namespace voice {

PipeCapture::PipeCapture(std::shared_ptr<PipeSource> source, AudioFormat format)
    : source_(std::move(source)), pacer_(format, capture_lead, capture_backlog_max) {
  source_->begin(format);
}

std::size_t PipeCapture::read(std::span<std::int16_t> out, TimePoint now) {
  const bool is_live = source_->is_live();
  const std::size_t due = pacer_.due(now);
  if (is_live) pacer_.restart();
  if (!is_live) out = out.first(std::min(out.size(), due));
  const auto read = source_->read(out);
  pacer_.take(read.count);
  const bool is_dry = is_live ? read.is_empty : read.count < out.size();
  if (read.end != PipeSource::End::open && is_dry) {
    state_ = read.end == PipeSource::End::closed ? DeviceState::ended : DeviceState::failed;
  }
  return read.count;
}

DeviceStatus PipeCapture::status() const {
  const std::uint64_t dropped = source_->dropped_samples();
  if (state_ == DeviceState::failed)
    return {state_, source_->name() + ": " + source_->error(), dropped};
  return {state_, source_->name(), dropped};
}

}  // namespace voice
