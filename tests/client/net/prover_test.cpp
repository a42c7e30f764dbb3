#include "client/net/prover.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/eventually.hpp"

#include <atomic>
#include <memory>
#include <string>
#include <thread>

using namespace voicecli;

namespace {

/// Proofs that take as long as a test wants.
struct Bench {
  std::atomic<int> may_end{0};
  std::atomic<int> begun{0};
  std::atomic<int> running{0};
  std::atomic<int> running_max{0};
};

Answer work(Bench& bench, const Challenge& challenge) {
  const int running = ++bench.running;
  if (running > bench.running_max) bench.running_max = running;
  ++bench.begun;
  while (bench.may_end < bench.begun) std::this_thread::yield();
  --bench.running;
  return {challenge.client_nonce, "proof", "server's"};
}

Challenge challenge(const std::string& nonce) {
  return {.user = {},
          .password = {},
          .client_nonce = nonce,
          .server_nonce = {},
          .salt = {},
          .cost = {}};
}

std::string next_nonce(Prover& prover) {
  std::optional<Answer> answer;
  REQUIRE(voice::test::eventually([&] { return (answer = prover.take()).has_value(); }));
  CHECK(answer->proof == "proof");
  return answer->client_nonce;
}

}  // namespace

TEST_CASE("proofs are computed one at a time, and of the challenges that wait only the newest",
          "[prover]") {
  const auto bench = std::make_shared<Bench>();
  Prover prover([bench](const Challenge& challenge) { return work(*bench, challenge); });

  for (const char* const nonce : {"1", "2", "3", "4"}) prover.begin(challenge(nonce));
  REQUIRE(voice::test::eventually([&] { return bench->begun == 1; }));
  CHECK_FALSE(prover.take());
  ++bench->may_end;
  CHECK(next_nonce(prover) == "1");
  ++bench->may_end;
  CHECK(next_nonce(prover) == "4");

  CHECK(bench->begun == 2);
  CHECK(bench->running_max == 1);
  CHECK_FALSE(prover.take());
}

TEST_CASE("a challenge that waits for its proof may be forgotten", "[prover]") {
  const auto bench = std::make_shared<Bench>();
  Prover prover([bench](const Challenge& challenge) { return work(*bench, challenge); });

  prover.begin(challenge("1"));
  prover.begin(challenge("2"));
  prover.forget_waiting();
  ++bench->may_end;
  CHECK(next_nonce(prover) == "1");

  prover.begin(challenge("3"));
  ++bench->may_end;
  CHECK(next_nonce(prover) == "3");
  CHECK(bench->begun == 2);
}
