// Which marks belong to which script, and which characters belong to no name (Unicode 15.0: general
// category and Script_Extensions, UAX #24). Ranges are texts: the first and the last character of
// each, in order. They may include characters that visible_name() removes.
#pragma once

#include <span>
#include <string_view>

namespace voice {

struct ScriptMarks {
  std::u32string_view characters;  // ranges of those that it uses; also marks, and strays
  std::u32string_view marks;       // ranges
};

/// The scripts that have marks of their own; a mark may be in several of them.
[[nodiscard]] std::span<const ScriptMarks> script_marks() noexcept;

/// Ranges of all those marks.
[[nodiscard]] std::u32string_view marks_of_scripts() noexcept;

/// Ranges of format characters, private and unassigned ones, and marks that belong to no script but
/// are not drawn onto letters (is_combining). See tests/support/name_characters.cpp.
[[nodiscard]] std::u32string_view stray_characters() noexcept;

}  // namespace voice
