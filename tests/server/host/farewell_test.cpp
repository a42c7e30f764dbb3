#include "server/host/farewell.hpp"

#include "tests/support/catch.hpp"

using namespace std::chrono_literals;
using voiced::CloseReason;
using voiced::Farewell;
using voiced::FarewellStep;
using voiced::PeerId;
using voiced::RefusedPeers;

namespace {

constexpr voice::TimePoint start{std::chrono::hours{1}};

}  // namespace

TEST_CASE("our side is closed when everything has been sent, and not before", "[farewell]") {
  Farewell farewell(start, 10s);

  CHECK(farewell.next({.all_left = false}, start + 1s) == FarewellStep::wait);
  CHECK_FALSE(farewell.is_shut_down());
  CHECK(farewell.next({.all_left = true}, start + 2s) == FarewellStep::shut_down);
  CHECK(farewell.is_shut_down());
  CHECK(farewell.next({.all_left = true}, start + 2s) == FarewellStep::wait);
}

TEST_CASE("a peer that closes ends its farewell", "[farewell]") {
  Farewell farewell(start, 10s);
  CHECK(farewell.next({.all_left = true}, start) == FarewellStep::shut_down);

  CHECK(farewell.next({true, true, true}, start + 20ms) == FarewellStep::end);
}

TEST_CASE("a peer that has received everything has a second to close", "[farewell]") {
  Farewell farewell(start, 10s);
  CHECK(farewell.next({true, false, false}, start) == FarewellStep::shut_down);
  CHECK(farewell.next({true, false, false}, start + 5s) == FarewellStep::wait);

  CHECK(farewell.next({true, true, false}, start + 6s) == FarewellStep::wait);
  CHECK(farewell.next({true, true, false}, start + 7s) == FarewellStep::wait);
  CHECK(farewell.next({true, true, false}, start + 7s + 1ms) == FarewellStep::end);
}

TEST_CASE("a peer that accepts no data is waited for until the limit", "[farewell]") {
  Farewell farewell(start, 10s);

  CHECK(farewell.next({}, start + 10s) == FarewellStep::wait);
  CHECK(farewell.next({}, start + 10s + 1ms) == FarewellStep::end);
}

TEST_CASE("a removed peer may sleep for a moment, a stalled one has been waited for",
          "[farewell]") {
  CHECK(voiced::farewell_limit(CloseReason::kicked) == 10s);
  CHECK(voiced::farewell_limit(CloseReason::refused_full) == 10s);
  CHECK(voiced::farewell_limit(CloseReason::stalled) == 1s);
}

TEST_CASE("one more refused peer ends the one that was refused first", "[farewell]") {
  RefusedPeers refused(2);
  CHECK(refused.add({1, 11}) == PeerId{});
  CHECK(refused.add({2, 12}) == PeerId{});

  CHECK(refused.add({3, 13}) == PeerId{1, 11});
  CHECK(refused.add({1, 14}) == PeerId{2, 12});
  CHECK(refused.add({2, 15}) == PeerId{3, 13});
}
