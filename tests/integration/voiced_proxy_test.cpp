// A voiced behind real proxies: which addresses it sees, and whom it does not believe.
#include "tests/integration/proxies.hpp"
#include "tests/support/proxy_headers.hpp"

using namespace voice::test;

namespace {

/// A peer that has joined through a proxy.
TcpPeer joined(std::uint16_t port, std::uint8_t from) {
  TcpPeer peer(port, {.receive_buffer_bytes = 0, .from = from});
  REQUIRE(contains(next_text(peer), "SamplesPerSecond:"));
  return peer;
}

void check_addresses(Backend& backend, std::uint16_t port) {
  TcpPeer anna = joined(port, 7);
  TcpPeer bert = joined(port, 8);
  REQUIRE(anna.send(message("Hello\nName:Anna")));
  CHECK(contains(next_text(anna), "Welcome"));

  const std::string list = backend.ask("list");
  CHECK(contains(list, R"("name":"Anna","room":"front","address":"127.0.0.7:)"));
  CHECK(contains(list, R"("address":"127.0.0.8:)"));
  CHECK(backend.voiced.says("peer=127.0.0.8:"));

  // A ban affects the real address, and nobody else behind the same proxy.
  CHECK(contains(backend.ask("ban 127.0.0.7"), R"("sent_away":1)"));
  CHECK(contains(next_text(anna), "Bye\nCode:banned"));
  TcpPeer again(port, {.receive_buffer_bytes = 0, .from = 7});
  CHECK(contains(next_text(again), "Refused\nCode:banned"));
  TcpPeer carl = joined(port, 9);
  CHECK(bert.end() == End::none);
  CHECK(contains(backend.ask("unban 127.0.0.7"), R"("ok":true)"));
}

}  // namespace

TEST_CASE("through a real HAProxy voiced sees the addresses of its peers", "[integration][proxy]") {
  if (!Proxy::are_installed()) return;
  const auto* const how =
      GENERATE("send-proxy", "send-proxy-v2", "send-proxy-v2 proxy-v2-options crc32c");
  CAPTURE(how);
  Backend backend;
  const Proxy proxy = Proxy::haproxy(backend.port, how);

  check_addresses(backend, proxy.port());
}

TEST_CASE("through a real nginx voiced sees the addresses of its peers", "[integration][proxy]") {
  if (!Proxy::are_installed()) return;
  Backend backend;
  const Proxy proxy = Proxy::nginx(backend.port);

  check_addresses(backend, proxy.port());
}

TEST_CASE("a proxy that does not say for whom it speaks is not served", "[integration][proxy]") {
  if (!Proxy::are_installed()) return;
  Backend backend;
  const Proxy proxy = Proxy::haproxy(backend.port, "");
  TcpPeer peer(proxy.port(), {.receive_buffer_bytes = 0, .from = 7});
  REQUIRE(peer.send(message("Hello\nName:Anna")));

  CHECK(peer.wait_for_end() != End::none);
  CHECK(backend.voiced.says("reason=proxy_malformed why=\"not a PROXY header\""));
}

TEST_CASE("limits of one address hold behind a real proxy", "[integration][proxy]") {
  if (!Proxy::are_installed()) return;
  Backend backend({"--participants-per-address-max", "1"});
  const Proxy proxy = Proxy::haproxy(backend.port, "send-proxy-v2");
  TcpPeer first = joined(proxy.port(), 7);
  TcpPeer other = joined(proxy.port(), 8);

  TcpPeer second(proxy.port(), {.receive_buffer_bytes = 0, .from = 7});

  CHECK(contains(next_text(second), "Refused\nCode:limit"));
}

TEST_CASE("only the configured proxies are believed", "[integration][proxy]") {
  Backend backend;
  TcpPeer liar(backend.port, {.receive_buffer_bytes = 0, .from = 66});
  (void)liar.send(proxy_v2_ipv4({192, 0, 2, 7}, 50000));

  CHECK(liar.wait_for_end() != End::none);
  CHECK(backend.voiced.says("peer=127.0.0.66:"));
  CHECK(backend.voiced.says("reason=proxy_untrusted"));
  CHECK(contains(backend.ask("stats"), R"("proxy_untrusted":1)"));
  CHECK(contains(backend.ask("status"), R"("participants":0,)"));
}

TEST_CASE("a header is not taken where none is expected", "[integration][proxy]") {
  Backend backend;
  TcpPeer peer = join(backend.voiced, {.receive_buffer_bytes = 0, .from = 7});
  REQUIRE(peer.send(proxy_v2_ipv4({192, 0, 2, 7}, 50000)));

  CHECK(peer.wait_for_end() != End::none);
  CHECK(backend.voiced.says("reason=framing_too_long"));
}

TEST_CASE("an address for proxies without trusted proxies is a mistake", "[integration][proxy]") {
  const ScratchDirectory scratch;
  Process process(voiced_command(scratch, {"--listen-proxy", "7001", "--check-config"}),
                  scratch.file("voiced"));

  CHECK(process.wait() == 2);
  CHECK(contains(process.err(), "--listen-proxy: needs proxy-from, the addresses of the proxies"));
}

TEST_CASE("a reload changes which proxies are trusted", "[integration][proxy][reload]") {
  Voiced voiced({"--listen-proxy", "127.0.0.1:0"}, 0,
                {.config = "proxy-from = 127.0.0.1\n", .environment = {}});
  REQUIRE(voiced.says(" proxy sample_rate_hz="));
  const std::string log = voiced.log();
  const auto end = log.find(" proxy");
  REQUIRE(end != std::string::npos);
  const auto port = static_cast<std::uint16_t>(std::stoi(log.substr(log.rfind(':', end) + 1)));

  REQUIRE(voiced.reload("proxy-from = 127.0.0.5\n", "configuration reloaded changed=1 pending=0"));
  TcpPeer old(port);
  CHECK(old.wait_for_end() != End::none);
  TcpPeer fresh(port, {.receive_buffer_bytes = 0, .from = 5});
  REQUIRE(fresh.send(proxy_v2_ipv4({192, 0, 2, 7}, 50000)));
  CHECK(contains(next_text(fresh), "SamplesPerSecond:"));
  CHECK(voiced.reload("", "reload refused error="));
}
