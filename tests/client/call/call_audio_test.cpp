// Sound through a Call: microphone to wire, wire to loudspeaker, mutes, volume, counters.
#include "tests/client/call/call_fixture.hpp"

#include <algorithm>

using namespace voicecli;
using namespace voicecli::test;
using namespace std::chrono_literals;

namespace {

struct Sent {
  std::uint16_t sequence;
  std::uint32_t timestamp;
  std::size_t samples;
};

std::vector<Sent> packets_of(const Stream& stream) {
  std::vector<Sent> packets;
  for (const Stream& message : messages_of(stream)) {
    if (voice::classify(message) != voice::MessageKind::rtp) continue;
    const auto packet = voice::rtp::parse(message);
    REQUIRE(packet);
    packets.push_back({packet->header.sequence,
                       static_cast<std::uint32_t>(packet->header.timestamp),
                       packet->payload.size()});
  }
  return packets;
}

/// Plays `count` frames and writes one letter each: the digit of the packet's fill (code 0x10 +
/// digit), '_' for silence, '?' for anything else.
std::string heard(Line& line, int count) {
  std::string text;
  for (int i = 0; i < count; ++i) {
    const Pcm frame = line.play();
    char letter = '?';
    if (std::all_of(frame.begin(), frame.end(), [](auto s) { return s == 0; })) letter = '_';
    for (int digit = 0; digit < 10; ++digit) {
      const std::uint8_t code = static_cast<std::uint8_t>(0x10 + digit);
      std::int16_t sample = 0;
      voice::g711::decode({&code, 1}, {&sample, 1});
      if (frame == Pcm(frame.size(), sample)) letter = static_cast<char>('0' + digit);
    }
    text += letter;
  }
  return text;
}

Stream digit(int value, int sequence) {
  return packet(static_cast<std::uint16_t>(sequence), static_cast<std::uint8_t>(0x10 + value));
}

}  // namespace

TEST_CASE("one frame leaves per tick, numbered and timed", "[call]") {
  Voice1Line line;
  for (int i = 0; i < 3; ++i) line.speak(Pcm(160, 9000));

  const auto packets = packets_of(line.sent());

  REQUIRE(packets.size() == 3);
  for (std::size_t i = 0; i < 3; ++i) {
    CHECK(packets[i].sequence == 4596 + i);
    CHECK(packets[i].timestamp == 160 * i);
    CHECK(packets[i].samples == 160);
  }
}

TEST_CASE("a card that delivers 80 ms at once still sends one frame per tick", "[call]") {
  ClassicLine line;
  int frames = 0;

  for (int tick = 0; tick < 40; ++tick) {
    if (tick % 4 == 0) line.call.capture(Pcm(640, 9000));
    line.tick();
    const auto packets = packets_of(line.sent());
    CHECK(packets.size() == 1);
    frames += static_cast<int>(packets.size());
  }

  CHECK(frames == 40);
}

TEST_CASE("11025 Hz is sent exactly: 220 and 221 samples in turn", "[call]") {
  Line line;
  line.receive(announce("SamplesPerSecond:11025"));
  // One frame ahead, so that the longer frames are always complete.
  line.call.capture(Pcm(221, 9000));
  std::size_t samples = 0;

  for (int tick = 0; tick < 100; ++tick) {
    line.speak(Pcm(tick % 2 == 0 ? 220 : 221, 9000));
    for (const Sent& packet : packets_of(line.sent())) samples += packet.samples;
  }

  CHECK(samples == 2 * 11025 + 221 - line.call.format()->samples_per_frame_max());
}

TEST_CASE("a muted microphone sends a pause, through which a voice/1 timestamp counts", "[call]") {
  Voice1Line line;
  line.speak(Pcm(160, 9000));
  line.controls.microphone_muted = true;
  for (int i = 0; i < 5; ++i) line.speak(Pcm(160, 9000));
  CHECK(line.call.statistics().microphone_dbfs > -20.0);
  line.controls.microphone_muted = false;
  line.speak(Pcm(160, 9000));

  const auto packets = packets_of(line.sent());

  REQUIRE(packets.size() == 3);
  CHECK(packets[1].sequence == packets[0].sequence);
  CHECK(packets[1].timestamp == 160);
  CHECK(packets[2].sequence == packets[0].sequence + 1);
  CHECK(packets[2].timestamp == 6 * 160);
}

TEST_CASE("towards a classic server the timestamp counts the samples sent", "[call]") {
  ClassicLine line;
  line.speak(Pcm(160, 9000));
  line.controls.microphone_muted = true;
  for (int i = 0; i < 5; ++i) line.speak(Pcm(160, 9000));
  line.controls.microphone_muted = false;
  line.tick(3);
  line.speak(Pcm(160, 9000));

  const auto packets = packets_of(line.sent());

  REQUIRE(packets.size() == 2);
  CHECK(packets[1].timestamp == 160);
}

