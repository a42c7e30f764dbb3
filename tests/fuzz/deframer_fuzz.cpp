// The deframer against a slow one: a stream cut anywhere gives the same messages and the same end.
// The limit may change between messages.
#include "common/core/assert.hpp"
#include "common/wire/deframer.hpp"

#include "tests/fuzz/input.hpp"
#include "tests/sim/oracle/slow_wire.hpp"

#include <optional>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Input input(data, size);
  std::size_t limit = 4u * input.byte();
  voice::Deframer fast(limit);
  sim::SlowDeframer slow(limit);
  while (!input.empty()) {
    const std::size_t piece = input.byte();
    // On the heap at its exact size, so that a sanitizer sees a view that outlives its bytes.
    const voice::Bytes view = input.bytes(piece);
    const std::vector<std::uint8_t> bytes(view.begin(), view.end());
    voice::Bytes rest(bytes);
    slow.add(bytes);
    for (;;) {
      const auto next = fast.next(rest);
      const std::optional<sim::Message> expected = slow.next();
      VOICE_ASSERT(next.has_value() != slow.broken());
      if (!next) {
        VOICE_ASSERT(*voice::to_string(next.error()) != '\0');
        return 0;
      }
      VOICE_ASSERT(next->has_value() == expected.has_value());
      if (!expected) break;
      VOICE_ASSERT(
          std::equal((*next)->begin(), (*next)->end(), expected->begin(), expected->end()));
      // From the next prefix on, a peer that is no longer a stranger may send more.
      if (expected->size() == 1) {
        limit = 8u * expected->front();
        fast.set_message_bytes_max(limit);
        slow.set_bytes_max(limit);
      }
    }
    VOICE_ASSERT(rest.empty());
    VOICE_ASSERT(fast.mid_message() == slow.mid_message());
  }
  return 0;
}
