// Where the operator connects: a Unix-domain socket, or, on systems without, a port of 127.0.0.1
// whose number and token are in a file (docs/control.md). Hands out connections.
#pragma once

#include "common/core/result.hpp"

#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>

#include <functional>
#include <memory>
#include <string>

namespace voiced {

struct ControlDoorOptions {
  std::string path;
  unsigned mode = 0660;
  std::string group;  // empty: that of the process
};

/// Why there is no door: the path, the reason, the remedy.
struct ControlFault {
  std::string text;
  bool is_about_group = false;  // which somebody must correct; everything else may pass
};

class ControlDoor {
 public:
  using Socket = boost::asio::generic::stream_protocol::socket;
  using OnAccept = std::function<void(Socket)>;

  virtual ~ControlDoor() = default;

  /// What a connection must send first, as `token TOKEN`; empty if the file's permissions are
  /// enough.
  [[nodiscard]] virtual const std::string& token() const noexcept = 0;

  /// Call at the end of every tick: connections can then be accepted again.
  virtual void ticked() = 0;
};

/// The kind that this system has.
[[nodiscard]] voice::expected<std::unique_ptr<ControlDoor>, ControlFault> open_control_door(
    boost::asio::io_context& io, const ControlDoorOptions& options,
    ControlDoor::OnAccept on_accept);

/// The other kind, on any system. `mode` and `group` are ignored: on Windows a file belongs to the
/// user that created it.
[[nodiscard]] voice::expected<std::unique_ptr<ControlDoor>, ControlFault> open_loopback_door(
    boost::asio::io_context& io, const ControlDoorOptions& options,
    ControlDoor::OnAccept on_accept);

}  // namespace voiced
