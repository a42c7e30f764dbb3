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

enum class Wrote : std::uint8_t { all, part, nothing, closed };

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
  Wrote so_far = Wrote::nothing;
  while (!text.empty()) {
    const std::ptrdiff_t count = write_some(descriptor, text);
    if (count > 0) {
      text.remove_prefix(static_cast<std::size_t>(count));
      so_far = Wrote::part;
    } else if (count < 0 && errno == EINTR) {
      continue;
    } else if (count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
      if (!wanted()) return so_far;
      wait_writable(descriptor);
    } else {
      const bool gone = count < 0 && (errno == EPIPE || errno == EIO || errno == EBADF);
      return gone ? Wrote::closed : so_far;
    }
  }
  return Wrote::all;
}

}  // namespace

struct LineWriter::Queue {
  struct Line {
    std::string text;
    bool is_report;
  };

  Queue(int to, std::size_t limit) : descriptor(to), bytes_max(limit) {}

  // False: there is no room.
  bool push(Line line) {
    if (bytes + line.text.size() > bytes_max) return false;
    bytes += line.text.size();
    lines.push_back(std::move(line));
    return true;
  }
  void drain(Worker::Control& control);
  Wrote write_line(std::string_view line, Worker::Control& control);

  const int descriptor;
  const std::size_t bytes_max;
  mutable std::mutex mutex;
  mutable std::condition_variable changed;
  std::deque<Line> lines;
  std::size_t bytes = 0;   // of `lines`, and of the line being written
  std::uint64_t lost = 0;  // lines
  Report report = Report::none;
  bool closed = false;
  bool is_torn = false;  // what was written last is part of a line; the worker's thread alone
};

// Otherwise a reader would take the line and the part before it for one line.
Wrote LineWriter::Queue::write_line(std::string_view line, Worker::Control& control) {
  const auto wanted = [&] { return !control.stop_requested(); };
  if (is_torn) {
    if (const Wrote wrote = write_all(descriptor, "\n", wanted); wrote != Wrote::all) return wrote;
    is_torn = false;
  }
  const Wrote wrote = write_all(descriptor, line, wanted);
  is_torn = wrote == Wrote::part;
  return wrote;
}

// Runs in the worker's thread. Holds the lock except while it writes.
void LineWriter::Queue::drain(Worker::Control& control) {
  std::unique_lock lock(mutex);
  while (!lines.empty()) {
    const Line line = std::move(lines.front());
    lines.pop_front();
    Wrote wrote = Wrote::closed;
    if (!closed) {
      lock.unlock();
      wrote = write_line(line.text, control);
      lock.lock();
    }
    bytes -= line.text.size();
    if (line.is_report) {
      report = wrote == Wrote::all ? Report::written : Report::failed;
    } else if (wrote != Wrote::all) {
      ++lost;
    }
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
    if (!queue_->push({std::move(line), false})) {
      ++queue_->lost;
      return false;
    }
  }
  worker_.wake();
  return true;
}

bool LineWriter::write_report(std::string line) {
  {
    const std::lock_guard lock(queue_->mutex);
    if (queue_->report == Report::waiting || !queue_->push({std::move(line), true})) return false;
    queue_->report = Report::waiting;
  }
  worker_.wake();
  return true;
}

LineWriter::Report LineWriter::report() const {
  const std::lock_guard lock(queue_->mutex);
  return queue_->report;
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
