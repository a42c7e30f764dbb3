// Completions for bash, zsh and fish, made from the declaration of the options.
#pragma once

#include "packaging/manual/facts.hpp"

#include <string>
#include <vector>

namespace voice::manual {

[[nodiscard]] std::string bash_completion(const Command& program);
[[nodiscard]] std::string zsh_completion(const Command& program);
[[nodiscard]] std::string fish_completion(const Command& program);

/// What a shell offers as a value.
enum class Offer { nothing, choices, files, live };
[[nodiscard]] Offer offer_for(const Value& value);

/// The first part of a help text: "jitter buffer in packets of 20 ms".
[[nodiscard]] std::string brief(const std::string& help);

/// `text` in single quotes, for a shell in which a quote between them is written as `escape`.
[[nodiscard]] std::string quoted(const std::string& text, const std::string& escape);

/// `text` with every occurrence of `what` replaced.
[[nodiscard]] std::string replaced(std::string text, const std::string& what,
                                   const std::string& by);

/// The options of a program and its commands whose value may be the next word.
[[nodiscard]] std::vector<std::string> flags_with_value(const Command& program);

}  // namespace voice::manual
