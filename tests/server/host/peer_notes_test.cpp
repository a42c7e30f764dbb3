// What the operator is told about a participant: each thing once.
#include "server/host/peer_notes.hpp"

#include "tests/server/host/visitor.hpp"
#include "tests/server/room/test_room.hpp"
#include "tests/support/catch.hpp"

using namespace voiced;
using voice::test::ByteVector;
using voice::test::rtp_message;
using voiced::test::Guest;
using voiced::test::test_options;
using voiced::test::TestLobby;

namespace {

std::vector<PeerNote> all_of(PeerNotes& notes, const Guest& guest, const Room& room) {
  std::vector<PeerNote> all;
  while (const auto note = notes.next(guest.session, guest.participant(room), room.format())) {
    all.push_back(*note);
  }
  return all;
}

}  // namespace

TEST_CASE("there are no notes about an ordinary participant", "[peer_notes]") {
  TestLobby trial;
  Guest guest(trial.lobby);
  guest.send(rtp_message(1, ByteVector(160, 0x30)));
  PeerNotes notes;

  CHECK(all_of(notes, guest, trial.room).empty());
}

TEST_CASE("a raised depth, cut packets and a foreign payload are reported once each",
          "[peer_notes]") {
  TestLobby trial;
  Guest guest(trial.lobby);
  ByteVector foreign = rtp_message(2, ByteVector(160, 0x30));
  foreign[5] = 8;  // A-law
  // Longer than four frames, but still accepted.
  for (int i = 0; i < 2; ++i) {
    guest.send(rtp_message(1, ByteVector(700, 0x30)));
    guest.send(foreign);
  }
  PeerNotes notes;

  CHECK(all_of(notes, guest, trial.room) ==
        std::vector{PeerNote::depth_raised, PeerNote::packets_cut, PeerNote::foreign_payload});
  CHECK(all_of(notes, guest, trial.room).empty());
}

TEST_CASE("a classic peer is reported at the rates at which the original sends noise",
          "[peer_notes]") {
  const int rate_hz = GENERATE(5000, 8000, 11025, 16000, 22050, 44100, 48000);
  INFO(rate_hz);
  const bool noise = rate_hz == 11025;
  const auto format = *voice::AudioFormat::from_rate(rate_hz);
  CHECK(original_sends_noise(format) == noise);
  TestLobby trial(test_options(rate_hz));
  Guest guest(trial.lobby);
  PeerNotes notes;
  CHECK(all_of(notes, guest, trial.room).empty());

  guest.send(rtp_message(1, ByteVector(100, 0x30)));

  CHECK(all_of(notes, guest, trial.room).size() == (noise ? 1 : 0));
}
