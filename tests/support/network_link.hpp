// A network of two machines for one test: the calling thread moves into a network namespace that is
// connected to a second one, and can cut the link or make it slow and lossy. The kernel removes
// both with the last process in them, however the test ends. Linux, with permission to make
// namespaces.
#pragma once

#include "tests/support/process.hpp"
#include "tests/support/scratch_directory.hpp"
#include "tests/support/tcp_peer.hpp"

#include <memory>
#include <string>

namespace voice::test {

struct LinkQuality {
  int delay_ms = 0;   // each way
  int jitter_ms = 0;  // the delay of each packet varies by up to ± this; order is kept
  int loss_percent = 0;
};

class NetworkLink {
 public:
  static constexpr const char* near_address = "198.18.0.1";

  enum class Need : std::uint8_t { cutting, delaying };
  /// Why this machine cannot do it; empty if it can.
  [[nodiscard]] static std::string missing(Need need = Need::cutting);

  /// Moves this thread, and the programs that it starts from now on, to the near end. Throws on
  /// failure.
  NetworkLink();
  /// Moves the thread back.
  ~NetworkLink();
  NetworkLink(const NetworkLink&) = delete;
  NetworkLink& operator=(const NetworkLink&) = delete;

  /// Runs `start` at the far end, and returns its result. Programs that it starts stay there.
  template <class Start>
  auto beyond(Start start) {
    const Visit visit(far_.get(), near_.get());
    return start();
  }

  void cut();      // all packets are lost, and nobody is told
  void restore();  // ends cut()
  void unplug();   // our end loses its carrier, as if the cable was pulled out
  void plug_in();

  /// In both directions, until relieve().
  void impair(LinkQuality quality);
  void relieve();
  /// Statistics of both ends, after relieve().
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
