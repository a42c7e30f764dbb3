#include "client/net/voice_choice.hpp"

namespace voicecli {
namespace {

bool decide(Choice choice, bool automatic) noexcept {
  return choice == Choice::on || (choice == Choice::automatic && automatic);
}

}  // namespace

std::optional<Choice> choice_named(std::string_view word) noexcept {
  if (word == "auto") return Choice::automatic;
  if (word == "on") return Choice::on;
  if (word == "off") return Choice::off;
  return std::nullopt;
}

VoiceTasks tasks_of(const VoiceChoice& choice, bool input_is_card, bool output_is_card) noexcept {
  if (!has_voice_processing()) return {};
  return {decide(choice.echo_cancel, input_is_card && output_is_card),
          decide(choice.noise_suppression, input_is_card), decide(choice.auto_gain, false)};
}

}  // namespace voicecli
