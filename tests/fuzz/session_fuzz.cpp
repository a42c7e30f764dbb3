// Stories of connections: any bytes, in any pieces, at any time, for sessions that share a
// conference with one well-behaved peer, which speaks. Sessions answer or end with a reason; their
// answers are legal; nobody else is affected.
//
// Input: the first byte sets the scene, then per step one byte: how many stream bytes follow
// (1…192), or what happens instead (time passes, the connection ends and the next one comes, the
// operator mutes, or moves the peer to a room with another rate, the same bytes come again and
// again, the peer reads what it was sent).
#include "common/core/assert.hpp"
#include "server/host/session.hpp"

#include "tests/fuzz/input.hpp"
#include "tests/fuzz/slow_reader.hpp"
#include "tests/sim/oracle/slow_wire.hpp"

#include <memory>
#include <string>
#include <vector>

namespace {

using voiced::CloseReason;

constexpr std::size_t sessions_max = 16;

class Story {
 public:
  explicit Story(fuzz::Input& input)
      : input_(input),
        scene_(input.byte()),
        lobby_(front(), 2),
        citizen_(lobby_, 1, "192.0.2.1:1") {
    VOICE_ASSERT(!citizen_.open());
    // It has already joined.
    std::vector<voiced::RoomRules> rooms;
    if (has_attic()) rooms.push_back({attic()});
    lobby_.reconfigure(front(), wants_password() ? "sesame" : "", rooms, 0);
    connect();
  }

  void play() {
    while (!input_.empty() && last_number_ < sessions_max) step();
    end(CloseReason::left);
    VOICE_ASSERT(lobby_.participants() == 1);
    citizen_.close(CloseReason::left);
    lobby_.for_each([&](voiced::RoomId id) {
      const voiced::RoomCounters& counters = lobby_.room(id).counters();
      VOICE_ASSERT(counters.joins == counters.leaves);
    });
  }

 private:
  // 8000 Hz are announced. Peers that follow the rate of a Welcome get each room's own.
  [[nodiscard]] voiced::RoomOptions front() const {
    const auto announced = *voice::AudioFormat::from_rate(8000);
    voiced::RoomOptions options{
        .format = announced, .participants_max = 2, .ssrc = voice::rtp::Ssrc{1}};
    if (has_other_rate()) {
      options.format = *voice::AudioFormat::from_rate(16000);
      options.other_format = announced;
    }
    return options;
  }
  [[nodiscard]] voiced::RoomOptions attic() const {
    voiced::RoomOptions options = front();
    options.name = "attic";
    options.format = *voice::AudioFormat::from_rate(11025);
    options.other_format = *voice::AudioFormat::from_rate(8000);
    return options;
  }
  [[nodiscard]] bool has_other_rate() const noexcept { return (scene_ & 4) != 0; }
  [[nodiscard]] bool has_attic() const noexcept { return (scene_ & 8) != 0; }
  [[nodiscard]] bool wants_password() const noexcept { return (scene_ & 2) != 0; }

  void step() {
    const unsigned what = input_.byte();
    if (what < 192) return feed(input_.bytes(what + 1));
    if (what < 224) return pass(std::chrono::milliseconds{20 * (what - 191)});
    if (what < 240) return pass(std::chrono::seconds{what - 223});
    if (what < 248) {
      session_->set_mutes({(what & 1) != 0, (what & 2) != 0, (what & 4) != 0});
      return take_answers();
    }
    if (what < 252) {
      end(static_cast<CloseReason>(input_.byte() % voiced::close_reason_count));
      return connect();
    }
    if (what == 252) {
      const voice::Bytes bytes = input_.bytes(input_.byte());
      return repeat(bytes, 1 + input_.byte());
    }
    if (what == 253) return reader_.read(input_.word() % 2048, now_);
    if (what == 254) {
      // Even a session that was not closed must leave nothing behind.
      session_.reset();
      VOICE_ASSERT(lobby_.participants() == 1);
      return connect();
    }
    // With one room, the remaining bits choose only how the bytes are cut.
    if (has_attic()) change_rooms();
  }

  void change_rooms() {
    if (!session_->seat()) return;
    const bool is_in_front = session_->seat()->room == voiced::front_room;
    const voiced::RoomId to = is_in_front ? lobby_.find("attic").value() : voiced::front_room;
    VOICE_ASSERT(session_->move(to) && session_->seat()->room == to);
    take_answers();
  }

  void connect() {
    session_ = std::make_unique<voiced::Session>(lobby_, ++last_number_ + 1, "[2001:db8::1]:40000",
                                                 (scene_ & 1) != 0);
    reader_ = {};
    VOICE_ASSERT(!session_->open());
    // The last one finds no place, and is told so.
    voiced::Session late(lobby_, 999, "192.0.2.9:9");
    VOICE_ASSERT(late.open() == CloseReason::refused_full);
    VOICE_ASSERT(late.has_control());
    late.close(CloseReason::refused_full);
    take_answers();
  }

