// How an answer gets back to the operator who sent the request: at once, or later, after something
// slow such as a write to the disk.
#pragma once

#include <functional>
#include <string>

namespace voiced {

/// Takes the answer, one line without its line feed. To be called once, on the mixer's thread. May
/// outlive the connection; the answer is then discarded.
using Reply = std::function<void(std::string answer)>;

}  // namespace voiced
