// Adds what the declaration of the options says to a manual page that people have written.
#pragma once

#include "common/core/result.hpp"
#include "packaging/manual/facts.hpp"

#include <string>
#include <string_view>

namespace voice::manual {

/// A list of options, for mdoc(7).
[[nodiscard]] std::string options_list(const std::vector<Option>& options);

/// A list of the commands, each with its arguments and options.
[[nodiscard]] std::string commands_list(const std::vector<Command>& commands);

/// The settings of a configuration file: the comments of the file that is shipped, which are
/// written for its reader, each followed by what the declaration says. Fails with the reason if the
/// file does not agree with the declarations: other keys, another default, a comment that leaves
/// out the range, a choice, or when the setting takes effect ("At restart.", "New connections
/// only."; without a note: at once).
[[nodiscard]] expected<std::string, std::string> settings_list(const Command& program,
                                                               const std::string& shipped_file);

/// What a page does not have is empty.
struct PageParts {
  std::string options = {}, commands = {}, settings = {};
};

/// Replaces the lines @options@, @commands@ and @settings@. Fails when one of them is unknown or
/// there is nothing to put there.
[[nodiscard]] expected<std::string, std::string> fill(const std::string& page,
                                                      const PageParts& parts);

}  // namespace voice::manual
