// The state of a run, for a status line or statistics: plain values, filled by a Caller and, as far
// as devices are concerned, by its shell.
#pragma once

#include "client/call/call.hpp"
#include "client/call/controls.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace voicecli {

struct Status {
  bool connected = false;  // in the conference
  std::string server;      // host:port
  bool voice1 = false;
  std::string name;  // as the server calls us; empty with a classic server
  std::string room;  // empty: the server has but one
  CallStatistics call;
  Controls controls;
  bool microphone_open = false;
  ServerMute muted_by_server;

  // The shell's: what it knows of the devices.
  int rate_hz = 0;    // 0 before the first announcement
  DelayStages delay;  // means
  std::uint64_t microphone_gap_samples = 0;
  std::uint64_t loudspeaker_gap_samples = 0;
  // What is done to the voice before it is sent.
  bool echo_cancel = false;
  bool noise_suppression = false;
  bool auto_gain = false;
  std::optional<double> echo_reduction_db;  // echo return loss enhancement; none: not measured
};

}  // namespace voicecli
