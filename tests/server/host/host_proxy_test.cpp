// Peers behind proxies: whose address counts, and from which moment on.
#include "tests/server/host/crowd.hpp"
#include "tests/support/proxy_headers.hpp"
#include "tests/support/record_transport.hpp"

using namespace voiced;
using namespace voiced::test;
using namespace std::chrono_literals;
using voice::Bytes;
using voice::test::ByteVector;
using voice::test::proxy_v2;
using voice::test::proxy_v2_ipv4;
using voice::test::vector_of;

namespace {

AddressKey v4_key(std::uint8_t a, std::uint8_t b, std::uint8_t c, std::uint8_t d) {
  return voice::mapped_ipv4({a, b, c, d});
}

const PeerAddress proxy{"127.0.0.1:40000", v4_key(127, 0, 0, 1)};
const PeerAddress elsewhere{"192.0.2.99:40000", v4_key(192, 0, 2, 99)};

HostOptions behind_proxies(std::size_t participants_max = 8) {
  HostOptions options = crowd_options(participants_max);
  options.proxies = AddressSet(std::vector{AddressRange::around(proxy.whole)});
  return options;
}

struct Front {
  explicit Front(const HostOptions& options = behind_proxies()) : crowd(options) {}

  PeerId connect(const PeerAddress& from = proxy,
                 std::unique_ptr<voice::Transport> transport = nullptr) {
    if (!crowd.host.done().empty()) crowd.tick();
    const PeerId id = crowd.host.arrived_by_proxy(from, crowd.now, std::move(transport));
    crowd.write(id);
    return id;
  }
  /// A peer that comes from 192.0.2.`last`, by its proxy's header.
  PeerId come(std::uint8_t last) {
    const PeerId id = connect();
    crowd.say(id, proxy_v2_ipv4({192, 0, 2, last}, 50000));
    return id;
  }
  [[nodiscard]] std::string address_of(PeerId id) const {
    const Peer* const peer = crowd.host.find(id);
    return peer == nullptr ? "" : peer->session.address();
  }
  [[nodiscard]] std::size_t strangers() const { return crowd.host.status(crowd.now).strangers; }

