// How a name looks: two names that people may take for one another have the same look. Follows UTS
// #39 §4, but ignores case and marks ("Ana", "ana" and "Aná" are one), because people do not see
// them, or do not expect them to tell two people apart. Covers what looks like
// Latin, Greek, Cyrillic and Armenian letters and digits (docs/adr/0038-names.md). Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace voice {

/// Two views of a name, because case hides a likeness and makes one: "I" looks like "l", and is the
/// capital of "i". Both are UTF-8.
struct NameLook {
  std::string as_written;     // its skeleton, then in lower case
  std::string in_lower_case;  // in lower case, then its skeleton

  [[nodiscard]] bool is_empty() const noexcept { return as_written.empty(); }
};

/// @param name as visible_name() makes it
[[nodiscard]] NameLook look_of(std::string_view name);

[[nodiscard]] inline bool is_alike(const NameLook& a, const NameLook& b) noexcept {
  return a.as_written == b.as_written || a.in_lower_case == b.in_lower_case;
}

/// Whether a word of it mixes Latin letters with letters of another script that look like Latin
/// ones: nobody writes like that except to deceive.
[[nodiscard]] bool mixes_scripts(std::string_view name);

/// Whether it contains a character that honest names do not have: a mark on a letter of another
/// script or on none, a format character, a private or an unassigned one (of Unicode 15.0).
[[nodiscard]] bool has_stray_characters(std::string_view name);

/// One of the two.
[[nodiscard]] inline bool is_deceptive(std::string_view name) {
  return mixes_scripts(name) || has_stray_characters(name);
}

}  // namespace voice
