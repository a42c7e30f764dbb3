#include "server/operator/accept_loop.hpp"

#include <boost/asio/local/stream_protocol.hpp>

#ifdef BOOST_ASIO_HAS_LOCAL_SOCKETS
#include <grp.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>
#endif

#include <cerrno>
#include <cstring>

namespace voiced {

using voice::unexpected;

#ifdef BOOST_ASIO_HAS_LOCAL_SOCKETS

using local = boost::asio::local::stream_protocol;

namespace {

using Checked = voice::expected<void, ControlFault>;

unexpected<ControlFault> fault(std::string text) {
  return unexpected(ControlFault{std::move(text)});
}

unexpected<ControlFault> group_fault(std::string text) {
  return unexpected(ControlFault{std::move(text), true});
}

std::string system_error() {
  return std::strerror(errno);
}

/// Removes an old socket on which no process listens any more, and nothing else.
Checked make_way(boost::asio::io_context& io, const std::string& path) {
  struct stat there {};
  if (::lstat(path.c_str(), &there) != 0) return {};
  if (!S_ISSOCK(there.st_mode)) {
    return fault(path + " exists and is not a socket; remove it, or name another path");
  }
  local::socket probe(io);
  boost::system::error_code error;
  probe.connect(local::endpoint(path), error);
  if (!error) return fault(path + " is in use by another program; name another path");
  if (error != boost::asio::error::connection_refused) {
    return fault(path + " exists and cannot be checked: " + error.message());
  }
  if (::unlink(path.c_str()) != 0) {
    return fault(path +
                 " is left over from an earlier run and cannot be removed: " + system_error());
  }
  return {};
}

Checked set_group(const ControlDoorOptions& options) {
  const group* const entry = ::getgrnam(options.group.c_str());
  if (entry == nullptr) return group_fault("there is no group `" + options.group + "`");
  // The unit's filter of system calls forbids chown, even where it would change nothing.
  struct stat there {};
  if (::lstat(options.path.c_str(), &there) == 0 && there.st_gid == entry->gr_gid) return {};
  if (::chown(options.path.c_str(), static_cast<uid_t>(-1), entry->gr_gid) == 0) return {};
  const bool is_forbidden = errno == EPERM;
  std::string text =
      "cannot give " + options.path + " to the group `" + options.group + "`: " + system_error();
  if (is_forbidden) {
    text += "; under systemd, set Group=" + options.group +
            " in a drop-in, and leave control-group out; elsewhere, make the user that voiced "
            "runs as a member of the group";
  }
  return group_fault(std::move(text));
}

Checked set_permissions(const ControlDoorOptions& options) {
  if (!options.group.empty()) {
    if (auto given = set_group(options); !given) return given;
  }
  if (::chmod(options.path.c_str(), options.mode) != 0) {
    return fault("cannot set the mode of " + options.path + ": " + system_error());
  }
  return {};
}

/// A socket's file. The path alone is not enough: by now it may be the socket of another process.
class SocketFile {
 public:
  explicit SocketFile(std::string path) : path_(std::move(path)) {
    made_ = ::lstat(path_.c_str(), &ours_) == 0;
  }

  /// Does nothing if the path is another file by now.
  void remove() const {
    struct stat there {};
    if (!made_ || ::lstat(path_.c_str(), &there) != 0) return;
    if (there.st_dev == ours_.st_dev && there.st_ino == ours_.st_ino) ::unlink(path_.c_str());
  }

 private:
  std::string path_;
  struct stat ours_ {};
  bool made_ = false;
};

class LocalDoor final : public ControlDoor {
 public:
  LocalDoor(boost::asio::io_context& io, local::acceptor acceptor, SocketFile file,
            OnAccept on_accept)
      : file_(std::move(file)), loop_(io, std::move(acceptor), std::move(on_accept)) {}
  ~LocalDoor() override { file_.remove(); }

  [[nodiscard]] const std::string& token() const noexcept override { return no_token_; }
  void ticked() override { loop_.ticked(); }

 private:
  SocketFile file_;
  std::string no_token_;
  AcceptLoop<local::acceptor> loop_;
};

}  // namespace

voice::expected<std::unique_ptr<ControlDoor>, ControlFault> open_control_door(
    boost::asio::io_context& io, const ControlDoorOptions& options,
    ControlDoor::OnAccept on_accept) {
  if (options.path.size() >= sizeof(sockaddr_un::sun_path)) {
    return fault(options.path + " is too long for a socket; use at most 107 bytes");
  }
  if (const auto way = make_way(io, options.path); !way) return unexpected(way.error());
  boost::system::error_code error;
  local::acceptor acceptor(io);
  acceptor.open(local(), error);
  // Nobody else may connect until the permissions are set.
  const mode_t mask = ::umask(0177);
  if (!error) acceptor.bind(local::endpoint(options.path), error);
  ::umask(mask);
  if (error) return fault("cannot create " + options.path + ": " + error.message());
  SocketFile file(options.path);
  const auto permissions = set_permissions(options);
  if (permissions) acceptor.listen(boost::asio::socket_base::max_listen_connections, error);
  if (!permissions || error) {
    file.remove();
    return unexpected(permissions ? ControlFault{error.message()} : permissions.error());
  }
  return std::make_unique<LocalDoor>(io, std::move(acceptor), std::move(file),
                                     std::move(on_accept));
}

#else

voice::expected<std::unique_ptr<ControlDoor>, ControlFault> open_control_door(
    boost::asio::io_context& io, const ControlDoorOptions& options,
    ControlDoor::OnAccept on_accept) {
  return open_loopback_door(io, options, std::move(on_accept));
}

#endif

}  // namespace voiced
