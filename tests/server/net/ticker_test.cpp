#include "server/net/ticker.hpp"

#include "tests/support/catch.hpp"

#include <boost/asio/post.hpp>

#include <functional>

using voiced::Ticker;

TEST_CASE("ticks are due from the start on, so time before it is not lateness", "[ticker]") {
  boost::asio::io_context io;
  Ticker ticker(io);
  const voice::TimePoint start = std::chrono::steady_clock::now() + std::chrono::hours{1};

  ticker.start(start);

  CHECK_FALSE(ticker.take(start + voice::frame_duration - std::chrono::microseconds{1}));
  CHECK(ticker.take(start + voice::frame_duration));
  CHECK(ticker.late_ticks() == 0);
  CHECK(ticker.skipped_ticks() == 0);
}

TEST_CASE("handlers that always have more to do get only a part of a tick", "[ticker]") {
  boost::asio::io_context io;
  Ticker ticker(io);
  std::uint64_t calls = 0;
  std::function<void()> again = [&] {
    ++calls;
    boost::asio::post(io, again);
  };
  boost::asio::post(io, again);

  ticker.run_ready();  // does not hang
  const std::uint64_t first = calls;
  ticker.run_ready();

  CHECK(first > 0);
  CHECK(calls > first);
}

TEST_CASE("all handlers that are ready get their turn", "[ticker]") {
  boost::asio::io_context io;
  Ticker ticker(io);
  int calls = 0;
  for (int i = 0; i < 5; ++i) boost::asio::post(io, [&] { ++calls; });

  for (int attempt = 0; attempt < 50 && calls < 5; ++attempt) ticker.run_ready();

  CHECK(calls == 5);
}
