// A room whose participants speak and hear different codecs, Opus among them: every listener gets
// its own codec, which its decoder understands, and what is passed on is one of the packets of the
// only talker. The mixes themselves are room_fuzz's matter.
#include "common/core/assert.hpp"
#include "server/room/room.hpp"

#include "tests/fuzz/input.hpp"

#include <algorithm>
#include <array>
#include <deque>
#include <memory>
#include <vector>

namespace {

using voice::CodecId;

constexpr std::array codecs{CodecId::opus, CodecId::opus, CodecId::l16, CodecId::pcmu};
constexpr std::size_t participants_max = 4;
constexpr std::size_t ticks_max = 100;
constexpr std::size_t packets_remembered = 64;
constexpr int kbits = 16;

struct Person {
  voiced::ParticipantId id;
  CodecId codec = CodecId::pcmu;
  std::unique_ptr<voice::Encoder> encoder;
  std::unique_ptr<voice::Decoder> decoder;
  std::deque<std::vector<std::uint8_t>> said;  // the last packets
  std::uint16_t sequence = 0;
  std::uint32_t timestamp = 0;
  bool marker = true;
};

class Story {
 public:
  explicit Story(fuzz::Input& input)
      : input_(input),
        options_{
            .format = *voice::AudioFormat::from_rate(input.byte() % 2 == 0 ? 8000 : 16000),
            .playout = input.byte() % 4 == 0 ? voice::fixed_playout(4) : voice::PlayoutOptions{},
            .participants_max = participants_max,
            .opus_kbits = kbits},
        scratch_(options_),
        room_(options_, scratch_),
        samples_(options_.format.samples_per_frame()) {}

  void play() {
    while (!input_.empty() && ticks_ < ticks_max) step();
  }

 private:
  void step() {
    const unsigned kind = input_.byte() % 12;
    if (kind == 0 || people_.empty()) return join();
    if (kind >= 8) return tick();
    const std::size_t who = input_.byte() % people_.size();
    Person& person = people_[who];
    switch (kind) {
      case 1:
        return leave(who);
      case 2:
        return choose_codec(person);
      case 3:
        return mute(person);
      case 4:
        return pause(person);
      case 5:
        now_ += std::chrono::milliseconds{input_.byte() % 60};
        return;
      default:
        return speak(person);
    }
  }

  void join() {
    const auto id = room_.join();
    VOICE_ASSERT(id.has_value() == (people_.size() < participants_max));
    if (!id) return;
    room_.set_sequencing(*id, voiced::Sequencing::trusted);
    people_.emplace_back().id = *id;
    choose_codec(people_.back());
  }

  void leave(std::size_t who) {
    room_.leave(people_[who].id);
    people_.erase(people_.begin() + static_cast<std::ptrdiff_t>(who));
  }

  void choose_codec(Person& person) {
    person.codec = codecs[input_.byte() % codecs.size()];
    room_.set_codec(person.id, person.codec);
    person.encoder = voice::make_encoder(person.codec, options_.format, 16 * (input_.byte() % 8));
    person.decoder = voice::make_decoder(person.codec, options_.format);
  }

  void mute(const Person& person) {
    const unsigned bits = input_.byte();
    room_.set_mutes(person.id, {(bits & 1) != 0, (bits & 2) != 0, false});
    room_.set_gain(person.id, (bits & 4) != 0 ? -6 : 0);
  }

  void pause(Person& person) {
    room_.receive(person.id, {header(person), {}}, now_);
    person.timestamp += static_cast<std::uint32_t>((input_.byte() % 8) * samples_);
    person.marker = true;
  }

