#include "tests/bench/voicebench_churn.hpp"

namespace voicebench {

Churn::Churn(const Options& options, std::shared_ptr<const Encryption> encryption,
             voice::AudioFormat format, TimePoint start)
    : options_(options),
      encryption_(std::move(encryption)),
      interval_(std::chrono::duration_cast<Duration>(
          std::chrono::duration<double>(1.0 / options.churn_per_second))),
      next_join_(start),
      speech_(format) {}

void Churn::slot(std::size_t number) {
  const ClockPair clock;
  while (next_join_ <= clock.now_steady()) {
    join(clock.now_steady());
    next_join_ += interval_;
  }
  const auto stay = std::chrono::duration<double>(options_.churn_stay_seconds);
  while (!guests_.empty() && clock.now_steady() - guests_.front().since > stay) leave();
  listen(clock);
  if (number % slots_per_frame != 0) return;
  const auto message = speech_.next(Sound::tone);
  for (Guest& guest : guests_) {
    if (guest.announced) guest.peer.send(message);
  }
}

void Churn::join(TimePoint time) {
  const std::size_t source = options_.sources == 0 ? 0 : 1 + joins_ % options_.sources;
  guests_.push_back({Peer(Route{options_.host, options_.port, source, 0, encryption_}), time});
  ++joins_;
}

void Churn::leave() {
  Guest& guest = guests_.front();
  if (!guest.announced || !guest.peer.is_open()) ++failures_;
  guest.peer.close(leaves_ % 2 == 0 ? Peer::End::finish : Peer::End::reset);
  guests_.pop_front();
  ++leaves_;
}

void Churn::listen(const ClockPair& clock) {
  for (Guest& guest : guests_) {
    const Received received = guest.peer.receive(clock, Scan::headers);
    if (guest.announced || !guest.peer.rate_hz()) continue;
    guest.announced = true;
    join_times_.add(received.arrival - guest.since);
    if (guest.peer.voice1() && !options_.classic) guest.peer.say_hello("churn");
  }
}

}  // namespace voicebench
