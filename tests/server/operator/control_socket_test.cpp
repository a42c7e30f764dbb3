#ifndef _WIN32

#include "server/operator/control_socket.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/eventually.hpp"
#include "tests/support/scratch_directory.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/write.hpp>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <list>
#include <optional>
#include <thread>

using boost::asio::local::stream_protocol;
using voice::test::eventually;
using voiced::ControlSocket;
using voiced::Reply;
using Kind = ControlSocket::Kind;

namespace {

struct Fixture {
  voice::expected<std::unique_ptr<ControlSocket>, voiced::ControlFault> open(
      Kind kind = Kind::of_this_system, const std::string& group = "") {
    return ControlSocket::open(
        io, {path, 0640, group},
        [this](std::string_view request, const Reply& reply) { answer(request, reply); }, kind);
  }
  void answer(std::string_view request, const Reply& reply) {
    requests.emplace_back(request);
    if (request == "later") {
      later.push_back(reply);
    } else {
      if (request == "slow") std::this_thread::sleep_for(std::chrono::milliseconds{5});
      reply("{" + std::string(request) + "}");
    }
  }

  voice::test::ScratchDirectory scratch;
  std::string path = scratch.file("control.sock");
  boost::asio::io_context io;
  std::vector<std::string> requests;
  std::vector<Reply> later;
  ControlSocket* ticking = nullptr;  // set by tests that do not depend on when ticks happen
};

/// The other end, of either kind of socket. Runs the fixture's handlers and ticks while it waits.
template <class Protocol>
class Client {
 public:
  Client(Fixture& fixture, const typename Protocol::endpoint& endpoint)
      : fixture_(fixture), socket_(fixture.io) {
    socket_.connect(endpoint);
    socket_.non_blocking(true);
    fixture_.io.poll();
  }

  void say(const std::string& bytes) {
    boost::system::error_code ignored;
    boost::asio::write(socket_, boost::asio::buffer(bytes), ignored);
  }
  void say_no_more() { socket_.shutdown(Protocol::socket::shutdown_send); }
  /// The next line; none if the connection has ended.
  std::optional<std::string> hear() {
    const bool something = eventually([&] {
      read();
      return ended_ || in_.find('\n') != std::string::npos;
    });
    REQUIRE(something);
    const std::size_t length = in_.find('\n');
    if (length == std::string::npos) return std::nullopt;
    std::string line = in_.substr(0, length);
    in_.erase(0, length + 1);
    return line;
  }
  /// What has come and is not a line yet.
  [[nodiscard]] const std::string& unread() const { return in_; }

 private:
  void read() {
    fixture_.io.poll();
    if (fixture_.ticking != nullptr) fixture_.ticking->ticked();
    char bytes[4096];
    boost::system::error_code error;
    const std::size_t count = socket_.read_some(boost::asio::buffer(bytes), error);
    in_.append(bytes, count);
    ended_ = error && error != boost::asio::error::would_block;
  }

  Fixture& fixture_;
  typename Protocol::socket socket_;
  std::string in_;
  bool ended_ = false;
};

using Local = Client<stream_protocol>;
using Loopback = Client<boost::asio::ip::tcp>;
using Lines = std::vector<std::string>;

}  // namespace

TEST_CASE("requests are answered line by line, in order", "[control]") {
  Fixture fixture;
  const auto control = fixture.open();
  REQUIRE(control);
  fixture.ticking = control->get();
  Local client(fixture, stream_protocol::endpoint(fixture.path));

  client.say("status\nli");
  CHECK(client.hear() == "{status}");
  client.say("st\r\nstats\n\n");
  CHECK(client.hear() == "{list}");
  CHECK(client.hear() == "{stats}");
  CHECK(client.hear() == "{}");
  CHECK(fixture.requests == Lines{"status", "list", "stats", ""});
}

TEST_CASE("a last request needs no line feed", "[control]") {
  Fixture fixture;
  const auto control = fixture.open();
  REQUIRE(control);
  fixture.ticking = control->get();
  Local client(fixture, stream_protocol::endpoint(fixture.path));

  client.say("list\nstatus");
  client.say_no_more();
  CHECK(client.hear() == "{list}");
  CHECK(client.hear() == "{status}");
  CHECK_FALSE(client.hear());
  CHECK(fixture.requests == Lines{"list", "status"});
  CHECK((*control)->connections() == 0);
}

