// The soak's story: fifty visitors for a given number of minutes. At the beginning of every minute,
// one voice, whose clock is exact, speaks alone, and everybody measures how old it is; for the rest
// of the minute, visitors talk at random. Owns the visitors and the clock; the server belongs to
// the caller.
#pragma once

#include "tests/sim/world/random.hpp"
#include "tests/soak/judge.hpp"
#include "tests/soak/server_watch.hpp"
#include "tests/soak/visitor.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <functional>
#include <memory>
#include <vector>

namespace soak {

struct StorySettings {
  std::string host;
  std::uint16_t port = 0;
  int minutes = 30;
  std::size_t visitors = 50;
};

/// The results of a minute.
struct MinuteReport {
  int minute = 0;
  double rss_kib = 0;
  std::size_t descriptors = 0;
  std::uint64_t packets_min = 0;  // received so far by the client that has the fewest
  std::uint64_t packets_max = 0;
  std::uint64_t gaps = 0;        // in sequence numbers, so far, over all
  double delay_median_ms = 0;    // of listeners with an exact clock
  double delay_max_ms = 0;       // of the same
  double drifting_max_ms = 0;    // of those whose clock is wrong
  std::uint64_t underflows = 0;  // of all jitter buffers of listeners, so far
};

class Story {
 public:
  using Report = std::function<void(const MinuteReport&)>;

  Story(StorySettings settings, const ServerWatch& server);

  /// Plays the story to its end. Throws if a visitor is not admitted.
  [[nodiscard]] Figures run(const Report& report);

 private:
  void join();
  void live(voice::Duration duration);
  void pump_all(voice::TimePoint now);
  void everybody_is_silent();
  void everybody_but_the_voice_is_silent();
  void let_chance_talk();
  MinuteReport measure(int minute);
  void measure_after_pause(const Report& report);
  void sample_memory();
  void settle_accounts();
  [[nodiscard]] bool is_talker(std::size_t visitor) const noexcept { return visitor % 2 == 0; }

  StorySettings settings_;
  const ServerWatch& server_;
  sim::Random random_{2014};
  boost::asio::io_context io_{1};
  boost::asio::steady_timer timer_{io_};
  std::vector<std::unique_ptr<Visitor>> visitors_;
  voice::TimePoint start_{};
  voice::TimePoint next_memory_sample_{};
  // One for each visitor: from the first measurement, from that at the end, and from the one after.
  std::vector<double> first_medians_;
  std::vector<double> end_medians_;
  std::vector<double> last_medians_;
  Figures figures_;
};

}  // namespace soak
