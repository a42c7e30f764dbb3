// A host in simulated time. Its participants have open loudspeakers beside their microphones, so
// that what they are sent comes back; one has a headset, and speaks.
#pragma once

#include "server/host/host.hpp"

#include "tests/bench/sound/speech.hpp"
#include "tests/server/host/crowd.hpp"
#include "tests/server/room/open_loudspeakers.hpp"

#include <map>
#include <random>
#include <vector>

namespace voiced::test {

class HowlingHost {
 public:
  explicit HowlingHost(std::size_t loudspeakers, double loss_db = 10)
      : host(options(loudspeakers + 1), now), talker(arrive(1)) {
    std::mt19937 random(7);
    for (std::size_t i = 0; i < loudspeakers; ++i) {
      others.push_back(arrive(static_cast<std::uint8_t>(i + 2)));
      loudspeakers_.emplace_back(loss_db, 1200 + random() % 1200, static_cast<unsigned>(i + 1));
      echoes_.emplace_back(OpenRoom::samples);
    }
  }

  /// The talker speaks for so many ticks.
  void speak(int ticks) {
    for (; ticks > 0; --ticks) tick();
  }

  voice::TimePoint now{std::chrono::hours{1}};
  Host host;
  PeerId talker;
  std::vector<PeerId> others;

 private:
  static HostOptions options(std::size_t participants) {
    HostOptions options = crowd_options(participants);
    options.front_room.limiter = true;
    options.front_room.howl_guard = true;
    return options;
  }

  PeerId arrive(std::uint8_t last_byte) {
    const PeerId id = host.arrived(
        {"192.0.2." + std::to_string(last_byte) + ":50000", address_of(last_byte)}, now);
    (void)sent_to(id);
    return id;
  }

  void tick() {
    now += voice::frame_duration;
    const auto at =
        said_.begin() + static_cast<std::ptrdiff_t>(sequence_ % 500 * OpenRoom::samples);
    say(talker, {at, at + OpenRoom::samples});
    for (std::size_t i = 0; i < others.size(); ++i) {
      OpenRoom::Pcm pcm(OpenRoom::samples);
      for (std::size_t k = 0; k < pcm.size(); ++k) {
        const double noise = static_cast<double>(random_() % 41) - 20;  // -69 dBFS
        pcm[k] = static_cast<std::int16_t>(std::clamp(echoes_[i][k] + noise, -32768.0, 32767.0));
      }
      say(others[i], pcm);
    }
    ++sequence_;
    host.tick(std::chrono::sys_seconds{}, now);
    std::map<std::uint64_t, OpenRoom::Pcm> heard;
    while (const auto id = host.next_to_write(now)) heard[id->number] = sound_in(sent_to(*id));
    for (std::size_t i = 0; i < others.size(); ++i) {
      OpenRoom::Pcm& its = heard[others[i].number];
      its.resize(OpenRoom::samples);
      echoes_[i] = loudspeakers_[i].play(its);
    }
  }

  void say(PeerId id, const OpenRoom::Pcm& pcm) {
    const auto message = voice::test::rtp_message(sequence_, OpenRoom::encoded(pcm));
    if (host.received(id, message, now)) (void)sent_to(id);
  }

  std::vector<std::uint8_t> sent_to(PeerId id) {
    std::vector<std::uint8_t> all;
    for (bool may_have_more = true; may_have_more;) {
      const voice::Bytes bytes = host.to_send(id, now);
      if (bytes.empty()) break;
      all.insert(all.end(), bytes.begin(), bytes.end());
      may_have_more = host.sent(id, bytes.size(), now);
    }
    return all;
  }

  static OpenRoom::Pcm sound_in(const std::vector<std::uint8_t>& bytes) {
    voice::Deframer deframer(voice::message_bytes_max_any_rate);
    for (const auto& message : voice::test::feed(deframer, bytes)) {
      const auto packet = voice::rtp::parse(message);
      if (packet) return OpenRoom::decoded(Payload{packet->payload.begin(), packet->payload.end()});
    }
    return {};
  }

  OpenRoom::Pcm said_ = bench::speech(8000, 10, 5);
  std::vector<OpenLoudspeaker> loudspeakers_;
  std::vector<std::vector<double>> echoes_;
  std::mt19937 random_{11};
  std::uint16_t sequence_ = 0;
};

}  // namespace voiced::test