TEST_CASE("a request without an end is answered once and costs no more than its bound",
          "[control]") {
  Fixture fixture;
  const auto control = fixture.open();
  REQUIRE(control);
  fixture.ticking = control->get();
  Local client(fixture, stream_protocol::endpoint(fixture.path));

  client.say(std::string(100'000, 'x'));

  const auto answer = client.hear();
  REQUIRE(answer);
  CHECK(*answer == R"({"ok":false,"error":"the request is too long: at most 1024 bytes"})");
  CHECK_FALSE(client.hear());
  CHECK(fixture.requests.empty());
  CHECK((*control)->connections() == 0);
}

TEST_CASE("up to sixteen clients may be connected, and one that leaves makes room", "[control]") {
  Fixture fixture;
  const auto control = fixture.open();
  REQUIRE(control);
  fixture.ticking = control->get();
  const stream_protocol::endpoint endpoint(fixture.path);
  std::list<Local> clients;
  for (std::size_t i = 0; i < voiced::control_connections_max; ++i) {
    clients.emplace_back(fixture, endpoint);
  }

  CHECK_FALSE(Local(fixture, endpoint).hear());
  clients.pop_front();
  REQUIRE(eventually([&] {
    fixture.io.poll();
    (*control)->ticked();
    return (*control)->connections() < voiced::control_connections_max;
  }));
  Local next(fixture, endpoint);
  next.say("list\n");
  CHECK(next.hear() == "{list}");
}

TEST_CASE("the socket has the mode that was asked for, and is gone with its owner", "[control]") {
  Fixture fixture;
  struct stat there {};
  {
    const auto control = fixture.open();
    REQUIRE(control);
    REQUIRE(::stat(fixture.path.c_str(), &there) == 0);
    CHECK(S_ISSOCK(there.st_mode));
    CHECK((there.st_mode & 07777) == 0640);
  }
  CHECK(::lstat(fixture.path.c_str(), &there) != 0);
}

TEST_CASE("a socket that now has another owner is left alone", "[control]") {
  const auto kind = GENERATE(Kind::of_this_system, Kind::loopback);
  Fixture fixture;
  auto first = fixture.open(kind);
  REQUIRE(first);
  std::filesystem::remove(fixture.path);
  auto second = fixture.open(kind);
  REQUIRE(second);

  first->reset();
  CHECK(std::filesystem::exists(fixture.path));
  second->reset();
  CHECK_FALSE(std::filesystem::exists(fixture.path));
}

TEST_CASE("a socket in use or a file is not removed, a leftover socket is", "[control]") {
  Fixture fixture;
  SECTION("in use") {
    const auto first = fixture.open();
    REQUIRE(first);
    const auto second = fixture.open();
    REQUIRE_FALSE(second);
    CHECK(second.error().text == fixture.path + " is in use by another program; name another path");
  }
  SECTION("a file") {
    const std::string path = fixture.scratch.write("control.sock", "mine");
    const auto control = fixture.open();
    REQUIRE_FALSE(control);
    CHECK(control.error().text ==
          path + " exists and is not a socket; remove it, or name another path");
    CHECK(std::filesystem::file_size(path) == 4);
  }
  SECTION("left over") {
    { stream_protocol::acceptor killed(fixture.io, stream_protocol::endpoint(fixture.path)); }
    REQUIRE(std::filesystem::exists(fixture.path));
    CHECK(fixture.open());
  }
  SECTION("no such group") {
    const auto control = fixture.open(Kind::of_this_system, "no such group");
    REQUIRE_FALSE(control);
    CHECK(control.error().text == "there is no group `no such group`");
    CHECK(control.error().is_about_group);
    CHECK_FALSE(std::filesystem::exists(fixture.path));
  }
  SECTION("a path that no socket can have") {
    fixture.path = fixture.scratch.file(std::string(120, 'x'));
    CHECK_FALSE(fixture.open());
  }
  SECTION("no such folder") {
    fixture.path = fixture.scratch.file("nowhere/control.sock");
    CHECK_FALSE(fixture.open());
  }
}

TEST_CASE("on a loopback port the file's token is asked for first", "[control]") {
  Fixture fixture;
  const auto control = fixture.open(Kind::loopback);
  REQUIRE(control);
  fixture.ticking = control->get();
  std::uint16_t port = 0;
  std::string token;
  std::ifstream(fixture.path) >> port >> token;
  REQUIRE(token.size() == 32);
  const boost::asio::ip::tcp::endpoint endpoint(boost::asio::ip::address_v4::loopback(), port);

  Loopback friendly(fixture, endpoint);
  friendly.say("token " + token + "\nlist\n");
  CHECK(friendly.hear() == "{list}");
  Loopback stranger(fixture, endpoint);
  stranger.say("token " + std::string(32, '0') + "\nlist\n");
  CHECK_FALSE(stranger.hear());
  Loopback silent(fixture, endpoint);
  silent.say("list\n");
  CHECK_FALSE(silent.hear());
  CHECK(fixture.requests == Lines{"list"});
}

TEST_CASE("an answer may come later, and the next request waits for it", "[control]") {
  Fixture fixture;
  const auto control = fixture.open();
  REQUIRE(control);
  fixture.ticking = control->get();
  Local client(fixture, stream_protocol::endpoint(fixture.path));
  client.say("later\nlist\n");
  REQUIRE(eventually([&] {
    fixture.io.poll();
    return !fixture.later.empty();
  }));
  for (int i = 0; i < 10; ++i) {
    fixture.io.poll();
    (*control)->ticked();
  }
  CHECK(fixture.requests == Lines{"later"});

  fixture.later[0]("{done}");
  CHECK(client.hear() == "{done}");
  CHECK(client.hear() == "{list}");
  fixture.later[0]("{again}");  // goes nowhere
  client.say("stats\n");
  CHECK(client.hear() == "{stats}");
}

TEST_CASE("an answer that comes after its connection has gone goes nowhere", "[control]") {
  Fixture fixture;
  auto control = fixture.open();
  REQUIRE(control);
  Local client(fixture, stream_protocol::endpoint(fixture.path));
  client.say("later\n");
  REQUIRE(eventually([&] {
    fixture.io.poll();
    return !fixture.later.empty();
  }));

  control->reset();
  fixture.io.poll();
  fixture.later[0]("{done}");

  CHECK(client.hear() == std::nullopt);
  CHECK(client.unread().empty());
}

TEST_CASE("no tick answers more than its share of requests that are sent without waiting",
          "[control]") {
  Fixture fixture;
  const auto control = fixture.open();
  REQUIRE(control);
  std::list<Local> clients;
  for (int i = 0; i < 8; ++i) {
    clients.emplace_back(fixture, stream_protocol::endpoint(fixture.path));
    clients.back().say("slow\nslow\nslow\n");
  }
  const auto answered_by_polling = [&] {
    const std::size_t before = fixture.requests.size();
    fixture.io.poll();
    return fixture.requests.size() - before;
  };

  // Each costs more than a tick may spend: they are answered one at a time, and then come some
  // ticks without any.
  CHECK(answered_by_polling() <= 1);
  CHECK(answered_by_polling() == 0);
  int ticks = 0;
  while (fixture.requests.size() < 24 && ticks < 10'000) {
    const std::size_t before = fixture.requests.size();
    (*control)->ticked();
    CHECK(answered_by_polling() <= 1);
    CHECK(fixture.requests.size() - before <= 1);
    ++ticks;
  }
  CHECK(fixture.requests.size() == 24);
  CHECK(ticks >= 23 * 2);
}

TEST_CASE("clients take turns, so one that never stops keeps no other waiting", "[control]") {
  Fixture fixture;
  const auto control = fixture.open();
  REQUIRE(control);
  Local greedy(fixture, stream_protocol::endpoint(fixture.path));
  std::string many;
  for (int i = 0; i < 100; ++i) many += "slow\n";
  greedy.say(many);
  fixture.io.poll();
  Local modest(fixture, stream_protocol::endpoint(fixture.path));
  modest.say("list\n");
  fixture.ticking = control->get();

  CHECK(modest.hear() == "{list}");
  CHECK(fixture.requests.size() <= 20);  // of a hundred
}

#endif
