// More than the machine can give: no descriptors left, no time left. Connected peers stay,
// newcomers are told, and the server recovers by itself.
#include "tests/integration/witnesses.hpp"
#include "tests/support/descriptor_limit.hpp"

#include <algorithm>
#include <memory>

using namespace voice::test;

namespace {

std::unique_ptr<Voiced> voiced_with_descriptors(rlim_t most, const Strings& flags) {
  const DescriptorLimit limit(most);
  REQUIRE(limit.is_set());
  return std::make_unique<Voiced>(flags);
}

/// Everybody speaks and reads, so that the server has as much work as possible.
class Choir {
 public:
  explicit Choir(Voiced& voiced) : voiced_(voiced) {}

  /// Connects one more. Returns the server's first message; empty if it does not answer.
  [[nodiscard]] std::string admit() {
    TcpPeer peer(voiced_.port());
    (void)peer.send(frame_);
    const auto first = peer.next();
    if (first && text_of(*first).rfind("SamplesPerSecond:", 0) == 0)
      singers_.push_back(std::move(peer));
    return first ? text_of(*first) : "";
  }

  void sing(int ticks) {
    in_real_time(ticks, [this](int) {
      for (TcpPeer& singer : singers_) {
        (void)singer.send(frame_);
        singer.receive();
        while (singer.take()) continue;
      }
    });
  }

  [[nodiscard]] bool all_are_in() const {
    return std::all_of(singers_.begin(), singers_.end(),
                       [](const TcpPeer& singer) { return singer.end() == End::none; });
  }

  void go_home() { singers_.clear(); }

 private:
  Voiced& voiced_;
  std::vector<TcpPeer> singers_;
  ByteVector frame_ = rtp_message(1, ByteVector(160, 0xC0));
};

}  // namespace

TEST_CASE("without descriptors accepting pauses, the call goes on, and it recovers by itself",
          "[integration][hostile][real-time]") {
  const auto voiced = voiced_with_descriptors(48, patient());
  Witnesses witnesses(*voiced);
  std::vector<TcpPeer> crowd;
  for (int i = 0; i < 60; ++i) crowd.emplace_back(voiced->port());

  CHECK(witnesses.speak_until(
      [&] { return voiced->log().find("accepting paused") != std::string::npos; }));
  witnesses.speak(25);
  crowd.clear();

  TcpPeer newcomer(voiced->port());
  CHECK(witnesses.speak_until([&] {
    newcomer.receive();
    return newcomer.take().has_value();
  }));
  witnesses.check_nothing_is_missing();
}

TEST_CASE("a server with no time left refuses newcomers, keeps its peers, and lets in again",
          "[integration]") {
  // Any machine reaches ten percent.
  Voiced voiced({"--load-max-percent", "10", "--joins-per-address-s", "10000",
                 "--participants-per-address-max", "0"});
  Choir choir(voiced);
  std::string answer;

  for (int round = 0; round < 30 && answer.rfind("Refused", 0) != 0; ++round) {
    for (int i = 0; i < 30 && answer.rfind("Refused", 0) != 0; ++i) answer = choir.admit();
    choir.sing(25);
  }

  CHECK(answer.rfind("Refused\nCode:busy", 0) == 0);
  CHECK(choir.all_are_in());
  CHECK(voiced.says("reason=refused_busy"));

  choir.go_home();
  CHECK(eventually([&] { return choir.admit().rfind("SamplesPerSecond:", 0) == 0; }));
}
