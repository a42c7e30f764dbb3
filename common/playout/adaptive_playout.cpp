#include "common/playout/adaptive_playout.hpp"

#include "common/playout/sound_view.hpp"

#include <algorithm>
#include <utility>

namespace voice {
namespace {

constexpr std::size_t fade_ms = 5;
// How much more a cut may remove, so that it ends at a quiet place.
constexpr std::size_t cut_search_ms = 60;
// If more than this is missing at once, the source has restarted.
constexpr std::size_t hole_max_ms = 1000;
// So much of a hole that is not held in full is concealed, so that no sound ends or begins hard.
constexpr std::size_t hole_min_ms = 10;
constexpr std::size_t listen_ms = 5;

// While there is too much delay, speech is played faster by at least this much, and by more if that
// is needed to be back within about four seconds. Pauses are cut as well.
constexpr std::int32_t speed_min_per_mille = 160;
constexpr std::int32_t speed_max_per_mille = 650;
constexpr std::ptrdiff_t back_within_ms = 3500;
// At most this much is left out where a talk spurt begins.
constexpr std::size_t silence_skip_max_ms = 100;

}  // namespace

AdaptivePlayout::AdaptivePlayout(PacketQueue& queue, AdaptiveHot& hot, AdaptiveLimits limits,
                                 PlayoutCommons* commons)
    : queue_(queue),
      hot_(hot),
      commons_(commons),
      format_(queue.format()),
      control_(queue.format(), limits.standing_max),
      concealment_(queue.format()),
      past_(memory_of(commons), concealment_.history_samples() + seam_samples()) {
  hot_.room = 1;  // it does not pause
  set_limits(limits);
}

void AdaptivePlayout::set_limits(AdaptiveLimits limits) {
  VOICE_ASSERT(limits.catch_up_max >= catch_up_min && limits.catch_up_max <= catch_up_most);
  control_.set_standing_max(limits.standing_max);
  // Sound accepted under the old limit is still played: it may have waited longer than the new one.
  wait_max_ = limits.catch_up_max + late_tick_max;
  if (!pauses()) hot_.room = most();
  if (queue_.size() > most()) drop(queue_.size() - most());
  kept_until_ = queue_.position() + queue_.size();
  hot_.wait_max = queue_.empty() ? wait_max_ : std::max(wait_max_, hot_.wait_max);
  has_wide_groups_ = hot_.wait_max != wait_max_;
  const std::size_t kept = concealment_.history_samples() * queue_.sample_bytes();
  // Two packets more than is ever held: a full ring turns, and is not straightened at every packet.
  const std::size_t slack = 2 * packet_frames_max * queue_.frame_bytes();
  queue_.reserve(most() + kept + slack, kept, wait_max_ / (ArrivalTimes::groups_max - 2));
  settle();
}

std::size_t AdaptivePlayout::seam_samples() const noexcept {
  return milliseconds(fade_ms);
}

std::size_t AdaptivePlayout::milliseconds(std::size_t count) const noexcept {
  return static_cast<std::size_t>(format_.rate_hz()) * count / 1000;
}

void AdaptivePlayout::pause() noexcept {
  hot_.room = 0;
  if (state_ == State::waiting) return;
  play_out();
  settle();
}

// No beat ends while what is held sinks: it has been played long before that many ticks.
void AdaptivePlayout::play_out() noexcept {
  hot_.beat_left = INT16_MAX;
  control_.pause(queue_.fill_samples());
  set_speed();
}

void AdaptivePlayout::end_pause() noexcept {
  hot_.room = most();
  hot_.low = SIZE_MAX;
  hot_.beat_left = DelayControl::beat_ticks;
  if (state_ == State::waiting) return;
  if (state_ == State::concealing) {
    // Nothing was missing. The noise continues until the spurt is due.
    state_ = State::waiting;
    is_noisy_ = true;
    concealed_ = 0;
  } else {
    // Less is held now, because the pause was shorter than the delay.
    control_.begin();
  }
  settle();
}

Insert AdaptivePlayout::insert(Bytes payload, std::size_t missing, TimePoint now) noexcept {
  if (pauses() && !payload.empty()) end_pause();
  expire(now);
  ++queue_.counters().packets;
  payload = queue_.accept(payload);
  if (missing != 0) insert_hole(missing, now);
  const std::size_t wanted = queue_.size() + payload.size();
  const bool fits = wanted <= most();
  if (!fits) drop(wanted - most());
  queue_.append(payload, now);
  return fits ? Insert::accepted : Insert::overflow;
}

// A hole keeps the timing of the sound after it. Time that has passed already, because nothing or a
// substitute was played, is not held again.
void AdaptivePlayout::insert_hole(std::size_t missing, TimePoint now) noexcept {
  std::size_t samples = queue_.samples(missing);
  bool fits = samples <= milliseconds(hole_max_ms);
  if (queue_.empty()) {
    if (state_ == State::waiting || !fits) return;
    if (state_ == State::concealing) {
      const std::size_t passed = std::min(samples, concealed_);
      samples -= passed;
      corrected(-static_cast<std::ptrdiff_t>(passed));
    }
  }
  fits = fits && queue_.size() + samples * queue_.sample_bytes() <= most();
  if (!fits) samples = milliseconds(hole_min_ms);
  const std::size_t bytes = samples * queue_.sample_bytes();
  if (samples == 0 || queue_.size() + bytes > most()) return;
  const auto begin = static_cast<std::uint32_t>(queue_.position() + queue_.size());
  // A concealment that is under way continues in the hole.
  if (state_ == State::concealing && queue_.empty()) hole_begun_ = true;
  queue_.append_silence(bytes, now);
  const std::uint32_t end = begin + static_cast<std::uint32_t>(bytes);
  // If there are too many, the sound before the last one is lost, too.
  if (hole_count_ == holes_max) {
    holes_.back().end = end;
  } else {
    holes_[hole_count_++] = {begin, end};
  }
  settle();
}

// Drops at least `bytes`, up to a quiet place; the next frame fades over the cut.
void AdaptivePlayout::drop(std::size_t bytes) noexcept {
  const std::size_t count = quietest(queue_.samples(bytes + queue_.sample_bytes() - 1));
  if (!seam_ && state_ == State::playing && queue_.fill_samples() >= seam_samples()) {
    take_past();
    decode_held(queue_, 0, seam_from());
    seam_ = true;
  }
  ++queue_.counters().overflows;
  queue_.counters().dropped_samples += count;
  advance(count);
  whole_since_ = queue_.position();
  corrected(-static_cast<std::ptrdiff_t>(count));
  settle();
}

// The quietest place soon after `from`.
std::size_t AdaptivePlayout::quietest(std::size_t from) const noexcept {
  std::array<std::int16_t, sound_view_max> room;
  const auto piece = std::span{room}.first(seam_samples());
  const std::size_t until = from + milliseconds(cut_search_ms);
  std::size_t best = from;
  double lowest = 0;
  for (std::size_t at = from; at < until; at += piece.size()) {
    if (at + piece.size() > queue_.fill_samples()) break;
    decode_held(queue_, at, piece);
    const double power = mean_power(piece);
    if (at == from || power < lowest) {
      lowest = power;
      best = at;
    }
  }
  VOICE_ASSERT(best <= queue_.fill_samples());
  return best;
}

// Drops sound that has waited too long, because the process was stopped or the card asked for
// nothing.
void AdaptivePlayout::drop_old(TimePoint now) noexcept {
  while (!queue_.empty() && now - queue_.oldest_arrival() > hot_.wait_max) {
    const std::size_t count = queue_.samples(queue_.oldest_group());
    queue_.counters().expired_samples += count;
    advance(count);
  }
  state_ = State::waiting;
  seam_ = hole_over_ = false;
  settle();
}

// The first sample of a talk spurt is due when it has waited for the goal, or when so much has come
// with it that it must have waited elsewhere.
bool AdaptivePlayout::is_due(std::size_t frame, TimePoint now) const noexcept {
  if (queue_.empty()) return false;
  const auto wanted = static_cast<std::size_t>(control_.goal());
  if (queue_.fill_samples() >= wanted + frame) return true;
  // Packets come at any time between two ticks, half a frame from one of them on average.
  const std::size_t early = control_.step() > 1 ? 0 : std::min(wanted, frame / 2);
  return now - queue_.oldest_arrival() >= format_.duration(wanted - early);
}

// A talker who pauses sends what came shortly before a word with the word. What is silence of that
// would only delay the rest of the spurt.
void AdaptivePlayout::skip_quiet(std::size_t frame) noexcept {
  const std::size_t wanted = static_cast<std::size_t>(control_.goal()) + frame;
  std::size_t surplus = queue_.fill_samples() - std::min(wanted, queue_.fill_samples());
  surplus = std::min(surplus, milliseconds(silence_skip_max_ms));
  if (surplus == 0 || hole_count_ != 0) return;
  const std::size_t quiet = quiet_run(surplus);
  const std::size_t cut = quiet - quiet % static_cast<std::size_t>(control_.step());
  queue_.counters().sped_up_samples += cut;
  advance(cut);
}

void AdaptivePlayout::begin() noexcept {
  state_ = State::playing;
  whole_since_ = queue_.position();
  begins_ = true;
  seam_ = false;
  hole_over_ = false;
  speed_ = credit_ = 0;
  control_.begin();
  hot_.low = SIZE_MAX;
  hot_.beat_left = DelayControl::beat_ticks;
  // All that it says is already here.
  if (pauses()) play_out();
  ++queue_.counters().primed;
}

bool AdaptivePlayout::take(std::span<std::int16_t> out, TimePoint now) noexcept {
  expire(now);
  if (state_ == State::waiting) {
    if (!is_due(out.size(), now)) return is_noisy_ && comfort(out);
    skip_quiet(out.size());
    begin();
  }
  const bool enough = queue_.fill_samples() >= out.size();
  if (enough) {
    play(out);
  } else if (state_ == State::concealing) {
    // Less than a frame, and nothing has come in the meantime to complete it.
    const bool is_rest =
        !queue_.empty() && hole_count_ == 0 && now - queue_.oldest_arrival() >= frame_duration;
    is_rest ? play_rest(out) : conceal(out);
  } else {
    run_dry(out);
  }
  settle();
  // The end of a talk spurt says nothing about the network.
  if (hot_.taken(queue_.size()) && state_ != State::waiting) beat();
  return true;
}

void AdaptivePlayout::beat() noexcept {
  VOICE_ASSERT(hot_.beat_left == 0);
  if (hot_.wait_max != wait_max_ && queue_.position() >= kept_until_) end_kept();
  const auto low = static_cast<std::ptrdiff_t>(queue_.samples(hot_.low));
  hot_.low = SIZE_MAX;
  hot_.beat_left = DelayControl::beat_ticks;
  const bool window_over = control_.beat(low, state_ == State::concealing);
  if (hot_.is_calm && control_.surplus() == 0 && !window_over) return;
  set_speed();
  if (window_over && state_ == State::playing) listen();
  settle();
}

// It does not fall before the surplus is gone.
void AdaptivePlayout::set_speed() noexcept {
  if (control_.surplus() <= 0) {
    speed_ = 0;
    return;
  }
  const std::ptrdiff_t surplus_ms = control_.surplus() * 1000 / format_.rate_hz();
  const auto wanted = static_cast<std::int32_t>(surplus_ms * 1000 / back_within_ms);
  speed_ = std::clamp(wanted, std::max(speed_, speed_min_per_mille), speed_max_per_mille);
}

// What was held when the limit was lowered has been played. What came with it may still be in
// groups of arrival so long that its age cannot be told.
void AdaptivePlayout::end_kept() noexcept {
  if (std::exchange(has_wide_groups_, false)) {
    kept_until_ = queue_.position() + queue_.size();
  } else {
    hot_.wait_max = wait_max_;
  }
}

// Measures the noise floor twice a second, in what was played last.
void AdaptivePlayout::listen() noexcept {
  if (queue_.samples(queue_.played()) >= milliseconds(listen_ms)) noise_.add(power_played());
}

// Mean square of the last 5 ms, or of what there is.
double AdaptivePlayout::power_played() const noexcept {
  std::array<std::int16_t, sound_view_max> room;
  const std::size_t known = queue_.samples(queue_.played());
  const auto heard = std::span{room}.first(std::min(known, milliseconds(listen_ms)));
  decode_played(queue_, heard);
  return mean_power(heard);
}

void AdaptivePlayout::advance(std::size_t samples) noexcept {
  queue_.advance(samples * queue_.sample_bytes());
  while (hole_count_ != 0 && ahead(holes_.front().end) <= 0) {
    std::copy(holes_.begin() + 1, holes_.end(), holes_.begin());
    --hole_count_;
    hole_begun_ = false;
  }
}

// Takes a correction into account as if it had been made before the last ticks.
void AdaptivePlayout::corrected(std::ptrdiff_t samples) noexcept {
  control_.corrected(samples);
  if (hot_.low == SIZE_MAX) return;
  const auto low = static_cast<std::ptrdiff_t>(hot_.low) +
                   samples * static_cast<std::ptrdiff_t>(queue_.sample_bytes());
  hot_.low = static_cast<std::size_t>(std::max<std::ptrdiff_t>(low, 0));
}

void AdaptivePlayout::settle() noexcept {
  hot_.is_calm = state_ == State::playing && control_.surplus() == 0 && !begins_ && !seam_ &&
                 !hole_over_ && hole_count_ == 0;
  if (!needs_past()) past_.give_back();
}

}  // namespace voice
