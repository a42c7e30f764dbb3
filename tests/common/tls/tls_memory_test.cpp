// How much heap a connection holds, GnuTLS included. Only where the C library can tell.
#include "tests/common/tls/ends.hpp"
#include "tests/support/footprint.hpp"

#include <cstdlib>  // also tells whether this is glibc
#ifdef __GLIBC__
#include <malloc.h>
#endif

using namespace voice;
using namespace voice::test;

namespace {

// None where it is unknown: with another C library, or with a sanitizer's heap.
std::optional<std::size_t> heap_bytes() {
#if defined(__GLIBC__) && (__GLIBC__ > 2 || __GLIBC_MINOR__ >= 33)
  if (freed_memory_returns) return ::mallinfo2().uordblks;
#endif
  return std::nullopt;
}

}  // namespace

TEST_CASE("a connection keeps at most 12 KiB when its handshake is done and sound flows", "[tls]") {
  constexpr std::size_t count = 50;
  const auto pair = make_pair();
  const auto server = make_server({.pair = pair});
  const auto client = make_client();
  const tls::ServerIdentity identity{.host = "voice.test",
                                     .known = tls::describe(pair.certificate)->fingerprint};
  const auto connect = [&] {
    Ends ends(server, client, identity);
    ends.shake_hands();
    REQUIRE(ends.are_ready());
    for (int i = 0; i < 3; ++i) {
      REQUIRE_FALSE(hear(*ends.server, seal(*ends.client, std::string(172, 'x'))).error);
      REQUIRE_FALSE(hear(*ends.client, seal(*ends.server, std::string(172, 'x'))).error);
    }
    return std::move(ends.server);
  };
  std::vector<std::unique_ptr<Transport>> kept;
  kept.reserve(2 * count);
  for (std::size_t i = 0; i < count; ++i) kept.push_back(connect());
  const auto before = heap_bytes();
  for (std::size_t i = 0; i < count; ++i) kept.push_back(connect());
  const auto after = heap_bytes();
  if (!before || !after) return;
  CHECK((*after - *before) / count <= 12 * 1024);
}