  // Sound, silence, or bytes of the input's choice.
  void speak(Person& person) {
    const unsigned kind = input_.byte();
    std::vector<std::int16_t> pcm(samples_);
    const auto height = static_cast<std::int16_t>(kind < 64 ? 0 : 64 * kind);
    for (std::size_t i = 0; i < pcm.size(); ++i) {
      pcm[i] = static_cast<std::int16_t>(i / (1 + kind % 32) % 2 == 0 ? height : -height);
    }
    std::vector<std::uint8_t> payload(voice::payload_bytes_max(person.codec, samples_));
    payload.resize(person.encoder->encode(pcm, payload));
    if (kind % 16 == 3) {
      const voice::Bytes bytes = input_.bytes(input_.byte());
      payload.assign(bytes.begin(), bytes.end());
    }
    person.said.push_back(payload);
    if (person.said.size() > packets_remembered) person.said.pop_front();
    room_.receive(person.id, {header(person), payload}, now_);
    ++person.sequence;
    person.timestamp += static_cast<std::uint32_t>(samples_);
    person.marker = false;
  }

  [[nodiscard]] static voice::rtp::Header header(const Person& person) {
    return {.sequence = person.sequence,
            .timestamp = voice::rtp::Timestamp{person.timestamp},
            .marker = person.marker};
  }

  void tick() {
    ++ticks_;
    now_ += voice::frame_duration;
    const auto forwarded_before = room_.counters().forwarded_frames;
    const auto listeners = room_.tick(now_);
    const bool is_forwarded = room_.counters().forwarded_frames != forwarded_before;
    VOICE_ASSERT(room_.counters().forwarded_frames <= forwarded_before + 1);
    VOICE_ASSERT(!is_forwarded || room_.contributors() == 1);
    for (const voiced::ParticipantId listener : listeners) {
      Person& person = who_is(listener);
      const voice::rtp::PacketView packet = parsed(room_.message_for(listener), person);
      check_sound(packet.payload, person);
      if (is_forwarded && person.codec == CodecId::opus && !room_.contributes(listener)) {
        check_forwarded(packet.payload);
      }
    }
    for (const voiced::ParticipantId listener : room_.quiet_listeners()) {
      VOICE_ASSERT(listeners.empty());
      VOICE_ASSERT(parsed(room_.sign_of_life(listener), who_is(listener)).payload.empty());
    }
  }

  [[nodiscard]] Person& who_is(voiced::ParticipantId id) {
    const auto found = std::find_if(people_.begin(), people_.end(),
                                    [&](const Person& person) { return person.id == id; });
    VOICE_ASSERT(found != people_.end());
    return *found;
  }

  [[nodiscard]] static voice::rtp::PacketView parsed(voice::Bytes message, const Person& person) {
    VOICE_ASSERT(message.size() >= voice::packet_overhead_bytes);
    const auto packet = voice::rtp::parse(message.subspan(voice::length_prefix_bytes));
    VOICE_ASSERT(packet.has_value());
    VOICE_ASSERT(packet->header.payload_type == voice::codec_info(person.codec).payload_type);
    return *packet;
  }

  void check_sound(voice::Bytes payload, const Person& person) {
    std::vector<std::int16_t> pcm(options_.format.samples_per_frame_max());
    VOICE_ASSERT(person.decoder->decode(payload, pcm) == samples_);
  }

  void check_forwarded(voice::Bytes payload) {
    VOICE_ASSERT(payload.size() <= 2 * kbits * 1000 / 8 / voice::frames_per_second);
    const auto talker = std::find_if(people_.begin(), people_.end(), [&](const Person& person) {
      return room_.contributes(person.id);
    });
    VOICE_ASSERT(talker != people_.end() && talker->codec == CodecId::opus);
    VOICE_ASSERT(std::any_of(talker->said.begin(), talker->said.end(), [&](const auto& packet) {
      return std::equal(packet.begin(), packet.end(), payload.begin(), payload.end());
    }));
  }

  fuzz::Input& input_;
  voiced::RoomOptions options_;
  voiced::TickScratch scratch_;
  voiced::Room room_;
  std::size_t samples_;  // of a frame
  std::vector<Person> people_;
  voice::TimePoint now_{std::chrono::hours{1}};
  std::size_t ticks_ = 0;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Input input(data, size);
  Story(input).play();
  return 0;
}