  Crowd crowd;
};

ByteVector operator+(ByteVector a, const ByteVector& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

}  // namespace

TEST_CASE("a peer behind a proxy comes from where its header says", "[host][proxy]") {
  Front front;
  const PeerId id = front.connect();
  CHECK(front.crowd.line(id).got.empty());

  front.crowd.say(id, proxy_v2_ipv4({192, 0, 2, 7}, 50000));

  CHECK(front.address_of(id) == "192.0.2.7:50000");
  CHECK(front.crowd.line(id).texts().at(0).starts_with("SamplesPerSecond:"));
  const auto participants = front.crowd.host.participants(front.crowd.now);
  REQUIRE(participants.size() == 1);
  CHECK(participants[0].address == "192.0.2.7:50000");
  CHECK(participants[0].name == "192.0.2.7:50000");
}

TEST_CASE("what follows a header in the same bytes is the peer's", "[host][proxy]") {
  Front front;
  const PeerId id = front.connect();
  const auto hello = voice::test::message("Hello\nName:Ada");

  front.crowd.say(id,
                  proxy_v2_ipv4({192, 0, 2, 7}, 50000) + ByteVector(hello.begin(), hello.end()));

  CHECK(front.crowd.host.participants(front.crowd.now).at(0).name == "Ada");
  CHECK(front.crowd.line(id).texts().at(1).starts_with("Welcome"));
}

TEST_CASE("a header of version 1 works as well, in whatever pieces it arrives", "[host][proxy]") {
  Front front;
  const PeerId id = front.connect();
  for (const char letter : std::string("PROXY TCP6 2001:db8::7 2001:db8::1 50000 7000\r\n")) {
    CHECK(front.address_of(id) == proxy.text);
    front.crowd.say(id, ByteVector{static_cast<std::uint8_t>(letter)});
  }

  CHECK(front.address_of(id) == "[2001:db8::7]:50000");
}

TEST_CASE("only a trusted proxy is believed", "[host][proxy]") {
  Front front;
  const PeerId id = front.connect(elsewhere);

  CHECK(front.crowd.host.find(id)->is_leaving());
  front.crowd.say(id, proxy_v2_ipv4({192, 0, 2, 7}, 50000));
  front.crowd.tick();
  CHECK(front.crowd.end_of(id) == CloseReason::proxy_untrusted);
  CHECK(front.crowd.line(id).got.empty());
  CHECK(front.address_of(id) == elsewhere.text);
  CHECK(front.strangers() == 0);
}

TEST_CASE("without trusted proxies nobody is served at an address for proxies", "[host][proxy]") {
  Front front(crowd_options());
  const PeerId id = front.connect();

  front.crowd.tick();
  CHECK(front.crowd.end_of(id) == CloseReason::proxy_untrusted);
}

TEST_CASE("a header that cannot be read ends the connection, and says why", "[host][proxy]") {
  Front front;
  const PeerId id = front.connect();
  const auto hello = voice::test::message("Hello\nName:Ada");

  front.crowd.say(id, hello);

  CHECK(front.crowd.end_of(id) == CloseReason::proxy_malformed);
  CHECK(front.crowd.line(id).got.empty());
  CHECK(front.strangers() == 0);
  const auto& failed = std::get<event::HandshakeFailed>(front.crowd.events.back());
  CHECK(failed.why == "not a PROXY header");
  CHECK(failed.address == proxy.text);
  CHECK(front.crowd.host.counters().closes.of(CloseReason::proxy_malformed) == 1);
}

TEST_CASE("a silent proxy is closed in time, and one that disconnects is gone", "[host][proxy]") {
  Front front;
  const PeerId silent = front.connect();
  const PeerId slow = front.connect();
  const PeerId gone = front.connect();
  front.crowd.say(slow, vector_of("PROXY TCP4 192.0"));
  CHECK(front.strangers() == 3);
  front.crowd.host.ended(gone, Ended::closed, front.crowd.now);
  CHECK(front.strangers() == 2);

  front.crowd.tick(200);
  CHECK_FALSE(front.crowd.end_of(silent));
  front.crowd.tick(150);

  CHECK(front.crowd.end_of(silent) == CloseReason::proxy_timeout);
  CHECK(front.crowd.end_of(slow) == CloseReason::proxy_timeout);
  CHECK(front.crowd.end_of(gone) == CloseReason::left);
  CHECK(front.strangers() == 0);
  CHECK(front.crowd.host.status(front.crowd.now).handshakes == 0);
}

TEST_CASE("a ban means the address of the peer, and not that of the proxy", "[host][proxy]") {
  Front front;
  const AddressRange eve = AddressRange::around(v4_key(192, 0, 2, 7));
  const PeerId before = front.come(7);
  const PeerId ada = front.come(8);
  REQUIRE(front.crowd.host.ban({"192.0.2.7", eve, {}, ""}, front.crowd.now) == 1);
  CHECK(front.crowd.host.find(before)->is_leaving());

  const PeerId again = front.come(7);
  const PeerId other = front.come(9);

  CHECK(front.crowd.line(again).texts().at(0).starts_with("Refused\nCode:banned"));
  CHECK(front.crowd.host.find(ada)->has_seat());
  CHECK(front.crowd.host.find(other)->has_seat());
  // A ban on the proxy's own address does not affect the peers behind it.
  const PeerId unnamed = front.connect();
  REQUIRE(front.crowd.host.ban({"127.0.0.1", AddressRange::around(proxy.whole), {}, ""},
                               front.crowd.now) == 0);
  CHECK(front.crowd.host.find(front.come(10))->has_seat());
  front.crowd.say(unnamed, proxy_v2_ipv4({192, 0, 2, 11}, 50000));
  CHECK(front.crowd.host.find(unnamed)->has_seat());
}

TEST_CASE("a denied address is denied through a proxy, too", "[host][proxy]") {
  HostOptions options = behind_proxies();
  options.addresses.denied = AddressSet(std::vector{AddressRange::around(v4_key(192, 0, 2, 7))});
  Front front(options);

  CHECK(front.crowd.host.find(front.come(7))->is_leaving());
  CHECK(front.crowd.host.find(front.come(8))->has_seat());
  CHECK(front.crowd.host.counters().closes.of(CloseReason::refused_address) == 1);
}

TEST_CASE("limits per address apply to peers, and do not lock a proxy out", "[host][proxy]") {
  HostOptions options = behind_proxies(40);
  options.door.participants_per_address_max = 2;
  options.door.strangers_per_address_max = 2;
  options.door.joins_per_address_burst = 3;
  Front front(options);

  for (std::uint8_t last = 1; last <= 20; ++last) {
    CHECK(front.crowd.host.find(front.come(last))->has_seat());
  }
  CHECK(front.crowd.host.find(front.come(1))->has_seat());
  const PeerId third = front.come(1);
  CHECK(front.crowd.host.find(third)->is_leaving());
  CHECK(front.crowd.line(third).texts().at(0).starts_with("Refused\nCode:limit"));
}

TEST_CASE("connections without a header yet are bounded in total", "[host][proxy]") {
  HostOptions options = behind_proxies();
  options.door.strangers_max = 3;
  Front front(options);
  const PeerId first = front.connect();
  front.connect();
  front.connect();

  const PeerId fourth = front.connect();
  CHECK(front.crowd.host.find(fourth)->is_leaving());
  CHECK(front.crowd.host.counters().closes.of(CloseReason::refused_limit) == 1);
  // A peer that has become known makes room.
  front.crowd.say(first, proxy_v2_ipv4({192, 0, 2, 7}, 50000));
  CHECK(front.strangers() == 3);
  front.crowd.say_hello(first);
  CHECK(front.strangers() == 2);
  CHECK_FALSE(front.crowd.host.find(front.connect())->is_leaving());
}

TEST_CASE("a flood of silent proxies takes the places of handshakes, and the oldest give way",
          "[host][proxy]") {
  HostOptions options = behind_proxies();
  options.door.strangers_max = 4096;
  Front front(options);
  const PeerId first = front.connect();
  for (std::size_t i = 1; i < handshakes_max; ++i) (void)front.connect();

  const PeerId last = front.connect();
  CHECK(front.crowd.host.find(first)->is_leaving());
  CHECK_FALSE(front.crowd.host.find(last)->is_leaving());
  CHECK(front.strangers() == handshakes_max);
  CHECK(front.crowd.host.find(front.crowd.arrive(9))->has_seat());
}

TEST_CASE("a proxy that speaks for itself, or names no address, is its own peer", "[host][proxy]") {
  Front front;
  const PeerId check = front.connect();
  const PeerId unknown = front.connect();

  front.crowd.say(check, proxy_v2(0x20, 0x00, {}));
  front.crowd.say(unknown, vector_of("PROXY UNKNOWN\r\n"));

  CHECK(front.crowd.host.find(check)->has_seat());
  CHECK(front.address_of(check) == proxy.text);
  CHECK(front.crowd.host.find(unknown)->has_seat());
  CHECK(front.address_of(unknown) == proxy.text);
}

TEST_CASE("a secret in clear is local only if both hops are", "[host][proxy]") {
  HostOptions options = behind_proxies();
  options.password = "open sesame";
  options.login.plain_secrets = PlainSecrets::loopback;
  Front front(options);
  struct Row {
    ByteVector header;
    bool is_local;
  };
  const auto row = GENERATE(values<Row>({{proxy_v2_ipv4({127, 0, 0, 9}, 50000), true},
                                         {proxy_v2(0x20, 0x00, {}), true},
                                         {proxy_v2_ipv4({192, 0, 2, 7}, 50000), false},
                                         {vector_of("PROXY UNKNOWN\r\n"), false}}));
  const PeerId id = front.connect();
  front.crowd.say(id, row.header);

  front.crowd.say(id, voice::test::message("Hello\nName:Ada\nPassword:open sesame"));

  CHECK(front.crowd.host.find(id)->is_leaving() != row.is_local);
  if (!row.is_local) CHECK(front.crowd.end_of(id) == CloseReason::secret_in_clear);
}

TEST_CASE("the peer of a proxy that is no longer trusted keeps its call", "[host][proxy]") {
  Front front;
  const PeerId id = front.come(7);
  HostOptions other = behind_proxies();
  other.proxies = AddressSet(std::vector{AddressRange::around(elsewhere.whole)});
  front.crowd.host.reconfigure(other);

  CHECK(front.crowd.host.find(id)->has_seat());
  CHECK(front.crowd.host.find(front.connect())->is_leaving());
  CHECK_FALSE(front.crowd.host.find(front.connect(elsewhere))->is_leaving());
  // A configuration that names no proxies leaves the list as it is.
  other.proxies = {};
  front.crowd.host.reconfigure(other);
  CHECK_FALSE(front.crowd.host.find(front.connect(elsewhere))->is_leaving());
}

TEST_CASE("an encrypted connection may follow a header", "[host][proxy]") {
  Front front;
  const PeerId id = front.connect(proxy, std::make_unique<voice::test::RecordTransport>());
  front.crowd.say(id, proxy_v2_ipv4({192, 0, 2, 7}, 50000));
  CHECK(front.address_of(id) == "192.0.2.7:50000");
  CHECK_FALSE(front.crowd.host.find(id)->has_seat());
  CHECK(front.crowd.host.status(front.crowd.now).handshakes == 1);

  front.crowd.say(id, ByteVector{voice::test::RecordTransport::greeting});

  CHECK(front.crowd.host.find(id)->has_seat());
  CHECK(front.crowd.host.status(front.crowd.now).handshakes == 0);
}

TEST_CASE("an encrypted connection behind a header has one deadline for both", "[host][proxy]") {
  Front front;
  const PeerId id = front.connect(proxy, std::make_unique<voice::test::RecordTransport>());
  front.crowd.tick(200);
  front.crowd.say(id, proxy_v2_ipv4({192, 0, 2, 7}, 50000));

  front.crowd.tick(150);

  CHECK(front.crowd.end_of(id) == CloseReason::handshake_timeout);
  CHECK(front.strangers() == 0);
}

TEST_CASE("a peer behind a proxy is told that a room is full", "[host][proxy]") {
  Front front(behind_proxies(1));
  front.come(7);

  const PeerId late = front.come(8);

  CHECK(front.crowd.line(late).texts().at(0).starts_with("Refused\nCode:full"));
  CHECK(front.crowd.host.counters().closes.of(CloseReason::refused_full) == 1);
}
