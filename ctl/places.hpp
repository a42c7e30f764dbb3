// Where voiced's socket may be (docs/control.md). Arguments and environment in, paths out.
#pragma once

#include "common/core/result.hpp"
#include "ctl/arguments.hpp"

#include <functional>
#include <string>
#include <vector>

namespace voicectl {

/// Looks up a variable; null when it is not set. std::getenv, except in tests.
using Environment = std::function<const char*(const char*)>;

/// Paths to try, in this order. Fails with an error message when --instance cannot be a name.
[[nodiscard]] voice::expected<std::vector<std::string>, std::string> socket_places(
    const Arguments& arguments, const Environment& environment);

}  // namespace voicectl
