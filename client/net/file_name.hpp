// Names for the files of one run: a second call at another rate must not overwrite what the first
// recorded.
#pragma once

#include <string>
#include <string_view>

namespace voicecli {

/// The file for the `part`-th rate of a run: "call.wav", "call-2.wav", "call-3.wav", … Names that
/// do not end in
/// ".wav" (sound cards, "-", "null") stay as they are.
[[nodiscard]] std::string file_name_of_part(std::string_view name, int part);

}  // namespace voicecli
