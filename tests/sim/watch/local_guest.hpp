// The server's own microphone and loudspeaker in the simulator: speaks most of the time, and has
// its frames checked.
#pragma once

#include "server/host/guest.hpp"

#include "tests/sim/watch/server_watch.hpp"
#include "tests/sim/world/memory_account.hpp"

namespace sim {

class LocalGuest final : public voiced::Guest {
 public:
  LocalGuest(ServerWatch& watch, Random voice) : watch_(watch), voice_(voice) {}

  void before_mix(voiced::Room& room, voiced::ParticipantId self, TimePoint now) override {
    if (voice_.one_in(7)) return;  // a sound card that sometimes misses a tick
    const ChargeTo simulator(Account::simulator);
    SlowPacket packet;
    for (std::size_t i = 0; i < watch_.next_frame_samples(); ++i) {
      packet.payload.push_back(static_cast<std::uint8_t>(voice_.next()));
    }
    room.receive(self, {{}, packet.payload}, now);
    watch_.local_said(packet, now);
  }
  void deliver(voice::Bytes message, TimePoint) override { watch_.delivered(message); }
  void pause() override {}
  void after_mix(TimePoint) override {}

  [[nodiscard]] voice::CodecId codec() const override { return voice::CodecId::pcmu; }
  void set_mutes(const voiced::Mutes& mutes) override { mutes_ = mutes; }
  [[nodiscard]] voiced::Mutes mutes() const override { return mutes_; }
  [[nodiscard]] std::string_view name() const override { return "server"; }

 private:
  ServerWatch& watch_;
  Random voice_;
  voiced::Mutes mutes_;
};

}  // namespace sim
