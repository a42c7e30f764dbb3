// What a path refers to: a Unix-domain socket, or a file that names a port of 127.0.0.1.
#pragma once

#include "common/core/result.hpp"

#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/system/error_code.hpp>

#include <string>

namespace voicectl {

struct Target {
  boost::asio::generic::stream_protocol::endpoint endpoint;
  std::string greeting;  // to be sent first; has no answer
};

/// Fails with the reason, which does not include the path.
[[nodiscard]] voice::expected<Target, std::string> target_at(const std::string& path);

/// Why connecting failed, as text for the user.
[[nodiscard]] std::string trouble_text(const boost::system::error_code& error);

}  // namespace voicectl
