#include "common/transport/transport.hpp"

namespace voice {

const char* to_string(TransportError error) noexcept {
  switch (error) {
    case TransportError::negative_length:
      return "negative_length";
    case TransportError::too_long:
      return "too_long";
    case TransportError::foreign:
      return "foreign";
    case TransportError::handshake:
      return "handshake";
    case TransportError::untrusted:
      return "untrusted";
    case TransportError::not_yet_valid:
      return "not_yet_valid";
    case TransportError::corrupt:
      return "corrupt";
    case TransportError::flooding:
      return "flooding";
    case TransportError::ended:
      return "ended";
  }
  return "unknown";
}

}  // namespace voice
