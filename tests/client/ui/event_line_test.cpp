// Every event, in the words that programs and people read.
#include "client/ui/event_line.hpp"

#include "client/ui/event_text.hpp"

#include "tests/support/catch.hpp"

using namespace voicecli;
using namespace std::chrono_literals;

namespace {

std::string text(std::variant<CallerEvent, SoundEvent> what) {
  return text_of(line_of({std::move(what), {}}));
}

}  // namespace

TEST_CASE("every event of a caller has its words", "[event_line]") {
  struct Row {
    CallerEvent event;
    const char* text;
  };
  const auto row = GENERATE(values<Row>(
      {{event::Connecting{"host:7000"}, "connecting server=host:7000"},
       {event::Connected{"host:7000", 8000, true, "7", "anna", "lobby", "voiced/1"},
        "connected server=host:7000 rate_hz=8000 protocol=voice/1 id=7 name=anna room=lobby "
        "agent=voiced/1 codec=pcmu"},
       {event::Connected{"host:7000", 8000, true, "", "", "", "", voice::CodecId::opus},
        "connected server=host:7000 rate_hz=8000 protocol=voice/1 codec=opus"},
       {event::Connected{"host:7000", 8000, true, "", "", "", "", voice::CodecId::pcmu, false},
        "connected server=host:7000 rate_hz=8000 protocol=voice/1 codec=pcmu codec_note=\"not the "
        "requested codec, which this server does not offer, or not at its sample rate\""},
       {event::Connected{"host:7000", 8000, false, "", "", "", ""},
        "connected server=host:7000 rate_hz=8000 protocol=classic codec=pcmu"},
       {event::Disconnected{"gone", 1500999us}, "disconnected reason=gone retry_in_ms=1500"},
       {event::Disconnected{"gone", {}}, "disconnected reason=gone"},
       {event::CannotConnect{"gone", 200ms}, "cannot connect reason=gone retry_in_ms=200"},
       {event::Refused{"full", "32 of 32"}, "refused code=full reason=\"32 of 32\""},
       {event::Bye{"kicked", "enough"}, "bye code=kicked reason=enough"},
       {event::Bye{"", ""}, "bye reason=\"\""},
       {event::MutedByServer{{true, false}}, "muted by server microphone=yes loudspeaker=no"},
       {event::FirstAudioSent{}, "first audio sent"},
       {event::FirstAudioHeard{}, "first audio heard"},
       {event::Leaving{}, "leaving"},
       {event::MicrophoneMuted{true}, "muted"},
       {event::MicrophoneMuted{false}, "unmuted"},
       {event::LoudspeakerMuted{true}, "deaf"},
       {event::LoudspeakerMuted{false}, "undeaf"},
       {event::VolumeChanged{-3.5}, "volume db=-3.5"},
       {event::DeviceError{"busy"}, "device error reason=busy"}}));
  CHECK(text(row.event) == row.text);
}

TEST_CASE("every event of devices and files has its words", "[event_line]") {
  struct Row {
    SoundEvent event;
    const char* text;
  };
  const auto row = GENERATE(values<Row>(
      {{event::DeviceChanged{DeviceRole::input, voice::DeviceState::waiting, "no card"},
        "sound device=input state=waiting detail=\"no card\""},
       {event::DeviceChanged{DeviceRole::output, voice::DeviceState::running, "HDA"},
        "sound device=output state=running detail=HDA"},
       {event::FileExists{"a.wav", "a-2.wav"}, "file exists file=a.wav writing=a-2.wav"},
       {event::Recording{"a.wav"}, "recording file=a.wav"},
       {event::RecordingFailed{"full"}, "recording failed reason=full"},
       {event::RecordingIncomplete{"a.wav", 1500ms},
        "recording incomplete file=a.wav missing_s=1.5"}}));
  CHECK(text(row.event) == row.text);
}

TEST_CASE("an event carries its time", "[event_line]") {
  CHECK(line_of({CallerEvent{event::Leaving{}}, voice::TimePoint{3s}}).at == voice::TimePoint{3s});
}
