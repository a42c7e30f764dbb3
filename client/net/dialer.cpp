#include "client/net/dialer.hpp"

#include "common/core/assert.hpp"

#include <iterator>
#include <utility>

namespace voicecli {
namespace {

using boost::system::error_code;

/// This machine has no route to the address's family. Another address's error says more.
bool is_no_route(const error_code& error) {
  return error == boost::asio::error::network_unreachable ||
         error == boost::asio::error::address_family_not_supported ||
         error == boost::system::errc::address_not_available;
}

}  // namespace

Dialer::Dialer(boost::asio::io_context& io, std::function<void()> wake)
    : wake_(std::move(wake)), resolver_(io), race_timer_(io) {}

void Dialer::start(const std::string& host, std::uint16_t port) {
  resolving_ = true;
  resolver_.async_resolve(host, std::to_string(port), Tcp::resolver::numeric_service,
                          [this, self = shared_from_this()](const error_code& error,
                                                            Tcp::resolver::results_type found) {
                            resolving_ = false;
                            if (closed_) return;
                            if (error) return end(voice::unexpected(error));
                            start_race(found);
                          });
}

void Dialer::start_race(const Tcp::resolver::results_type& found) {
  std::vector<AddressFamily> families;
  for (const auto& entry : found) {
    const bool is_ipv6 = entry.endpoint().address().is_v6();
    families.push_back(is_ipv6 ? AddressFamily::ipv6 : AddressFamily::ipv4);
  }
  for (const std::size_t i : race_order(families)) {
    addresses_.push_back(std::next(found.begin(), static_cast<std::ptrdiff_t>(i))->endpoint());
    attempts_.emplace_back(race_timer_.get_executor());
  }
  last_error_ = boost::asio::error::host_not_found;
  race_.emplace(addresses_.size());
  go_on_racing();
}

void Dialer::go_on_racing() {
  const auto now = std::chrono::steady_clock::now();
  while (const auto expired = race_->take_expired(now)) {
    error_code ignored;
    attempts_[*expired].close(ignored);
    attempt_failed(boost::asio::error::timed_out);
  }
  while (const auto due = race_->take_due(now)) attempt(*due);
  if (race_->is_lost()) return end(voice::unexpected(last_error_));
  race_timer_.expires_at(race_->next());
  race_timer_.async_wait([this, self = shared_from_this()](const error_code& error) {
    if (!error && !closed_ && race_) go_on_racing();
  });
}

void Dialer::attempt(std::size_t address) {
  attempts_[address].async_connect(
      addresses_[address], [this, self = shared_from_this(), address](const error_code& error) {
        if (closed_ || !race_) return;
        if (!race_->ended(address)) return;  // expired: its socket is closed
        if (!error) return end(std::move(attempts_[address]));
        attempt_failed(error);
        go_on_racing();
      });
}

void Dialer::attempt_failed(const error_code& error) {
  const bool is_first = last_error_ == boost::asio::error::host_not_found;
  if (is_first || !is_no_route(error)) last_error_ = error;
}

void Dialer::end(voice::expected<Tcp::socket, error_code> outcome) {
  VOICE_ASSERT(!closed_ && !outcome_);
  close();
  outcome_.emplace(std::move(outcome));
  wake_();
}

std::optional<voice::expected<Dialer::Tcp::socket, error_code>> Dialer::poll() {
  return std::exchange(outcome_, std::nullopt);
}

void Dialer::close() {
  closed_ = true;
  resolver_.cancel();
  race_timer_.cancel();
  race_.reset();
  attempts_.clear();  // closes them
  addresses_.clear();
}

}  // namespace voicecli
