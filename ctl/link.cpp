#include "ctl/link.hpp"

#include "common/core/assert.hpp"
#include "ctl/target.hpp"

#include <boost/asio/read_until.hpp>
#include <boost/asio/write.hpp>

namespace voicectl {

namespace asio = boost::asio;
using boost::system::error_code;
using voice::unexpected;

Link::Link(asio::io_context& io, std::vector<std::string> places,
           std::chrono::milliseconds patience)
    : socket_(io), timer_(io), places_(std::move(places)), patience_(patience) {
  VOICE_ASSERT(!places_.empty());
}

void Link::ask(const std::string& request, Done done) {
  VOICE_ASSERT(!done_);
  done_ = std::move(done);
  request_ = request + '\n';
  incoming_.clear();
  timer_.expires_after(patience_);
  timer_.async_wait([this, turn = ++turn_](const error_code& error) {
    if (error || turn != turn_ || !done_) return;
    const double seconds = std::chrono::duration<double>{patience_}.count();
    char text[64];
    std::snprintf(text, sizeof text, "did not answer within %g s", seconds);
    finish(failure(std::string{text} +
                   "; it may be suspended or busy; check the process and its log"));
  });
  if (socket_.is_open()) {
    outgoing_ = request_;
    return send();
  }
  next_place_ = 0;
  troubles_.clear();
  not_permitted_ = false;
  try_next_place();
}

void Link::try_next_place() {
  if (next_place_ == places_.size()) return finish(unexpected(cannot_connect()));
  const auto target = target_at(places_[next_place_]);
  if (!target) return place_failed(target.error());
  outgoing_ = target->greeting + request_;
  socket_.async_connect(target->endpoint, [this, turn = turn_](const error_code& error) {
    if (turn != turn_) return;
    if (!error) return send();
    not_permitted_ = not_permitted_ || error == boost::system::errc::permission_denied;
    place_failed(trouble_text(error));
  });
}

void Link::place_failed(const std::string& trouble) {
  troubles_.push_back(places_[next_place_++] + ": " + trouble);
  close();
  try_next_place();
}

std::string Link::cannot_connect() const {
  std::string text = "cannot connect to ";
  for (const std::string& trouble : troubles_) text += trouble + "; ";
  return text + (not_permitted_
                     ? "run this as root or as a member of the group in its `control-group`"
                     : "start voiced, or name its socket with --socket PATH or --instance NAME");
}

voice::unexpected<std::string> Link::failure(const std::string& what) const {
  return unexpected("voiced at " + places_[next_place_] + ' ' + what);
}

void Link::send() {
  asio::async_write(socket_, asio::buffer(outgoing_),
                    [this, turn = turn_](const error_code& error, std::size_t) {
                      if (turn != turn_) return;
                      if (error) {
                        return finish(failure("ended the connection (" + error.message() +
                                              "); see its log, and try again"));
                      }
                      receive();
                    });
}

void Link::receive() {
  asio::async_read_until(
      socket_, asio::dynamic_buffer(incoming_, answer_bytes_max), '\n',
      [this, turn = turn_](const error_code& error, std::size_t size_bytes) {
        if (turn != turn_) return;
        if (!error) return finish(incoming_.substr(0, size_bytes - 1));
        if (error == asio::error::not_found) {
          return finish(
              failure("sent an answer of more than 16 MiB; does this socket belong to voiced?"));
        }
        finish(
            failure("closed the connection without an answer: it has stopped, or already has 16 "
                    "connections; see its log, and try again"));
      });
}

void Link::finish(voice::expected<std::string, std::string> result) {
  ++turn_;
  timer_.cancel();
  if (!result) close();
  const Done done = std::move(done_);
  done_ = nullptr;
  done(std::move(result));
}

void Link::close() {
  error_code ignored;
  socket_.close(ignored);
}

voice::expected<std::string, std::string> ask_once(const std::vector<std::string>& places,
                                                   std::chrono::milliseconds patience,
                                                   const std::string& request) {
  asio::io_context io;
  Link link{io, places, patience};
  voice::expected<std::string, std::string> answer = unexpected(std::string{});
  link.ask(request, [&](auto result) {
    answer = std::move(result);
    io.stop();
  });
  io.run();
  return answer;
}

}  // namespace voicectl
