// A server in which every figure differs, and two of its participants.
#pragma once

#include "server/metrics/render.hpp"

#include <vector>

namespace voice::test {

inline voiced::ServerStatus busy_status() {
  using namespace std::chrono_literals;
  voiced::ServerStatus status;
  status.uptime = 90s + 500ms;
  status.sample_rate_hz = 44100;
  status.jitter_depth_packets = 6;
  status.participants = 12;
  status.participants_max = 1000;
  status.talkers = 3;
  status.strangers = 4;
  status.handshakes = 49;
  status.bans = 5;
  status.congested = 2;
  status.jitter_filled = 7;
  status.jitter_delay_sum = 420ms;
  status.jitter_delay_max = 100ms;
  status.ticks = 4525;
  status.late_ticks = 8;
  status.skipped_ticks = 9;
  status.since_tick = 1ms;
  status.load = 0.25;
  status.load_max = 0.9;
  status.tick_lateness.add(15us);
  status.tick_lateness.add(3ms);
  status.tick_lateness.add(2s);
  status.tick_work.add(500us);
  status.connections = 21;
  status.accept_pauses = 1;
  status.logins_granted = 50;
  status.handshakes_done = 51;
  status.handshakes_failed = 52;
  status.received.bytes_in = 18'000'000'000'000'000'000U;
  status.bytes_out = 22;
  status.packets_in = 23;
  status.frames_out = 24;
  status.received.bad_packets = 25;
  status.received.excess_messages = 26;
  status.received.messages_in = 41;
  status.received.bad_texts = 42;
  status.received.ignored_messages = 43;
  status.queue_dropped = 27;
  status.received.foreign_packets = 28;
  status.playout = {.packets = 31,
                    .duplicates = 32,
                    .late = 33,
                    .lost = 34,
                    .overflows = 35,
                    .deepened = 44,
                    .underflows = 37,
                    .primed = 38,
                    .malformed = 48};
  using std::chrono::milliseconds;
  status.playout_times = {.dropped = milliseconds{36},
                          .expired = milliseconds{41},
                          .excess = milliseconds{42},
                          .cut = milliseconds{43},
                          .stretched = milliseconds{45},
                          .sped_up = milliseconds{46},
                          .concealed = milliseconds{47}};
  status.log_lines_left_out = 39;
  status.closes.count(voiced::CloseReason::left);
  status.closes.count(voiced::CloseReason::left);
  status.closes.count(voiced::CloseReason::kicked);
  status.rooms = {{.name = "front",
                   .sample_rate_hz = 8000,
                   .participants = 5,
                   .talkers = 2,
                   .limiter = true,
                   .limiter_gain_db = -4.5,
                   .limited_frames = 48,
                   .forwarded_frames = 77,
                   .howls = 3},
                  {.name = "quiet", .sample_rate_hz = 48000, .participants = 1}};
  return status;
}

inline std::vector<voiced::ParticipantStatus> two_participants() {
  using namespace std::chrono_literals;
  voiced::ParticipantStatus anna;
  anna.number = 1;
  anna.name = "Anna";
  anna.room = "front";
  anna.connected = 60s;
  anna.talking = true;
  anna.level_dbfs = -12.5;
  anna.levelling_db = 3.25;
  anna.jitter_delay = 40ms;
  anna.playout.underflows = 3;
  voiced::ParticipantStatus boris;
  boris.number = 2;
  boris.name = "Bo\"ris\\\nx{} 1";
  boris.room = "front";
  boris.level_dbfs = -96;
  boris.guard_db = -6.25;
  boris.mutes.microphone = true;
  boris.queue_age = 150ms;
  boris.queue_dropped = 4;
  return {anna, boris};
}

/// All metrics, as text.
inline std::string rendered(voiced::Exposition exposition) {
  const auto participants = two_participants();
  std::string text;
  render(text, {busy_status(), true, false, {2, 100, 3, 1, 4}, participants}, exposition);
  return text;
}

}  // namespace voice::test
