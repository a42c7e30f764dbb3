// The end of a file that a WriteLedger keeps track of: what is not on disk yet gets a last attempt.
#pragma once

#include "server/app/write_ledger.hpp"

#include <chrono>
#include <functional>

namespace voiced {

/// Waits for the write under way. If the last version is then not on disk, it is written once more,
/// and that is waited for as well: `patience` in total.
/// @param begin   begins a write, or tells the ledger that it could not
/// @param take    takes the result of the write under way, if it has one, and tells the ledger
void finish_writing(const WriteLedger& ledger, std::chrono::milliseconds patience,
                    const std::function<void()>& begin, const std::function<void()>& take);

}  // namespace voiced
