// From a host's name to a connected socket: name resolution, then a race between the addresses.
// Asio in, one outcome out. Handlers keep it alive; after close() it never wakes its owner again.
// Owned by a Connection.
#pragma once

#include "client/net/connect_race.hpp"
#include "common/core/result.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace voicecli {

class Dialer : public std::enable_shared_from_this<Dialer> {
 public:
  using Tcp = boost::asio::ip::tcp;

  /// @param wake  called once, when there is an outcome; until close().
  Dialer(boost::asio::io_context& io, std::function<void()> wake);

  void start(const std::string& host, std::uint16_t port);
  void close();

  /// The connected socket, or why there is none; none before the outcome, and once it was taken.
  [[nodiscard]] std::optional<voice::expected<Tcp::socket, boost::system::error_code>> poll();

  [[nodiscard]] bool is_resolving() const noexcept { return resolving_; }

 private:
  void start_race(const Tcp::resolver::results_type& found);
  void go_on_racing();
  void attempt(std::size_t address);
  void attempt_failed(const boost::system::error_code& error);
  void end(voice::expected<Tcp::socket, boost::system::error_code> outcome);

  std::function<void()> wake_;
  Tcp::resolver resolver_;
  boost::asio::steady_timer race_timer_;
  // While the race goes on; all are in the order of the race.
  std::optional<ConnectRace> race_;
  std::vector<Tcp::endpoint> addresses_;
  std::deque<Tcp::socket> attempts_;
  boost::system::error_code last_error_;
  std::optional<voice::expected<Tcp::socket, boost::system::error_code>> outcome_;
  bool resolving_ = false;
  bool closed_ = false;
};

}  // namespace voicecli
