#include "tests/bench/sound/lan_call.hpp"

#include "common/audio/g711.hpp"
#include "common/playout/arrival_phase.hpp"
#include "common/wire/packetizer.hpp"
#include "server/room/room.hpp"

#include "tests/bench/sound/client_ends.hpp"
#include "tests/bench/sound/speech.hpp"

#include <algorithm>
#include <deque>
#include <optional>

namespace bench {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using voice::Duration;

constexpr std::size_t frame = 160;
constexpr milliseconds step{1};
constexpr milliseconds way{1};
constexpr seconds settled{10};
constexpr seconds pause_at{30};
constexpr seconds back_within{5};
constexpr double back_tolerance_ms = 10;
constexpr std::size_t packets_per_ping = 100;  // two seconds
// A frame is searched for in this much of the past.
constexpr std::size_t search_samples = 8000;

using Codes = std::vector<std::uint8_t>;
struct Packet {
  Duration arrival;
  std::uint16_t sequence;
  std::uint32_t timestamp;
  Codes codes;
  bool has_ping = false;  // a Ping comes with it
};

Codes speech_codes() {
  const auto said = speech(8000, 64, 5);
  Codes codes(said.size());
  voice::g711::encode(said, codes);
  return codes;
}

voiced::RoomOptions room_options() {
  return {.format = voice::AudioFormat::from_rate(8000).value(), .participants_max = 2};
}

class LanCall {
 public:
  LanCall(Duration phase, Duration pause) : phase_(phase), pause_(pause) {
    room_.set_sequencing(talker_, voice::Sequencing::trusted);
    playout_.set_sequencing(voice::Sequencing::trusted);
  }

  void pass(Duration now) {
    if (now % pump_period == Duration::zero()) talk(now);
    const bool stands_still = now >= pause_at && now < pause_at + pause_;
    if (!stands_still) {
      for (; !to_server_.empty() && to_server_.front().arrival <= now; to_server_.pop_front()) {
        const Packet& packet = to_server_.front();
        room_.receive(talker_, view(packet), time(now));
        if (packet.has_ping) pinged(now);
      }
      // Missed ticks are made up for.
      for (; next_tick_ + phase_ <= now; next_tick_ += voice::frame_duration) tick(now);
    }
    for (; !to_listener_.empty() && to_listener_.front().arrival <= now; to_listener_.pop_front()) {
      received_ = now;
      playout_.insert(view(to_listener_.front()), time(now));
    }
    if ((now + milliseconds{2}) % pump_period == Duration::zero()) listen(now);
  }

  [[nodiscard]] CallVerdict verdict() const {
    CallVerdict verdict = verdict_;
    verdict.back_s = std::chrono::duration<double>(back_).count();
    verdict.heard_exactly =
        static_cast<double>(exact_) / static_cast<double>(std::max<std::size_t>(frames_, 1));
    return verdict;
  }

 private:
  static voice::TimePoint time(Duration now) { return voice::TimePoint{seconds{3600} + now}; }
  static voice::rtp::PacketView view(const Packet& packet) {
    return {{.sequence = packet.sequence, .timestamp = voice::rtp::Timestamp{packet.timestamp}},
            packet.codes};
  }

  void talk(Duration now) {
    for (std::size_t sent = microphone_.pump(now); sent > 0; --sent, said_ += frame) {
      const auto from = codes_.begin() + static_cast<std::ptrdiff_t>(said_ % codes_.size());
      to_server_.push_back({now + way, static_cast<std::uint16_t>(said_ / frame),
                            static_cast<std::uint32_t>(said_), Codes(from, from + frame),
                            said_ / frame % packets_per_ping == 0});
    }
  }

  // As Session does.
  void pinged(Duration now) {
    ping_phase_.observe(next_tick_ + phase_ - now);
    room_.set_slack(talker_, ping_phase_.slack());
  }

  void tick(Duration now) {
    for (const auto who : room_.tick(time(now))) {
      if (who != listener_) continue;
      const auto message = room_.message_for(who);
      const auto packet = voice::rtp::parse(message.subspan(voice::length_prefix_bytes));
      if (!packet) continue;
      to_listener_.push_back({now + way, packet->header.sequence,
                              static_cast<std::uint32_t>(packet->header.timestamp),
                              Codes(packet->payload.begin(), packet->payload.end())});
    }
  }

  void listen(Duration now) {
    while (loudspeaker_.takes(now)) {
      slack_.observe(now - received_);
      playout_.set_slack(slack_.slack());
      std::vector<std::int16_t> room(frame);
      const auto heard = playout_.take(frame, room, time(now));
      judge(heard.ulaw, now + loudspeaker_.held());
    }
  }

  // Speech does not repeat itself, so a frame can be found in it.
  void judge(voice::Bytes heard, Duration now) {
    if (now < settled) return;
    const bool is_bad_spell = now >= pause_at && now < pause_at + pause_ + back_within;
    if (!is_bad_spell) ++frames_;
    const auto position = position_of(heard);
    if (!position) return;
    if (!is_bad_spell) ++exact_;
    const double delay =
        std::chrono::duration<double, std::milli>(now).count() - static_cast<double>(*position) / 8;
    if (now < pause_at) {
      verdict_.delay_before = std::max(verdict_.delay_before, delay);
    } else if (!is_bad_spell) {
      verdict_.delay_back = std::max(verdict_.delay_back, delay);
    }
    if (now > pause_at && delay > verdict_.delay_before + back_tolerance_ms) {
      back_ = now - pause_at - pause_;
    }
  }

  [[nodiscard]] std::optional<std::size_t> position_of(voice::Bytes heard) const {
    if (heard.size() != frame) return std::nullopt;
    for (std::size_t at = said_ - std::min(said_, search_samples); at + frame <= said_; ++at) {
      std::size_t same = 0;
      while (same < frame && codes_[(at + same) % codes_.size()] == heard[same]) ++same;
      if (same == frame) return at;
    }
    return std::nullopt;
  }

  Codes codes_ = speech_codes();
  Duration phase_;
  Duration pause_;
  voiced::RoomOptions options_ = room_options();
  voiced::TickScratch scratch_{options_};
  voiced::Room room_{options_, scratch_};
  voiced::ParticipantId talker_ = room_.join().value();
  voiced::ParticipantId listener_ = room_.join().value();
  MicrophoneEnd microphone_{0, card_block};
  LoudspeakerEnd loudspeaker_{0};
  voice::Playout playout_{options_.format, {}};
  voice::ArrivalPhase slack_{voice::frames_per_second, 2};
  voice::ArrivalPhase ping_phase_{1, 0};
  std::deque<Packet> to_server_, to_listener_;
  Duration next_tick_{0};
  Duration received_{0};
  std::size_t said_ = 0;
  std::size_t frames_ = 0;
  std::size_t exact_ = 0;
  Duration back_{0};
  CallVerdict verdict_;
};

}  // namespace

CallVerdict judge_lan_call(Duration phase, Duration pause, Duration length) {
  LanCall call(phase, pause);
  for (Duration now{0}; now < length; now += step) call.pass(now);
  return call.verdict();
}

}  // namespace bench
