// A network of two machines for one test: the calling thread moves into a network namespace with a
// cable to a second one, and can cut the cable or make it slow and lossy. All of it vanishes with
// the processes in it, whatever becomes of the test. Linux, with the right to make namespaces.
#pragma once

#include "tests/support/process.hpp"
#include "tests/support/scratch_directory.hpp"
#include "tests/support/tcp_peer.hpp"

#include <memory>
#include <string>

namespace voice::test {

struct LinkQuality {
  int delay_ms = 0;   // each way
  int jitter_ms = 0;  // the delay of each packet varies by ± this much; order is kept
  int loss_percent = 0;
};

class NetworkLink {
 public:
  static constexpr const char* near_address = "198.18.0.1";

  enum class Need : std::uint8_t { cutting, delaying };
  /// Why this machine cannot do it; empty when it can.
  [[nodiscard]] static std::string missing(Need need = Need::cutting);

  /// From here on this thread, and what it starts, is at the near end. Throws when it fails.
  NetworkLink();
  /// Back to where the thread was.
  ~NetworkLink();
  NetworkLink(const NetworkLink&) = delete;
  NetworkLink& operator=(const NetworkLink&) = delete;

  /// Runs `start` at the far end, and returns what it returns. Programs started in it stay there.
  template <class Start>
  auto beyond(Start start) {
    const Visit visit(far_.get(), near_.get());
    return start();
  }

  void cut();      // whatever is sent gets lost, and nobody is told
  void restore();  // … until now
  void unplug();   // our end loses its carrier, as with a cable pulled out
  void plug_in();

  /// Both ways, until relieve().
  void impair(LinkQuality quality);
  void relieve();
  /// What the two ends did to the packets, after relieve().
  [[nodiscard]] const std::string& impairment() const noexcept { return impairment_; }

 private:
  class Visit {
   public:
    Visit(int there, int back);
    ~Visit();
    Visit(const Visit&) = delete;
    Visit& operator=(const Visit&) = delete;

   private:
    int back_;
  };

  [[nodiscard]] std::unique_ptr<Process> start_delay(const std::string& side, LinkQuality quality);
  std::string stop_delay(const std::string& side, std::unique_ptr<Process>& delay);

  Descriptor home_, far_, near_;  // the namespaces
  ScratchDirectory scratch_;
  std::unique_ptr<Process> delay_near_, delay_far_;
  std::string impairment_;
};

}  // namespace voice::test
