// The voice processing that the user wants, and what that means for the devices in use.
#pragma once

#include "client/voice/voice_processor.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

namespace voicecli {

enum class Choice : std::uint8_t { automatic, on, off };

/// "auto", "on" or "off"; none for any other word.
[[nodiscard]] std::optional<Choice> choice_named(std::string_view word) noexcept;

struct VoiceChoice {
  Choice echo_cancel = Choice::off;
  Choice noise_suppression = Choice::off;
  Choice auto_gain = Choice::off;
};

/// Choice::automatic cancels echo between two sound cards, and suppresses noise that a sound card
/// has recorded. Files and pipes may carry anything, so it leaves them as they are. No tasks in a
/// program that was built without voice processing.
[[nodiscard]] VoiceTasks tasks_of(const VoiceChoice& choice, bool input_is_card,
                                  bool output_is_card) noexcept;

}  // namespace voicecli
