#include "common/playout/playout_counters.hpp"

#include "common/core/assert.hpp"

#include <initializer_list>

namespace voice {

void add(PlayoutCounters& sum, const PlayoutCounters& part) noexcept {
  sum.packets += part.packets;
  sum.duplicates += part.duplicates;
  sum.late += part.late;
  sum.lost += part.lost;
  sum.overflows += part.overflows;
  sum.dropped_samples += part.dropped_samples;
  sum.expired_samples += part.expired_samples;
  sum.excess_samples += part.excess_samples;
  sum.cut_samples += part.cut_samples;
  sum.deepened += part.deepened;
  sum.underflows += part.underflows;
  sum.primed += part.primed;
  sum.malformed += part.malformed;
  sum.stretched_samples += part.stretched_samples;
  sum.sped_up_samples += part.sped_up_samples;
  sum.concealed_samples += part.concealed_samples;
}

PlayoutTimes times_of(const PlayoutCounters& counters, AudioFormat format) noexcept {
  return {.dropped = format.duration(counters.dropped_samples),
          .expired = format.duration(counters.expired_samples),
          .excess = format.duration(counters.excess_samples),
          .cut = format.duration(counters.cut_samples),
          .stretched = format.duration(counters.stretched_samples),
          .sped_up = format.duration(counters.sped_up_samples),
          .concealed = format.duration(counters.concealed_samples)};
}

void add(PlayoutTimes& sum, const PlayoutTimes& part) noexcept {
  sum.dropped += part.dropped;
  sum.expired += part.expired;
  sum.excess += part.excess;
  sum.cut += part.cut;
  sum.stretched += part.stretched;
  sum.sped_up += part.sped_up;
  sum.concealed += part.concealed;
}

PlayoutCounters at_rate(PlayoutCounters counters, std::uint32_t from_hz,
                        std::uint32_t to_hz) noexcept {
  VOICE_ASSERT(from_hz > 0);
  for (std::uint64_t* const samples :
       {&counters.dropped_samples, &counters.expired_samples, &counters.excess_samples,
        &counters.cut_samples, &counters.stretched_samples, &counters.sped_up_samples,
        &counters.concealed_samples}) {
    *samples = (*samples * to_hz + from_hz - 1) / from_hz;
  }
  return counters;
}

}  // namespace voice
