#include "common/playout/playout_counters.hpp"

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

}  // namespace voice
