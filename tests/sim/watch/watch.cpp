#include "tests/sim/watch/watch.hpp"

#include "tests/sim/watch/adaptive_watch.hpp"
#include "tests/sim/watch/server_watch.hpp"

namespace sim {

std::unique_ptr<Watch> make_watch(const World& world, const ServerSettings& settings) {
  if (settings.adaptive) return std::make_unique<AdaptiveWatch>(world, settings);
  return std::make_unique<ServerWatch>(world, settings);
}

}  // namespace sim
