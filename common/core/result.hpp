// One spelling for "a value or an error": tl::expected today, std::expected when C++23 is
// everywhere.
#pragma once

#include <tl/expected.hpp>

namespace voice {

template <class T, class E>
using expected = tl::expected<T, E>;

using tl::unexpected;

}  // namespace voice
