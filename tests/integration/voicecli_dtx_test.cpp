// Discontinuous transmission between real programs: two clients say the same, but one of them sends
// only speech.
#include "tests/bench/sound/speech.hpp"
#include "tests/integration/exact_call.hpp"
#include "tests/integration/operator.hpp"

#include <algorithm>
#include <cmath>
#include <random>

using namespace voice::test;

namespace {

constexpr int seconds = 20;

// Two seconds of words, two seconds of a room in which nobody speaks, and so on.
Pcm words_and_pauses() {
  const auto words = bench::speech(8000, seconds);
  std::mt19937 random(4);
  std::normal_distribution<double> hiss(0, 16);
  Pcm said;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const bool is_pause = i / 16000 % 2 == 1;
    said.push_back(is_pause ? static_cast<std::int16_t>(std::lround(hiss(random))) : words[i]);
  }
  return said;
}

// The figure for `key`, in the list's entry of the participant `name`.
double figure(const std::string& list, const std::string& name, const std::string& key) {
  const std::size_t entry = list.find("\"name\":\"" + name + "\"");
  REQUIRE(entry != std::string::npos);
  const std::size_t at = list.find("\"" + key + "\":", entry);
  REQUIRE(at != std::string::npos);
  return std::stod(list.substr(at + key.size() + 3));
}

}  // namespace

TEST_CASE("a client that sends only speech saves the bytes of its pauses, and loses no word",
          "[integration][voicecli][real-time]") {
  const ScratchDirectory scratch;
  const Pcm said = words_and_pauses();
  const std::string input = scratch.write("said.wav", wav_bytes({8000, said}));
  Operated server;
  const std::uint16_t port = server.voiced.port();
  const auto speaker = [&](const std::string& name, const std::string& dtx) {
    return Strings{"--name", name, "--input", input, "--output", "null", "--dtx", dtx};
  };
  Voicecli all(port, speaker("all", "off")), spoken(port, speaker("spoken", "on"));
  REQUIRE(all.connects());
  REQUIRE(spoken.connects());

  std::string list;
  const bool all_came = eventually(
      [&] {
        list = server.ask("list");
        return figure(list, "all", "packets") >= seconds * 50;
      },
      std::chrono::seconds{200});

  INFO(list);
  CHECK(all_came);
  const double share = figure(list, "spoken", "bytes_in") / figure(list, "all", "bytes_in");
  CAPTURE(share);
  CHECK(share < 0.75);
  CHECK(share > 0.3);
  CHECK(figure(list, "spoken", "lost") == 0);
  CHECK(figure(list, "spoken", "ignored_messages") == 0);
  CHECK(spoken.quit() == 0);
  CHECK(all.quit() == 0);
}
