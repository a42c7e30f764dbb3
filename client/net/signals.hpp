// The signals that end, stop and continue the client, where the system has them.
#pragma once

#include <boost/asio/signal_set.hpp>

namespace voicecli {

enum class SignalMeaning : std::uint8_t { interrupt, end, stop, go_on };

/// Makes `signals` wait for all of them.
void add_signals(boost::asio::signal_set& signals);

[[nodiscard]] SignalMeaning meaning_of(int signal) noexcept;

}  // namespace voicecli
