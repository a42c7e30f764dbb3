#include "common/background/line_writer.hpp"

#include <algorithm>
#include <cerrno>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <string_view>
#include <utility>
#ifdef _WIN32
#include <io.h>
#else
#include <poll.h>
#include <unistd.h>
#endif

namespace voice {
namespace {

constexpr std::chrono::seconds farewell_max{1};
// A descriptor in non-blocking mode (another program has set it on a shared terminal) is asked
// again at this pace; it bounds how long a stop goes unnoticed.
constexpr int poll_ms = 100;

enum class Wrote : std::uint8_t { all, failed, closed };

#ifdef _WIN32
std::ptrdiff_t write_some(int descriptor, std::string_view text) {
  return ::_write(descriptor, text.data(), static_cast<unsigned>(text.size()));
}
void wait_writable(int) {}
#else
std::ptrdiff_t write_some(int descriptor, std::string_view text) {
  return ::write(descriptor, text.data(), text.size());
}
void wait_writable(int descriptor) {
  pollfd query{descriptor, POLLOUT, 0};
  ::poll(&query, 1, poll_ms);
}
#endif

// `wanted` says whether waiting still makes sense.
template <class Wanted>
Wrote write_all(int descriptor, std::string_view text, Wanted wanted) {
  while (!text.empty()) {
    const std::ptrdiff_t count = write_some(descriptor, text);
    if (count > 0) {
      text.remove_prefix(static_cast<std::size_t>(count));
    } else if (count < 0 && errno == EINTR) {
      continue;
    } else if (count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
      if (!wanted()) return Wrote::failed;
      wait_writable(descriptor);
    } else {
      const bool gone = count < 0 && (errno == EPIPE || errno == EIO || errno == EBADF);
      return gone ? Wrote::closed : Wrote::failed;
    }
  }
  return Wrote::all;
}

}  // namespace

struct LineWriter::Queue {
  Queue(int to, std::size_t limit) : descriptor(to), bytes_max(limit) {}

  void drain(Worker::Control& control);

  const int descriptor;
  const std::size_t bytes_max;
  mutable std::mutex mutex;
  mutable std::condition_variable changed;
  std::deque<std::string> lines;
  std::size_t bytes = 0;   // of `lines`, and of the line being written
  std::uint64_t lost = 0;  // lines
  bool closed = false;
};

// Runs in the worker's thread. Holds the lock except while it writes.
void LineWriter::Queue::drain(Worker::Control& control) {
  std::unique_lock lock(mutex);
  while (!lines.empty()) {
    const std::string line = std::move(lines.front());
    lines.pop_front();
    Wrote wrote = Wrote::closed;
    if (!closed) {
      lock.unlock();
      wrote = write_all(descriptor, line, [&] { return !control.stop_requested(); });
      lock.lock();
    }
    bytes -= line.size();
    if (wrote != Wrote::all) ++lost;
    if (wrote == Wrote::closed) closed = true;
    changed.notify_all();
  }
}

LineWriter::LineWriter(int descriptor, std::size_t bytes_max)
    : queue_(std::make_shared<Queue>(descriptor, bytes_max)),
      worker_(
          [queue = queue_](Worker::Control& control) {
            bool stop = false;
            while (!stop) {
              stop = control.wait(std::chrono::hours{1});
              queue->drain(control);
            }
          },
          farewell_max) {}

LineWriter::~LineWriter() = default;

bool LineWriter::write(std::string line) {
  {
    const std::lock_guard lock(queue_->mutex);
    if (queue_->bytes + line.size() > queue_->bytes_max) {
      ++queue_->lost;
      return false;
    }
    queue_->bytes += line.size();
    queue_->lines.push_back(std::move(line));
  }
  worker_.wake();
  return true;
}

bool LineWriter::flush(Duration patience) const {
  std::unique_lock lock(queue_->mutex);
  return queue_->changed.wait_for(lock, patience, [this] { return queue_->bytes == 0; });
}

std::uint64_t LineWriter::lost_lines() const {
  const std::lock_guard lock(queue_->mutex);
  return queue_->lost;
}

bool LineWriter::closed() const {
  const std::lock_guard lock(queue_->mutex);
  return queue_->closed;
}

}  // namespace voice
