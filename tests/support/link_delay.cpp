// link_delay QUEUE DELAY_MS JITTER_MS LOSS_PERCENT: delays and loses the packets that iptables puts
// into an NFQUEUE, as a bad line does. It keeps their order, since most lines do. Prints "ready"
// when it is running; on SIGTERM, it releases the packets that it holds, and prints how many there
// were. Needs CAP_NET_ADMIN in its network namespace.
#include <arpa/inet.h>
#include <libnetfilter_queue/libnetfilter_queue.h>
#include <linux/netfilter.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <random>

namespace {

using Clock = std::chrono::steady_clock;
using Milliseconds = std::chrono::duration<double, std::milli>;

volatile std::sig_atomic_t ended = 0;

struct Held {
  std::uint32_t id;
  Clock::time_point due;
};

class Line {
 public:
  Line(double delay_ms, double jitter_ms, double loss_percent)
      : delay_ms_(delay_ms - jitter_ms, delay_ms + jitter_ms), lost_(loss_percent / 100) {}

  void arrived(nfq_q_handle* queue, std::uint32_t id) {
    ++packets_;
    if (lost_(random_)) {
      ++dropped_;
      nfq_set_verdict(queue, id, NF_DROP, 0, nullptr);
      return;
    }
    auto due = Clock::now() +
               std::chrono::duration_cast<Clock::duration>(Milliseconds{delay_ms_(random_)});
    if (!held_.empty()) due = std::max(due, held_.back().due);
    held_.push_back({id, due});
  }

  void let_go(nfq_q_handle* queue, Clock::time_point until) {
    while (!held_.empty() && held_.front().due <= until) {
      nfq_set_verdict(queue, held_.front().id, NF_ACCEPT, 0, nullptr);
      held_.pop_front();
    }
  }

  /// Until the next packet is due, at most 100 ms.
  [[nodiscard]] timespec wait() const {
    std::chrono::nanoseconds wait = std::chrono::milliseconds{100};
    if (!held_.empty()) {
      wait = std::clamp<std::chrono::nanoseconds>(held_.front().due - Clock::now(),
                                                  std::chrono::nanoseconds{0}, wait);
    }
    return {0, static_cast<long>(wait.count())};
  }

  void report() const { std::fprintf(stderr, "%ld packets, %ld lost\n", packets_, dropped_); }

 private:
  std::mt19937 random_{2014};
  std::uniform_real_distribution<double> delay_ms_;
  std::bernoulli_distribution lost_;
  std::deque<Held> held_;
  long packets_ = 0;
  long dropped_ = 0;
};

int on_packet(nfq_q_handle* queue, nfgenmsg*, nfq_data* packet, void* line) {
  const nfqnl_msg_packet_hdr* const header = nfq_get_msg_packet_hdr(packet);
  if (header != nullptr) static_cast<Line*>(line)->arrived(queue, ntohl(header->packet_id));
  return 0;
}

int fail(const char* what) {
  std::perror(what);
  return 1;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 5) return 2;
  Line line(std::atof(argv[2]), std::atof(argv[3]), std::atof(argv[4]));
  std::signal(SIGTERM, [](int) { ended = 1; });
  nfq_handle* const netlink = nfq_open();
  if (netlink == nullptr) return fail("nfq_open");
  const auto number = static_cast<std::uint16_t>(std::atoi(argv[1]));
  nfq_q_handle* const queue = nfq_create_queue(netlink, number, on_packet, &line);
  if (queue == nullptr) return fail("nfq_create_queue");
  nfq_set_mode(queue, NFQNL_COPY_META, 0);
  nfq_set_queue_maxlen(queue, 65536);
  std::puts("ready");
  std::fflush(stdout);

  alignas(8) char buffer[16 * 1024];
  while (ended == 0) {
    line.let_go(queue, Clock::now());
    pollfd waiting{nfq_fd(netlink), POLLIN, 0};
    const timespec wait = line.wait();
    if (ppoll(&waiting, 1, &wait, nullptr) <= 0) continue;
    const ssize_t count = recv(waiting.fd, buffer, sizeof buffer, 0);
    if (count > 0) nfq_handle_packet(netlink, buffer, static_cast<int>(count));
  }
  line.let_go(queue, Clock::time_point::max());
  line.report();
  nfq_destroy_queue(queue);
  nfq_close(netlink);
  return 0;
}
