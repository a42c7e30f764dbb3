// How an answer gets back to the operator who asked: at once, or later when something has been done
// elsewhere, such as a write to the disk.
#pragma once

#include <functional>
#include <string>

namespace voiced {

/// Takes the answer, one line without its line feed. To be called once, on the mixer's thread. May
/// outlive the connection: then the answer goes nowhere.
using Reply = std::function<void(std::string answer)>;

}  // namespace voiced
