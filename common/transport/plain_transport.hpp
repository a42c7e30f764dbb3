// The transport of the original: messages lie on the wire as they are. A deframer, and nothing
// around it.
#pragma once

#include "common/transport/transport.hpp"
#include "common/wire/deframer.hpp"

namespace voice {

class PlainTransport final : public Transport {
 public:
  /// @param message_bytes_max as of set_message_bytes_max().
  explicit PlainTransport(std::size_t message_bytes_max) : deframer_(message_bytes_max) {}

  [[nodiscard]] expected<std::optional<Bytes>, TransportError> next(Bytes& wire) override {
    const auto message = deframer_.next(wire);
    if (!message) return unexpected(error_of(message.error()));
    return *message;
  }
  /// As Deframer::next_whole().
  [[nodiscard]] Bytes next_whole(Bytes& wire) noexcept { return deframer_.next_whole(wire); }
  [[nodiscard]] bool mid_message() const noexcept override { return deframer_.mid_message(); }
  void set_message_bytes_max(std::size_t bytes) noexcept override {
    deframer_.set_message_bytes_max(bytes);
  }
  [[nodiscard]] std::size_t message_bytes_max() const noexcept {
    return deframer_.message_bytes_max();
  }
  [[nodiscard]] bool is_ready() const noexcept override { return true; }
  [[nodiscard]] Bytes seal(Bytes message) override { return message; }
  [[nodiscard]] Bytes own() override { return {}; }

 private:
  [[nodiscard]] static TransportError error_of(FramingError error) noexcept {
    return error == FramingError::negative_length ? TransportError::negative_length
                                                  : TransportError::too_long;
  }

  Deframer deframer_;
};

}  // namespace voice
