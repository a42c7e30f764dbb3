#include "client/net/voice_choice.hpp"

#include "tests/support/catch.hpp"

using namespace voicecli;

namespace {

VoiceTasks automatic(bool input_is_card, bool output_is_card) {
  return tasks_of({Choice::automatic, Choice::automatic, Choice::automatic}, input_is_card,
                  output_is_card);
}

}  // namespace

TEST_CASE("auto cancels echo between cards, and removes noise from a card's voice",
          "[voice_choice]") {
  const bool can = has_voice_processing();
  CHECK(automatic(true, true).cancel_echo == can);
  CHECK(automatic(true, true).suppress_noise == can);
  CHECK_FALSE(automatic(true, false).cancel_echo);
  CHECK(automatic(true, false).suppress_noise == can);
  CHECK_FALSE(automatic(false, true).any());
  CHECK_FALSE(automatic(true, true).control_gain);
}

TEST_CASE("what the user has chosen is done whatever the devices are", "[voice_choice]") {
  const VoiceTasks all = tasks_of({Choice::on, Choice::on, Choice::on}, false, false);
  CHECK(all.cancel_echo == has_voice_processing());
  CHECK(all.suppress_noise == has_voice_processing());
  CHECK(all.control_gain == has_voice_processing());
  CHECK_FALSE(tasks_of({Choice::off, Choice::off, Choice::off}, true, true).any());
}

TEST_CASE("a program has a voice processor exactly if it says so", "[voice_choice]") {
  CHECK((make_voice_processor(16000, {.cancel_echo = true}) != nullptr) == has_voice_processing());
}

TEST_CASE("a choice is one of three words", "[voice_choice]") {
  CHECK(choice_named("auto") == Choice::automatic);
  CHECK(choice_named("on") == Choice::on);
  CHECK(choice_named("off") == Choice::off);
  CHECK_FALSE(choice_named("yes"));
}
