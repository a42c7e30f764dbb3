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

/// Whether the columns USER, ROLE and WIRE tell anything: somebody has an account, an invitation, a
/// certificate or encryption, or is not a speaker.
[[nodiscard]] bool has_identities(const std::vector<const Json*>& people);

/// A line of titles and one line for each of `people`.
/// @param width            of the terminal; 0: no limit
/// @param with_identities  with the columns USER, ROLE and WIRE: has_identities() of all people,
///                         also of those that are scrolled past, so that no column comes and goes
[[nodiscard]] std::vector<std::string> people_table(const std::vector<const Json*>& people,
                                                    std::size_t width, bool with_identities);

/// "M" microphone, "L" loudspeaker, "H" here: what is muted; and the gain, if there is one.
[[nodiscard]] std::string flags_of(const Json& participant);

}  // namespace voicectl
