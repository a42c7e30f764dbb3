#include "common/wire/deframer.hpp"

#include "common/core/assert.hpp"

#include <algorithm>

namespace voice {

const char* to_string(FramingError error) noexcept {
  switch (error) {
    case FramingError::negative_length:
      return "negative_length";
    case FramingError::too_long:
      return "too_long";
  }
  return "unknown";
}

expected<std::size_t, FramingError> Deframer::payload_length(
    const std::uint8_t* prefix) const noexcept {
  const std::uint32_t raw = load_le32(prefix);
  // The prefix is an int32: values with the top bit set are negative, not huge.
  if (raw > 0x7FFF'FFFFu) return unexpected(FramingError::negative_length);
  if (raw > message_bytes_max_) return unexpected(FramingError::too_long);
  return std::size_t{raw};
}

void Deframer::store(Bytes& bytes, std::size_t size_wanted) {
  VOICE_ASSERT(partial_.size() <= size_wanted);
  const std::size_t count = std::min(bytes.size(), size_wanted - partial_.size());
  partial_.insert(partial_.end(), bytes.begin(),
                  bytes.begin() + static_cast<std::ptrdiff_t>(count));
  bytes = bytes.subspan(count);
  VOICE_ASSERT(partial_.size() <= size_wanted);
}

expected<std::optional<Bytes>, FramingError> Deframer::next(Bytes& bytes) {
  if (delivered_) {
    partial_.clear();
    length_.reset();
    delivered_ = false;
  }
  VOICE_ASSERT(!length_ || partial_.size() >= length_prefix_bytes);
  if (const Bytes message = next_whole(bytes); message.data() != nullptr) return message;
  if (partial_.empty() && bytes.size() >= length_prefix_bytes) {
    const auto length = payload_length(bytes.data());
    if (!length) return unexpected(length.error());
    partial_.reserve(length_prefix_bytes + *length);
  }
  if (!length_) {
    store(bytes, length_prefix_bytes);
    if (partial_.size() < length_prefix_bytes) return std::nullopt;
    const auto length = payload_length(partial_.data());
    if (!length) return unexpected(length.error());
    length_ = *length;
  }
  store(bytes, length_prefix_bytes + *length_);
  if (partial_.size() < length_prefix_bytes + *length_) return std::nullopt;
  VOICE_ASSERT(partial_.size() == length_prefix_bytes + *length_);
  delivered_ = true;
  return std::optional{Bytes{partial_}.subspan(length_prefix_bytes)};
}

}  // namespace voice
