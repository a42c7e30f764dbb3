#include "server/room/leveller.hpp"

#include "common/audio/fade.hpp"
#include "common/audio/gain.hpp"
#include "common/core/assert.hpp"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

namespace voiced {
namespace {

constexpr double full_scale_power = 32768.0 * 32768.0;
constexpr double step_db = 0.25;
constexpr int steps = static_cast<int>(Leveller::gain_db_most / step_db);  // up, and as many down
static_assert(Leveller::gain_db_most <= voice::gain_db_max &&
              -Leveller::gain_db_most >= voice::gain_db_min);

constexpr double never_speech = 1000;  // -60 dBFS
constexpr double above_pause = 6;      // 8 dB

constexpr std::size_t block_frames_max = 25;  // half a second
constexpr std::size_t blocks_needed = 2;      // before anything counts as speech
// A click is shorter, a fan or a tone longer: speech has a dip, at least between words.
constexpr std::size_t run_frames_min = 5;        // 100 ms
constexpr std::size_t run_frames_max = 50;       // 1 s
constexpr std::size_t speech_frames_min = 25;    // half a second, before the gain moves
constexpr std::size_t speech_frames_most = 150;  // 3 s: older speech counts little
constexpr double db_per_frame = 0.12;            // 6 dB in a second of speech
// A talker that was turned up and shouts is turned down at once.
const double shout_power = full_scale_power * std::pow(10.0, (Leveller::target_dbfs + 12.0) / 10.0);
constexpr double shout_db_per_frame = 1.5;
constexpr double audible_step_db = 1;  // in the middle of a word

double db_of(double power) {
  return 10.0 * std::log10(power / full_scale_power);
}

const voice::GainTable* table_of(int step) {
  static const std::vector<voice::GainTable> tables = [] {
    std::vector<voice::GainTable> all;
    for (int i = -steps; i <= steps; ++i) all.emplace_back(i * step_db);
    return all;
  }();
  return &tables[static_cast<std::size_t>(step + steps)];
}

}  // namespace

Leveller::Leveller() {
  (void)table_of(0);
}

voice::Frame Leveller::apply(const voice::Frame& frame, std::span<std::int16_t> spare) noexcept {
  const double db_before = std::exchange(applied_db_, gain_db());
  const voice::Frame applied = table_ == nullptr ? frame : table_->apply(frame, spare);
  if (std::abs(applied_db_ - db_before) < audible_step_db) return applied;
  voice::decode(applied, spare);
  voice::apply(voice::Ramp{voice::factor_of_db(db_before - applied_db_), 1}, spare);
  return {.ulaw = {}, .pcm = spare};
}

double Leveller::gain_db() const noexcept {
  return table_ == nullptr ? 0.0 : table_->db();
}

void Leveller::add(std::int64_t square_sum, std::size_t samples) noexcept {
  VOICE_ASSERT(samples != 0);
  const double heard = static_cast<double>(square_sum) / static_cast<double>(samples);
  const double power = heard / power_factor_;
  if (gain_db_ > 0 && heard > shout_power) set_gain(std::max(0.0, gain_db_ - shout_db_per_frame));
  follow_floor(power);
  const bool is_dip =
      run_frames_ != 0 && power * above_pause * static_cast<double>(run_frames_) < run_power_;
  if (is_dip || is_quiet(power)) return end_run();
  run_power_ += power;
  ++run_frames_;
}

bool Leveller::is_quiet(double power) const noexcept {
  if (power < never_speech || blocks_known_ < blocks_needed) return true;
  const double floor = *std::min_element(floors_.begin(), floors_.end());
  return power < above_pause * floor;
}

void Leveller::follow_floor(double power) noexcept {
  if (blocks_known_ == 0 && block_frames_ == 0) floors_.fill(power);
  floors_[block_] = block_frames_ == 0 ? power : std::min(floors_[block_], power);
  if (++block_frames_ < block_frames_max) return;
  block_frames_ = 0;
  block_ = (block_ + 1) % floor_blocks;
  blocks_known_ = std::min(blocks_known_ + 1, floor_blocks);
}

// The gain changes in the dip after a run, where it is heard least: the longer the run, the
// further.
void Leveller::end_run() noexcept {
  const std::size_t frames = std::exchange(run_frames_, 0);
  const double power = std::exchange(run_power_, 0.0);
  if (frames < run_frames_min || frames > run_frames_max) return;
  const std::size_t before = std::min(speech_frames_, speech_frames_most - run_frames_max);
  speech_power_ =
      (speech_power_ * static_cast<double>(before) + power) / static_cast<double>(before + frames);
  speech_frames_ = before + frames;
  if (speech_frames_ < speech_frames_min) return;
  const double wanted = std::clamp(target_dbfs - db_of(speech_power_), -gain_db_most, gain_db_most);
  const double most = db_per_frame * static_cast<double>(frames);
  set_gain(gain_db_ + std::clamp(wanted - gain_db_, -most, most));
}

void Leveller::set_gain(double db) noexcept {
  VOICE_ASSERT(db >= -gain_db_most && db <= gain_db_most);
  gain_db_ = db;
  const int step = static_cast<int>(std::lround(db / step_db));
  table_ = step == 0 ? nullptr : table_of(step);
  power_factor_ = std::pow(10.0, step * step_db / 10.0);
}

}  // namespace voiced
