// A call of ten participants, of which one speaks: shows whether the server goes on mixing,
// whatever happens around it. Needs a server with --jitter-depth 100, so that a hiccup of the
// machine loses nothing.
#pragma once

#include "tests/integration/voiced_program.hpp"
#include "tests/support/eventually.hpp"

#include <algorithm>
#include <cstdint>
#include <vector>

namespace voice::test {

class CallOfTen {
 public:
  explicit CallOfTen(std::uint16_t port) : talker_(joined(port)) {
    for (int i = 0; i < 9; ++i) listeners_.push_back(joined(port));
  }

  /// Says `frames` frames in real time. Returns the smallest number that any listener heard.
  int frames_heard(int frames) {
    std::vector<int> heard(listeners_.size());
    const ByteVector frame(160, code);
    in_real_time(frames, [&](int) {
      REQUIRE(talker_.send(rtp_message(sequence_++, frame)));
      talker_.receive();
      while (talker_.take()) continue;
      (void)hear(heard);
    });
    (void)eventually([&] { return hear(heard) >= frames; }, std::chrono::seconds{10});
    return hear(heard);
  }

 private:
  static constexpr std::uint8_t code = 0x21;

  static TcpPeer joined(std::uint16_t port) {
    TcpPeer peer(port, {});
    REQUIRE(peer.next());
    return peer;
  }

  int hear(std::vector<int>& heard) {
    for (std::size_t i = 0; i < heard.size(); ++i) {
      listeners_[i].receive();
      while (const auto message = listeners_[i].take()) {
        if (message->size() == 172 && message->back() == code) ++heard[i];
      }
    }
    return *std::min_element(heard.begin(), heard.end());
  }

  TcpPeer talker_;
  std::vector<TcpPeer> listeners_;
  std::uint16_t sequence_ = 0;
};

}  // namespace voice::test
