#include "tests/bench/voicebench_handshakes.hpp"

#include <utility>

namespace voicebench {

Handshakes::Handshakes(const Options& options, std::shared_ptr<const Encryption> encryption)
    : options_(options), encryption_(std::move(encryption)), guests_(options.handshakes) {}

Handshakes::Guest Handshakes::arrive() {
  const std::size_t source = options_.sources == 0 ? 0 : 1 + arrivals_ % options_.sources;
  ++arrivals_;
  return {Peer(Route{options_.host, options_.port, source, 0, encryption_}), now()};
}

void Handshakes::slot() {
  const ClockPair clock;
  for (auto& guest : guests_) {
    if (guest == nullptr) guest = std::make_unique<Guest>(arrive());
    const Received received = guest->peer.receive(clock, Scan::headers);
    if (guest->peer.rate_hz()) {
      ++done_;
      times_.add(received.arrival - guest->since);
      // A reset, because thousands of connections in TIME_WAIT would use up the ports.
      guest->peer.close(Peer::End::reset);
      guest.reset();
    } else if (!guest->peer.is_open()) {
      ++failures_;
      guest.reset();
    }
  }
}

void Handshakes::open_window() {
  done_ = failures_ = 0;
  times_ = {};
}

}  // namespace voicebench
