#include "server/operator/control_connection.hpp"

#include "common/app/control_request.hpp"
#include "server/operator/answers.hpp"

#include <boost/asio/write.hpp>

#include <utility>

namespace voiced {

namespace asio = boost::asio;
using boost::system::error_code;

namespace {

constexpr std::chrono::seconds request_wait_max{300};
constexpr std::chrono::seconds sending_wait_max{10};

}  // namespace

ControlConnection::ControlConnection(ControlDoor::Socket socket, std::string token,
                                     ControlSocket::Answer answer, ControlSocket& owner)
    : socket_(std::move(socket)),
      timer_(socket_.get_executor()),
      token_(std::move(token)),
      answer_(std::move(answer)),
      owner_(&owner) {}

void ControlConnection::close() noexcept {
  owner_ = nullptr;
  error_code ignored;
  socket_.close(ignored);
  timer_.cancel();
}

void ControlConnection::end() {
  ControlSocket* const owner = owner_;
  close();
  if (owner != nullptr) owner->ended(*this);
}

void ControlConnection::limit(std::chrono::seconds time) {
  timer_.expires_after(time);
  timer_.async_wait([self = shared_from_this()](const error_code& error) {
    if (!error) self->end();
  });
}

void ControlConnection::wait_for_turn() {
  if (owner_ != nullptr) owner_->wants_turn(*this);
}

void ControlConnection::take_turn() {
  if (!socket_.is_open()) return;
  const std::size_t length = in_.find('\n');
  if (length == std::string::npos) {
    if (in_.size() > voice::app::request_bytes_max) {
      return send(json_failure("the request is too long: at most " +
                               std::to_string(voice::app::request_bytes_max) + " bytes"),
                  true);
    }
    return receive();
  }
  std::string line = in_.substr(0, length);
  in_.erase(0, length + 1);
  if (line.ends_with('\r')) line.pop_back();
  request(line);
}

void ControlConnection::receive() {
  // It would not be told of the end a second time.
  if (has_ended_) return end();
  limit(request_wait_max);
  socket_.async_read_some(asio::buffer(chunk_),
                          [self = shared_from_this()](const error_code& error, std::size_t count) {
                            self->in_.append(self->chunk_.data(), count);
                            self->has_ended_ = error == asio::error::eof;
                            const bool is_last = self->has_ended_ && !self->in_.empty();
                            if (error && !is_last) return self->end();
                            if (is_last) self->in_ += '\n';
                            self->wait_for_turn();
                          });
}

void ControlConnection::request(std::string_view line) {
  if (!token_.empty()) {
    if (line != "token " + token_) return end();
    token_.clear();
    return wait_for_turn();
  }
  answer_is_due_ = true;
  limit(voice::app::answer_wait_max);
  answer_(line, [connection = weak_from_this()](std::string answer) {
    if (const auto self = connection.lock()) self->replied(std::move(answer));
  });
}

void ControlConnection::replied(std::string line) {
  if (std::exchange(answer_is_due_, false)) send(std::move(line), false);
}

void ControlConnection::send(std::string line, bool is_last) {
  if (!socket_.is_open()) return;  // closed while the answer was being made
  out_ = std::move(line);
  out_ += '\n';
  limit(sending_wait_max);
  asio::async_write(socket_, asio::buffer(out_),
                    [self = shared_from_this(), is_last](const error_code& error, std::size_t) {
                      if (error || is_last) return self->end();
                      self->wait_for_turn();
                    });
}

}  // namespace voiced
