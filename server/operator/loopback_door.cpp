// The control door of systems without Unix-domain sockets. Anybody who can read the file may
// connect.
#include "server/operator/accept_loop.hpp"

#include <boost/asio/ip/tcp.hpp>

#include <cstdio>
#include <fstream>
#include <random>

namespace voiced {

using boost::asio::ip::tcp;
using voice::unexpected;

namespace {

std::string random_token() {
  std::random_device device;
  std::string token;
  for (int i = 0; i < 4; ++i) {
    char part[16];
    std::snprintf(part, sizeof part, "%08x", static_cast<unsigned>(device()));
    token += part;
  }
  return token;
}

class LoopbackDoor final : public ControlDoor {
 public:
  LoopbackDoor(boost::asio::io_context& io, tcp::acceptor acceptor, std::string path,
               std::string token, OnAccept on_accept)
      : path_(std::move(path)),
        token_(std::move(token)),
        loop_(io, std::move(acceptor), std::move(on_accept)) {}
  // Removes the file, unless it is that of another process by now.
  ~LoopbackDoor() override {
    std::string port, token;
    std::ifstream(path_) >> port >> token;
    if (token == token_) std::remove(path_.c_str());
  }

  [[nodiscard]] const std::string& token() const noexcept override { return token_; }
  void ticked() override { loop_.ticked(); }

 private:
  std::string path_;
  std::string token_;
  AcceptLoop<tcp::acceptor> loop_;
};

}  // namespace

voice::expected<std::unique_ptr<ControlDoor>, ControlFault> open_loopback_door(
    boost::asio::io_context& io, const ControlDoorOptions& options,
    ControlDoor::OnAccept on_accept) {
  boost::system::error_code error;
  tcp::acceptor acceptor(io);
  acceptor.open(tcp::v4(), error);
  if (!error) acceptor.bind({boost::asio::ip::address_v4::loopback(), 0}, error);
  if (!error) acceptor.listen(boost::asio::socket_base::max_listen_connections, error);
  if (error) return unexpected(ControlFault{"cannot listen on 127.0.0.1: " + error.message()});
  std::string token = random_token();
  std::ofstream file(options.path, std::ios::trunc);
  file << acceptor.local_endpoint().port() << ' ' << token << '\n' << std::flush;
  if (!file) {
    return unexpected(ControlFault{options.path + " cannot be written; name another path"});
  }
  return std::make_unique<LoopbackDoor>(io, std::move(acceptor), options.path, std::move(token),
                                        std::move(on_accept));
}

}  // namespace voiced
