// Decides when to give up an address that answers, but not like a voice server: only the user can
// correct that. An address that does not answer at all is tried forever. Pure; owned by a Redial.
#pragma once

#include "client/call/call_event.hpp"

namespace voicecli {

/// A server that we were in a call with may briefly be replaced by something else (a proxy's "503",
/// the wrong program). The address is given up at this many wrong answers in a row.
inline constexpr int wrong_answers_in_a_row_max = 5;
/// A server that accepts and stays silent may be frozen or overloaded. Unless we were in a call
/// with it, the address is given up when that happens this many times in a row.
inline constexpr int silences_in_a_row_max = 3;

class Patience {
 public:
  /// We are in the conference: the address is a voice server's.
  void joined() noexcept {
    was_joined_ = true;
    other_failure();
  }

  /// A connection failed in a way that may be temporary.
  void other_failure() noexcept { wrong_answers_ = silences_ = 0; }

  /// A connection failed. True if the address is to be given up.
  [[nodiscard]] bool ends_with(CallFailure failure) noexcept;

 private:
  bool was_joined_ = false;
  int wrong_answers_ = 0;  // in a row
  int silences_ = 0;       // in a row
};

}  // namespace voicecli
