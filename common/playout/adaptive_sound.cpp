// The half of AdaptivePlayout that makes the sound of a frame.
#include "common/audio/cross_fade.hpp"
#include "common/playout/adaptive_playout.hpp"
#include "common/playout/sound_view.hpp"

#include <algorithm>
#include <utility>

namespace voice {
namespace {

constexpr std::size_t fade_ms = 5;
constexpr std::size_t block_ms = 5;
// Silence shorter than this is not cut.
constexpr std::size_t silence_cut_min_ms = 5;
constexpr std::size_t silence_scan_max_ms = 1000;

// If two pitch periods are this much alike, nobody hears that one is removed or repeated.
constexpr float alike = 0.9F;
// If there is much to catch up with, or the stream is about to run dry, this will do.
constexpr float alike_in_need = 0.6F;
constexpr std::int32_t speed_of_need_per_mille = 200;
constexpr std::size_t nearly_dry_ms = 5;
// A period may be longer than the wanted correction by this much.
constexpr std::size_t put_in_overshoot_ms = 5;
constexpr std::size_t take_out_overshoot_ms = 2;
constexpr std::uint8_t ticks_between_repeats = 3;
// If no two periods were alike, none will be a moment later.
constexpr std::uint8_t ticks_between_searches = 4;
constexpr std::uint8_t failures_max = 40;
constexpr float alike_at_last = 0.2F;
// After this many failures because periods were too long, a period that is too long will do.
constexpr std::uint8_t failures_of_put_in = 10;

}  // namespace

void AdaptivePlayout::play(Sound out) noexcept {
  VOICE_ASSERT(queue_.fill_samples() >= out.size());
  const bool resumes = state_ == State::concealing;
  // A concealment that is under way goes on in a hole, and otherwise ends here.
  if (resumes && !is_in_hole()) {
    hole_over_ = true;
    whole_since_ = queue_.position();
  }
  state_ = State::playing;
  const auto length = static_cast<std::int32_t>(out.size());
  const auto credit_max = static_cast<std::int32_t>(range().lag_max);
  credit_ = std::min(credit_ + length * speed_ / 1000, credit_max);
  std::size_t done = 0;
  if (control_.surplus() < 0 && !resumes) done = put_in(out);
  if (control_.surplus() == 0 && !resumes && control_.step() > 1) done += align(out.subspan(done));
  while (done < out.size()) {
    const auto rest = out.subspan(done);
    if (is_in_hole()) lead_in(out.first(done));
    std::size_t made = fill_hole(rest);
    if (made == 0 && control_.surplus() > 0 && !resumes) made = take_out(rest);
    if (made == 0) made = copy(rest);
    VOICE_ASSERT(made != 0);
    done += made;
  }
  lead_in(out);
  if (resumes) {
    queue_.counters().concealed_samples += concealed_;
    concealed_ = 0;
  }
  if (rest_ticks_ != 0) --rest_ticks_;
}

// Fades over a cut, or from silence.
void AdaptivePlayout::lead_in(Sound out) noexcept {
  if (out.empty()) return;
  const auto first = out.first(std::min(seam_samples(), out.size()));
  if (seam_) cross_fade(seam_from().first(first.size()), first, first);
  if (begins_ && is_noisy_) {
    concealment_.end(first);
  } else if (begins_ && !noise_.is_quiet(mean_power(first))) {
    fade_in(first);
  }
  seam_ = begins_ = is_noisy_ = false;
}

// Plays the sound unchanged, up to the next hole.
std::size_t AdaptivePlayout::copy(Sound out) noexcept {
  const std::size_t count = hole_count_ == 0 ? out.size() : std::min(out.size(), before_hole());
  const auto made = out.first(count);
  decode_held(queue_, 0, made);
  if (std::exchange(hole_over_, false)) {
    concealment_.end(made);
    replace_held(queue_, 0, made);
  }
  advance(count);
  return count;
}
// is heard takes the place of what came: if there is another hole soon, it is concealed from that.
// While there is surplus delay, a hole is cut, perhaps all of it; then the next one is tried. What
// is heard takes the hole's place: if there is another soon, it is concealed from that.
std::size_t AdaptivePlayout::fill_hole(Sound out) noexcept {
  while (is_in_hole()) {
    if (!hole_begun_) begin_concealment();
    const auto bytes = static_cast<std::size_t>(ahead(holes_.front().end));
    std::size_t held = queue_.samples(bytes);
    const std::ptrdiff_t surplus = std::max<std::ptrdiff_t>(control_.surplus(), 0);
    const std::size_t spare = queue_.fill_samples() - out.size();
    const std::size_t cut = std::min({held, static_cast<std::size_t>(surplus), spare});
    held -= cut;
    const std::size_t count = std::min(held, out.size());
    concealment_.extend(out.first(count));
    replace_held(queue_, cut, out.first(count));
    if (cut != 0) whole_since_ = queue_.position() + cut * queue_.sample_bytes();
    hole_begun_ = true;
    hole_over_ = count == held;
    advance(cut + count);
    if (cut != 0) corrected(-static_cast<std::ptrdiff_t>(cut));
    queue_.counters().concealed_samples += count;
    if (count != 0) return count;
  }
  return 0;
}

// Adds a pitch period: repeats what was played last, with a cross-fade from what comes next.
std::size_t AdaptivePlayout::put_in(Sound out) noexcept {
  if (rest_ticks_ != 0 || hole_over_ || before_hole() < range().window) return 0;
  const std::size_t before = range().lag_max;
  if (queue_.samples(queue_.played()) < before || out.size() < range().window) return 0;
  std::array<std::int16_t, sound_view_max> room;
  const auto sound = std::span{room}.first(before + range().window);
  decode_played(queue_, sound.first(before));
  decode_held(queue_, 0, sound.subspan(before));
  const auto shortage = static_cast<std::size_t>(std::max<std::ptrdiff_t>(-control_.surplus(), 0));
  const bool in_need = queue_.fill_samples() < out.size() + milliseconds(nearly_dry_ms);
  // If packets are late by more than one frame, too much delay is better than too little.
  const auto packet = static_cast<std::ptrdiff_t>(out.size());
  const bool is_exact = !in_need && control_.lateness() <= packet;
  // In a pause, any piece is like any other, so a piece of any length will do.
  std::size_t period =
      is_exact ? std::clamp(shortage, range().lag_min, range().lag_max) : range().lag_max;
  if (!noise_.is_quiet(mean_power(sound))) {
    if (!may_search()) return 0;
    const Period found = period_before(sound, before, range());
    const bool is_too_long = found.samples > shortage + milliseconds(put_in_overshoot_ms);
    const bool is_passed_over = is_too_long && is_exact && failures_ < failures_of_put_in;
    if (is_passed_over) ++failures_;
    if (found.likeness < (in_need ? alike_in_need : alike) || is_passed_over) {
      rest_ticks_ = 1;
      return 0;
    }
    period = found.samples;
  }
  cross_fade(sound.subspan(before, period), sound.subspan(before - period, period),
             out.first(period));
  corrected(static_cast<std::ptrdiff_t>(period));
  queue_.counters().stretched_samples += period;
  failures_ = 0;
  rest_ticks_ = ticks_between_repeats;
  return period;
}

// Removes silence first, as much as there is; otherwise a pitch period.
std::size_t AdaptivePlayout::take_out(Sound out) noexcept {
  if (hole_over_) return 0;
  const std::size_t made = take_out_silence(out);
  return made != 0 ? made : take_out_period(out);
}

std::size_t AdaptivePlayout::take_out_silence(Sound out) noexcept {
  const std::size_t fade = std::min(milliseconds(fade_ms), out.size());
  const auto surplus = static_cast<std::size_t>(control_.surplus());
  const std::size_t spare = queue_.fill_samples() - out.size();
  const std::size_t most = std::min({surplus, spare, milliseconds(silence_scan_max_ms)});
  const std::size_t quiet = quiet_run(std::min(most + fade, before_hole()));
  if (quiet < fade + milliseconds(silence_cut_min_ms)) return 0;
  splice(out.first(fade), std::min(quiet - fade, most));
  return fade;
}

// Leaves out `cut` samples: fades from what is held to what comes after them.
void AdaptivePlayout::splice(Sound out, std::size_t cut) noexcept {
  std::array<std::int16_t, sound_view_max> room;
  const auto after = std::span{room}.first(out.size());
  decode_held(queue_, 0, out);
  decode_held(queue_, cut, after);
  cross_fade(out, after, out);
  advance(cut + out.size());
  corrected(-static_cast<std::ptrdiff_t>(cut));
  queue_.counters().sped_up_samples += cut;
}

// After a correction, a frame consists of pieces of two packets. In a pause, where nothing can be
// heard of it, frames are made whole packets again.
std::size_t AdaptivePlayout::align(Sound out) noexcept {
  const auto packet = static_cast<std::size_t>(control_.step());
  const std::size_t over = queue_.fill_samples() % packet;
  if (over == 0 || hole_over_ || rest_ticks_ != 0) return 0;
  const std::size_t fade = milliseconds(fade_ms), block = milliseconds(block_ms);
  const bool is_cut = 2 * over <= packet;
  const std::size_t change = is_cut ? over : packet - over;
  const std::size_t heard = (change + fade + block - 1) / block * block;
  if (out.size() < change + fade || queue_.samples(queue_.played()) < change) return 0;
  if (before_hole() < heard || quiet_run(heard) < heard) return 0;
  if (is_cut) {
    splice(out.first(fade), change);
    return fade;
  }
  std::array<std::int16_t, sound_view_max> room;
  const auto sound = std::span{room}.first(2 * change);
  decode_played(queue_, sound.first(change));
  decode_held(queue_, 0, sound.subspan(change));
  cross_fade(sound.subspan(change), sound.first(change), out.first(change));
  corrected(static_cast<std::ptrdiff_t>(change));
  queue_.counters().stretched_samples += change;
  return change;
}

// How many of the next `most` samples are a pause.
std::size_t AdaptivePlayout::quiet_run(std::size_t most) const noexcept {
  std::array<std::int16_t, sound_view_max> room;
  most = std::min(most, queue_.fill_samples());
  const std::size_t block = milliseconds(block_ms);
  std::size_t quiet = 0;
  while (quiet + block <= most) {
    const auto piece = std::span{room}.first(block);
    decode_held(queue_, quiet, piece);
    if (!noise_.is_quiet(mean_power(piece))) break;
    quiet += block;
  }
  return quiet;
}

std::size_t AdaptivePlayout::take_out_period(Sound out) noexcept {
  const std::size_t seen = range().lag_max + range().window;
  if (credit_ <= 0 || rest_ticks_ != 0 || queue_.fill_samples() < out.size() + seen) return 0;
  if (before_hole() < seen || !may_search()) return 0;
  std::array<std::int16_t, sound_view_max> room;
  const auto sound = std::span{room}.first(seen);
  decode_held(queue_, 0, sound);
  const Period found = period_after(sound, 0, range());
  const std::size_t period = found.samples;
  const auto wanted =
      static_cast<std::size_t>(control_.surplus()) + milliseconds(take_out_overshoot_ms);
  if (found.likeness < alike_enough() || period > wanted || period > out.size()) {
    if (failures_ < failures_max) ++failures_;
    rest_ticks_ = speed_ >= speed_of_need_per_mille ? 0 : ticks_between_searches;
    return 0;
  }
  failures_ = 0;
  cross_fade(sound.first(period), sound.subspan(period, period), out.first(period));
  advance(2 * period);
  corrected(-static_cast<std::ptrdiff_t>(period));
  credit_ -= static_cast<std::int32_t>(period);
  queue_.counters().sped_up_samples += period;
  return period;
}

// Each failure lowers what is required, so that delay is removed even from sound without a pitch.
float AdaptivePlayout::alike_enough() const noexcept {
  const float at_first = speed_ >= speed_of_need_per_mille ? alike_in_need : alike;
  return at_first - (at_first - alike_at_last) * static_cast<float>(failures_) / failures_max;
}

// Plays what there is, with a pitch period added if that is enough, and conceals the rest.
void AdaptivePlayout::run_dry(Sound out) noexcept {
  VOICE_ASSERT(queue_.fill_samples() < out.size());
  rest_ticks_ = 0;
  std::size_t done = queue_.fill_samples() < range().window ? 0 : put_in(out);
  while (done < out.size() && !queue_.empty()) {
    const auto rest = out.subspan(done, std::min(queue_.fill_samples(), out.size() - done));
    if (is_in_hole()) lead_in(out.first(done));
    const std::size_t made = fill_hole(rest);
    done += made != 0 || queue_.empty() ? made : copy(rest);
  }
  lead_in(out.first(done));
  if (done == out.size()) return;
  const auto rest = out.subspan(done);
  const bool goes_on = std::exchange(hole_over_, false);
  if (pauses()) return end_spurt(rest);
  if (!goes_on) begin_concealment();
  state_ = State::concealing;
  ++queue_.counters().underflows;
  concealed_ = 0;
  conceal(rest);
}

void AdaptivePlayout::begin_concealment() noexcept {
  std::array<std::int16_t, sound_view_max> room;
  const auto heard = static_cast<std::size_t>(
      std::min<std::uint64_t>(queue_.position() - whole_since_, queue_.played()));
  const std::size_t known = std::min(queue_.samples(heard), concealment_.history_samples());
  const auto played = std::span{room}.first(known);
  decode_played(queue_, played);
  take_past();
  concealment_.begin(played, noise_.power());
}

// The end was announced: nothing is late or lost. Usually what was played last is already a pause,
// and its noise continues; if it was silence, that does. Sound that was cut off is faded out.
void AdaptivePlayout::end_spurt(Sound out) noexcept {
  state_ = State::waiting;
  is_noisy_ = true;
  const double power = power_played();
  noise_.add_pause(power);
  if (noise_.is_quiet(power)) {
    concealment_.begin_pause(std::min(noise_.power(), power));
  } else {
    begin_concealment();
  }
  comfort(out);
}

// Continues the noise of the pause. The next spurt begins when it is due, as after silence.
bool AdaptivePlayout::comfort(Sound out) noexcept {
  VOICE_ASSERT(state_ == State::waiting && is_noisy_);
  concealment_.extend(out);
  is_noisy_ = !concealment_.is_silent();
  if (!is_noisy_) settle();
  return true;
}

// Less than a frame of sound, which came during a concealment: plays it, and conceals what follows.
void AdaptivePlayout::play_rest(Sound out) noexcept {
  const auto rest = out.first(queue_.fill_samples());
  VOICE_ASSERT(rest.size() < out.size());
  decode_held(queue_, 0, rest);
  whole_since_ = queue_.position();
  advance(rest.size());
  concealment_.end(rest);
  queue_.counters().concealed_samples += concealed_;
  concealed_ = 0;
  begin_concealment();
  conceal(out.subspan(rest.size()));
}

// When a concealment has faded to silence, the stream is taken to be over: usually the end of a
// talk spurt.
void AdaptivePlayout::conceal(Sound out) noexcept {
  concealment_.extend(out);
  concealed_ += out.size();
  corrected(static_cast<std::ptrdiff_t>(out.size()));
  // If a piece of a frame has just come, it begins a talk spurt of its own.
  if (concealment_.is_silent()) state_ = State::waiting;
}

}  // namespace voice