  void feed(voice::Bytes view) {
    const std::vector<std::uint8_t> bytes(view.begin(), view.end());
    const auto reason = session_->received(bytes, now_);
    const auto& counters = session_->counters();
    VOICE_ASSERT(counters.ignored_messages + counters.bad_packets + counters.bad_texts <=
                 counters.messages_in);
    VOICE_ASSERT(session_->name().size() <= voiced::name_bytes_max);
    VOICE_ASSERT(voice::printable(session_->name(), voiced::name_bytes_max) == session_->name());
    VOICE_ASSERT(*voiced::to_string(session_->dialect()) != '\0');
    if (const auto since = session_->mid_message_since()) VOICE_ASSERT(*since <= now_);
    take_answers();
    if (!reason) return;
    VOICE_ASSERT(*voiced::to_string(*reason) != '\0');
    end(*reason);
    connect();
  }

  // A short input can cause floods of any kind.
  void repeat(voice::Bytes bytes, int times) {
    const std::uint64_t visitor = last_number_;
    for (int i = 0; i < times && last_number_ == visitor; ++i) feed(bytes);
  }

  // All output of a session consists of complete messages that a client can read.
  void take_answers() {
    for (const auto& message : session_->take_control()) {
      sim::SlowDeframer stream(voice::text_message_bytes_max);
      stream.add(message);
      const auto whole = stream.next();
      VOICE_ASSERT(whole && !stream.mid_message());
      VOICE_ASSERT(voice::voice1::parse(*whole).has_value());
      reader_.tell(message, voice::MessageClass::control, now_);
    }
  }

  void pass(voice::Duration duration) {
    now_ += duration;
    citizen_speaks();
    lobby_.begin_tick();
    while (const auto id = lobby_.next_room()) {
      for (const voiced::ParticipantId listener : lobby_.room(*id).tick(now_)) {
        hear({*id, listener});
      }
    }
    if (!session_->message_overdue(now_)) return;
    VOICE_ASSERT(session_->mid_message_since().has_value());
    end(CloseReason::framing_timeout);
    connect();
  }

  // Everybody is sent frames at their own rate, in their own codec.
  void hear(const voiced::Seat& seat) {
    const voice::Bytes message = lobby_.room(seat.room).message_for(seat.participant);
    const auto packet = voice::rtp::parse(message.subspan(voice::length_prefix_bytes));
    const bool is_citizen = citizen_.seat() == seat;
    VOICE_ASSERT(is_citizen || session_->seat() == seat);
    const voiced::Session& hearer = is_citizen ? citizen_ : *session_;
    const voice::Playout& playout = lobby_.find(seat)->playout;
    VOICE_ASSERT(playout.format() == hearer.format() && playout.codec() == hearer.codec());
    const std::size_t samples_max = hearer.format().samples_per_frame_max();
    const std::size_t bytes_max = voice::payload_bytes_max(hearer.codec(), samples_max);
    VOICE_ASSERT(packet && packet->payload.size() <= bytes_max);
    // Frames have equal lengths, except in Opus, and except for the extra sample that some rates
    // need.
    const bool has_fixed_length = hearer.codec() != voice::CodecId::opus;
    VOICE_ASSERT(!has_fixed_length || packet->payload.size() + 2 >= bytes_max);
    if (is_citizen) return;
    VOICE_ASSERT(!wants_password() || session_->dialect() == voiced::Dialect::voice1 ||
                 seat.room != voiced::front_room);
    reader_.tell(message, voice::MessageClass::audio, now_);
  }

  void citizen_speaks() {
    ++citizens_.sequence;
    citizens_.timestamp += 160;
    VOICE_ASSERT(!citizen_.received(sim::slow_rtp_message(citizens_, 2), now_));
  }

  void end(CloseReason reason) {
    session_->close(reason);
    session_->close(CloseReason::reset);      // idempotent
    session_->set_mutes({true, true, true});  // too late
    VOICE_ASSERT(!session_->seat());
    take_answers();
    reader_.end(now_);
    VOICE_ASSERT(lobby_.participants() == 1);
  }

  fuzz::Input& input_;
  // 1: Hello precedes sound; 2: with the password; 4: the front room has another rate than the
  // announced one; 8: there is a second room.
  unsigned scene_;
  voiced::Lobby lobby_;
  voiced::Session citizen_;
  sim::SlowPacket citizens_{0, 0, sim::Message(160, 0x23)};
  std::unique_ptr<voiced::Session> session_;
  fuzz::SlowReader reader_;
  std::uint64_t last_number_ = 0;
  voice::TimePoint now_{std::chrono::hours{1}};
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Input input(data, size);
  Story(input).play();
  return 0;
}
