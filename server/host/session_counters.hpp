// Counts what peers have sent, by what happened to it.
#pragma once

#include <cstdint>

namespace voiced {

/// Of one peer, or of all peers of a server together.
struct SessionCounters {
  std::uint64_t bytes_in = 0;
  std::uint64_t messages_in = 0;
  std::uint64_t ignored_messages = 0;  // neither RTP nor text, or text that is not understood
  std::uint64_t bad_packets = 0;       // RTP that does not parse
  std::uint64_t foreign_packets = 0;   // RTP of another codec than agreed: not played
  std::uint64_t bad_texts = 0;
  std::uint64_t excess_messages = 0;  // dropped because they came faster than real time allows
};

inline void add(SessionCounters& sums, const SessionCounters& more) noexcept {
  sums.bytes_in += more.bytes_in;
  sums.messages_in += more.messages_in;
  sums.ignored_messages += more.ignored_messages;
  sums.bad_packets += more.bad_packets;
  sums.foreign_packets += more.foreign_packets;
  sums.bad_texts += more.bad_texts;
  sums.excess_messages += more.excess_messages;
}

}  // namespace voiced