TEST_CASE("a microphone that falls silent leaves a hole in the timestamps", "[call]") {
  Voice1Line line;
  line.speak(Pcm(160, 9000));
  line.tick(4);
  line.speak(Pcm(160, 9000));

  const auto packets = packets_of(line.sent());

  REQUIRE(packets.size() == 2);
  CHECK(packets[1].timestamp == 5 * 160);
}

TEST_CASE("what is said while the microphone is closed is never sent later", "[call]") {
  ClassicLine line;
  line.controls.push_to_talk = true;
  for (int i = 0; i < 20; ++i) line.speak(Pcm(160, 9000));
  CHECK(line.sent().empty());

  line.controls.talk_until = line.now + 40ms;
  line.speak(Pcm(160, 0));
  line.speak(Pcm(160, 0));
  line.speak(Pcm(160, 0));

  const auto messages = messages_of(line.sent());
  REQUIRE(messages.size() == 2);
  for (const Stream& sent : messages) {
    CHECK(std::all_of(sent.begin() + 12, sent.end(), [](auto code) { return code == 0xFF; }));
  }
}

TEST_CASE("the last part of a frame of a source that ended is padded and sent", "[call]") {
  ClassicLine line;
  line.speak(Pcm(200, 9000));
  line.tick(3);
  CHECK(packets_of(line.sent()).size() == 1);

  line.call.capture_ended();
  line.tick();
  const auto messages = messages_of(line.sent());
  REQUIRE(messages.size() == 1);
  CHECK(std::count(messages[0].begin() + 12, messages[0].end(), 0xFF) == 120);
  line.call.capture_ended();
  line.tick(3);
  CHECK(line.sent().empty());
}

TEST_CASE("sound that could not leave for 200 ms is dropped, oldest first", "[call]") {
  ClassicLine line;
  for (int i = 0; i < 100; ++i) line.speak(Pcm(160, 9000));

  const auto packets = packets_of(line.sent());

  CHECK(packets.size() <= 10);
  REQUIRE(!packets.empty());
  CHECK(packets.back().sequence == 4596 + 99);
  CHECK(line.call.statistics().outbox_dropped_messages == 100 - packets.size());
}

TEST_CASE("the first sound sent and heard are reported once, silence is not", "[call]") {
  ClassicLine line;
  line.speak(Pcm(160, 0));
  line.receive(packet(1, 0xFF));
  line.receive(packet(2, 0xFF));
  CHECK(heard(line, 1) == "_");
  CHECK(line.no_event());

  line.speak(Pcm(160, 9000));
  line.speak(Pcm(160, 9000));
  line.event<FirstAudioSent>();
  CHECK(line.no_event());

  line.receive(digit(1, 3));
  CHECK(heard(line, 2) == "_1");
  line.event<FirstAudioHeard>();
  line.receive(digit(1, 4));
  line.receive(digit(1, 5));
  CHECK(heard(line, 1) == "1");
  CHECK(line.no_event());
}

TEST_CASE("a muted microphone is not the first sound sent", "[call]") {
  ClassicLine line;
  line.controls.microphone_muted = true;
  line.speak(Pcm(160, 9000));
  CHECK(line.no_event());
}

TEST_CASE("playing starts at half the depth, in order, and restarts there", "[call]") {
  ClassicLine line;  // depth 4: starts at 2

  line.receive(digit(1, 1));
  CHECK(heard(line, 2) == "__");
  line.receive(digit(2, 2));
  CHECK(heard(line, 3) == "12_");
  line.receive(digit(3, 3));
  CHECK(heard(line, 1) == "_");
  line.receive(digit(4, 4));
  CHECK(heard(line, 2) == "34");
  CHECK(line.call.statistics().playout.underflows == 1);
}

TEST_CASE("a classic server's sequence numbers are never trusted", "[call]") {
  ClassicLine line;

  line.receive(digit(1, 700));
  line.receive(digit(2, 700));
  line.receive(digit(3, 3));
  line.receive(digit(4, 65000));

  CHECK(heard(line, 4) == "1234");
  CHECK(line.call.statistics().playout.lost == 0);
  CHECK(line.call.statistics().playout.duplicates == 0);
}

TEST_CASE("a gap in a voice/1 server's sequence is a loss, played as silence", "[call]") {
  Voice1Line line;

  line.receive(digit(1, 65534));
  line.receive(digit(2, 65535));
  line.receive(digit(4, 1));

  CHECK(heard(line, 4) == "12_4");
  CHECK(line.call.statistics().playout.lost == 1);
}

