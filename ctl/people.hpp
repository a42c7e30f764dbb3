// The table of all participants, for `list` and `watch`. An answer in, lines out.
#pragma once

#include "ctl/answer.hpp"

#include <cstdint>
#include <vector>

namespace voicectl {

enum class Order : std::uint8_t { number, talking, name };

/// Participants in this order, equal ones by number, so that rows do not move without reason.
/// Pointers into `answer`, the answer to `list`.
[[nodiscard]] std::vector<const Json*> people_in(const Json& answer, Order order);

/// A line of titles and one line for each of `people`.
/// @param width  of the terminal; 0: no limit
[[nodiscard]] std::vector<std::string> people_table(const std::vector<const Json*>& people,
                                                    std::size_t width);

/// "M" microphone, "L" loudspeaker, "H" here: what is muted; and the gain, if there is one.
[[nodiscard]] std::string flags_of(const Json& participant);

}  // namespace voicectl
