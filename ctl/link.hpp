// A connection to a running voiced: sends a line and receives a line, within limits of time and
// size. Connects when needed, to the first place where a server listens: a Unix-domain socket or,
// if the path is a regular file (Windows), the port of 127.0.0.1 in that file, with its token.
#pragma once

#include "common/core/result.hpp"

#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace voicectl {

/// A longer answer is an error. 4096 participants take about 2 MiB.
inline constexpr std::size_t answer_bytes_max = 16 * 1024 * 1024;

/// What voiced has written into the file that replaces a socket.
struct PortFile {
  std::uint16_t port = 0;
  std::string token;
};

/// Reads "PORT TOKEN", separated by any blanks or line feeds. Fails with an error message.
[[nodiscard]] voice::expected<PortFile, std::string> parse_port_file(std::string_view text);

/// Must live until its io_context has run for the last time.
class Link {
 public:
  /// The answer without its line feed, or an error message.
  using Done = std::function<void(voice::expected<std::string, std::string>)>;

  /// @param places    at least one path
  /// @param patience  for one request, connecting included
  Link(boost::asio::io_context& io, std::vector<std::string> places,
       std::chrono::milliseconds patience);
  Link(const Link&) = delete;
  Link& operator=(const Link&) = delete;

  /// One request at a time: the next one when `done` has been called, which may be before this
  /// returns. After a failure the next request connects again.
  void ask(const std::string& request, Done done);

 private:
  void try_next_place();
  void place_failed(const std::string& trouble);
  void send();
  void receive();
  void finish(voice::expected<std::string, std::string> result);
  void close();
  [[nodiscard]] std::string cannot_connect() const;
  /// @param what went wrong, after the words "voiced at PATH"
  [[nodiscard]] voice::unexpected<std::string> failure(const std::string& what) const;

  boost::asio::generic::stream_protocol::socket socket_;
  boost::asio::steady_timer timer_;
  std::vector<std::string> places_;
  std::chrono::milliseconds patience_;
  std::size_t next_place_ = 0;
  std::vector<std::string> troubles_;  // one for each place tried
  bool not_permitted_ = false;
  std::string outgoing_;
  std::string incoming_;
  std::string request_;
  Done done_;
  // Number of the current request; handlers of an earlier one do nothing.
  std::uint64_t turn_ = 0;
};

/// Sends one request and waits for its answer.
[[nodiscard]] voice::expected<std::string, std::string> ask_once(
    const std::vector<std::string>& places, std::chrono::milliseconds patience,
    const std::string& request);

}  // namespace voicectl
