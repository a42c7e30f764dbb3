// The score by which ./bench.sh --sound judges speech: it must notice what a listener hears, and
// nothing else.
#include "tests/bench/sound/score.hpp"

#include "tests/bench/sound/speech.hpp"
#include "tests/support/catch.hpp"

#include <algorithm>

namespace {

constexpr std::size_t frame = 160;
constexpr int rate_hz = 8000;

using Sound = std::vector<std::int16_t>;

double score_of(const Sound& said, const Sound& heard, std::size_t shift = 0) {
  bench::Score score(said, rate_hz);
  for (std::size_t at = 0; at + frame + shift <= heard.size(); at += frame) {
    score.heard(std::span{heard}.subspan(at + shift, frame), at);
  }
  return score.value();
}

}  // namespace

TEST_CASE("speech that is heard unchanged has the highest score", "[sound_score]") {
  const Sound said = bench::speech(rate_hz, 8);

  CHECK(score_of(said, said) > 4.999);
  CHECK(bench::Score(said, rate_hz).value() == 5);
}

TEST_CASE("silence in place of speech has the lowest score", "[sound_score]") {
  const Sound said = bench::speech(rate_hz, 8);
  bench::Score nothing_heard(said, rate_hz);
  nothing_heard.lost(0, said.size());

  CHECK(nothing_heard.value() == 1);
  CHECK(score_of(said, Sound(said.size())) < 2.6);
  CHECK(score_of(said, bench::speech(rate_hz, 8, 99)) < 2.6);
}

TEST_CASE("the score falls as more is missing", "[sound_score]") {
  const Sound said = bench::speech(rate_hz, 20);
  double before = 5;
  for (const std::size_t every : {100U, 25U, 10U, 4U}) {
    Sound heard = said;
    for (std::size_t at = 0; at + frame <= heard.size(); at += every * frame) {
      std::fill_n(heard.begin() + static_cast<std::ptrdiff_t>(at), frame, std::int16_t{0});
    }
    const double score = score_of(said, heard);
    CHECK(score < before - 0.1);
    before = score;
  }
  CHECK(before < 3.4);
}

TEST_CASE("a click lowers the score, and a shift of a millisecond does not", "[sound_score]") {
  const Sound said = bench::speech(rate_hz, 20);
  Sound clicks = said;
  for (std::size_t at = 100; at < clicks.size(); at += 10 * frame) clicks[at] = 32000;

  CHECK(score_of(said, clicks) < 4.2);
  CHECK(score_of(said, said, 8) > 4.45);
}

TEST_CASE("pauses do not count", "[sound_score]") {
  const Sound said(8000, 50);
  bench::Score score(said, rate_hz);
  for (std::size_t at = 0; at < said.size(); at += frame) score.heard(Sound(frame), at);
  score.lost(0, said.size());

  CHECK(score.value() == 5);
}