TEST_CASE("sound from before a stop of the process is not played after it", "[call]") {
  ClassicLine line;
  for (int i = 1; i <= 3; ++i) line.receive(digit(i, 1));
  line.now += std::chrono::seconds{2};

  CHECK(heard(line, 3) == "___");
  line.receive(digit(4, 1));
  line.receive(digit(5, 1));
  CHECK(heard(line, 2) == "45");
}

TEST_CASE("deaf plays silence while the jitter buffer moves on", "[call]") {
  ClassicLine line;
  for (std::uint16_t i = 1; i <= 4; ++i) line.receive(digit(i, i));

  line.controls.loudspeaker_muted = true;
  CHECK(heard(line, 2) == "__");
  CHECK(line.no_event());
  line.controls.loudspeaker_muted = false;
  line.play();  // is faded in

  CHECK(heard(line, 1) == "4");
}

TEST_CASE("volume changes what is heard, saturating", "[call]") {
  ClassicLine line;
  line.receive(packet(1, 0x80));  // the loudest positive code: 32124
  line.receive(packet(2, 0x80));
  line.receive(packet(3, 0x80));

  line.controls.volume_db = 20;
  CHECK(line.play() == Pcm(160, 32767));
  line.controls.volume_db = -20;
  line.play();
  CHECK(line.play() == Pcm(160, 3212));
}

TEST_CASE("mute and volume change in the course of a frame, without a click", "[call]") {
  ClassicLine line;
  for (std::uint16_t i = 1; i <= 4; ++i) line.receive(packet(i, 0xA0));  // 7932
  REQUIRE(line.play() == Pcm(160, 7932));
  const auto falls = [](const Pcm& pcm) { return std::is_sorted(pcm.rbegin(), pcm.rend()); };

  line.controls.volume_db = -20;
  const Pcm softer = line.play();
  CHECK(softer.front() > 7800);
  CHECK(softer.back() == 793);
  CHECK(falls(softer));
  line.controls.loudspeaker_muted = true;
  const Pcm muted = line.play();
  CHECK(muted.front() > 780);
  CHECK(muted.back() == 0);
  CHECK(falls(muted));
  line.controls.loudspeaker_muted = false;
  const Pcm unmuted = line.play();
  CHECK(unmuted.front() == 0);
  CHECK(unmuted.back() > 780);
}

TEST_CASE("an overflow keeps the newest sound and is counted", "[call]") {
  ClassicLine line;
  for (int i = 1; i <= 5; ++i) line.receive(digit(i, i));

  CHECK(heard(line, 3) == "45_");
  CHECK(line.call.statistics().playout.overflows == 1);
}

TEST_CASE("packets without sound are legal and carry nothing", "[call]") {
  Voice1Line line;
  line.receive(packet(1, 0x10, 0));
  CHECK(line.call.statistics().playout.packets == 0);
  CHECK(line.call.statistics().ignored_messages == 0);
}

TEST_CASE("a frame counts as sent when all of it has left, and never when it was dropped",
          "[call]") {
  ClassicLine line;
  const auto frames_sent = [&line] { return line.call.statistics().frames_sent; };
  line.speak(Pcm(160, 9000));
  CHECK(frames_sent() == 0);

  line.call.sent(line.call.to_send(line.now).size() - 1);
  CHECK(frames_sent() == 0);
  line.sent();
  CHECK(frames_sent() == 1);

  for (int i = 0; i < 3; ++i) line.speak(Pcm(160, 9000));
  line.now += std::chrono::seconds{1};  // the network accepts nothing for a second
  CHECK(line.sent().empty());
  CHECK(frames_sent() == 1);
  CHECK(line.call.statistics().outbox_dropped_messages == 3);
}

TEST_CASE("statistics contain fill, depth and levels", "[call]") {
  ClassicLine line;
  line.receive(digit(1, 1));
  line.receive(digit(1, 2));
  line.receive(digit(1, 3));
  line.speak(Pcm(160, 16384));

  auto statistics = line.call.statistics();
  CHECK(statistics.jitter_depth_packets == 4);
  CHECK(statistics.jitter_fill_packets == 3);
  CHECK(statistics.jitter_fill == voice::Duration{60ms});
  CHECK(statistics.microphone_dbfs == Approx(-6.0).margin(0.1));
  CHECK(statistics.loudspeaker_dbfs == voice::level_dbfs_min);
  CHECK_FALSE(statistics.round_trip);

  line.play();
  statistics = line.call.statistics();
  CHECK(statistics.jitter_fill == voice::Duration{40ms});
  CHECK(statistics.loudspeaker_dbfs > -20.0);
}
