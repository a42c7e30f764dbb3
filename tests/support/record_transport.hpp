// A transport for tests that behaves like an encrypted one: both sides must greet before anything
// can be read, and messages travel in masked records (two bytes of length, then the bytes). The
// wrapped transport frames the messages inside.
#pragma once

#include "common/transport/plain_transport.hpp"

#include <memory>
#include <vector>

namespace voice::test {

class RecordTransport final : public Transport {
 public:
  static constexpr std::uint8_t greeting = 'H';
  static constexpr std::uint8_t mask = 0x5A;
  static constexpr std::size_t length_bytes = 2;

  explicit RecordTransport(std::unique_ptr<Transport> inner = plain()) : inner_(std::move(inner)) {}

  expected<std::optional<Bytes>, TransportError> next(Bytes& wire) override {
    for (;;) {
      if (!rest_.empty()) {
        auto message = inner_->next(rest_);
        if (!message || *message) return message;
      }
      if (wire.empty()) return std::nullopt;
      pending_.push_back(wire.front());
      wire = wire.subspan(1);
      if (!was_greeted_) {
        was_greeted_ = pending_[0] == greeting;
        if (!was_greeted_) return unexpected(TransportError::too_long);
        pending_.clear();
      } else if (pending_.size() >= length_bytes &&
                 pending_.size() == length_bytes + load_be16(pending_.data())) {
        open_record();
      }
    }
  }
  bool mid_message() const noexcept override { return !pending_.empty() || inner_->mid_message(); }
  void set_message_bytes_max(std::size_t bytes) noexcept override {
    inner_->set_message_bytes_max(bytes);
  }
  bool is_ready() const noexcept override { return was_greeted_; }
  std::string peer_name() const override { return certified; }
  Bytes seal(Bytes message) override {
    const Bytes sealed = inner_->seal(message);
    out_.assign(length_bytes, 0);
    store_be16(out_.data(), static_cast<std::uint16_t>(sealed.size()));
    for (const std::uint8_t byte : sealed) out_.push_back(byte ^ mask);
    return out_;
  }
  Bytes own() override {
    out_.clear();
    if (!has_greeted_) out_.push_back(greeting);
    has_greeted_ = true;
    return out_;
  }

  std::string certified;  // the name in the other side's certificate; empty: none

 private:
  static std::unique_ptr<Transport> plain() { return std::make_unique<PlainTransport>(1024); }

  void open_record() {
    record_.clear();
    for (std::size_t i = length_bytes; i < pending_.size(); ++i) {
      record_.push_back(pending_[i] ^ mask);
    }
    pending_.clear();
    rest_ = record_;
  }

  std::unique_ptr<Transport> inner_;
  std::vector<std::uint8_t> pending_;  // an incomplete record
  std::vector<std::uint8_t> record_;   // the last one, unmasked
  Bytes rest_;                         // of record_, not read yet
  std::vector<std::uint8_t> out_;
  bool was_greeted_ = false;
  bool has_greeted_ = false;
};

}  // namespace voice::test
