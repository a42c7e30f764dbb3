// A scraper that sends any bytes, in any pieces: wherever the stream is cut, the same requests are
// read in the same order, then the same end, and never more than the buffer is held.
#include "common/core/assert.hpp"
#include "server/metrics/http_request.hpp"

#include "tests/fuzz/input.hpp"

#include <algorithm>
#include <vector>

namespace {

using voiced::HttpRequestReader;
using Reading = HttpRequestReader::Reading;

struct Story {
  std::vector<voiced::HttpRequest> requests;
  Reading end = Reading::more;
};

bool same(const voiced::HttpRequest& a, const voiced::HttpRequest& b) {
  return a.method == b.method && a.path == b.path && a.keep_alive == b.keep_alive &&
         a.accepts_open_metrics == b.accepts_open_metrics;
}

// Reads all that has arrived after each piece of at most `piece` bytes.
Story tell(voice::Bytes bytes, std::size_t piece) {
  HttpRequestReader reader;
  Story story;
  while (story.end == Reading::more && !bytes.empty()) {
    const auto room = reader.room();
    VOICE_ASSERT(!room.empty());
    const std::size_t count = std::min({piece, bytes.size(), room.size()});
    std::copy_n(bytes.begin(), count, room.begin());
    reader.filled(count);
    bytes = bytes.subspan(count);
    while ((story.end = reader.read()) == Reading::request) {
      story.requests.push_back(reader.request());
    }
  }
  return story;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Input input(data, size);
  const auto piece = static_cast<std::size_t>(1 + input.byte());
  const voice::Bytes bytes = input.all();

  const Story whole = tell(bytes, bytes.size());
  const Story cut = tell(bytes, piece);

  VOICE_ASSERT(whole.requests.size() == cut.requests.size());
  VOICE_ASSERT(
      std::equal(whole.requests.begin(), whole.requests.end(), cut.requests.begin(), same));
  // The reason for refusing may be known a byte earlier or later, but a request must not be both
  // good and bad.
  const auto is_bad = [](Reading reading) { return reading != Reading::more; };
  VOICE_ASSERT(is_bad(whole.end) == is_bad(cut.end));
  return 0;
}
