#include "tests/support/network_link.hpp"

#include "tests/support/shell.hpp"

#include <fcntl.h>
#include <sched.h>
#include <unistd.h>

#include <csignal>
#include <system_error>

namespace voice::test {
namespace {

// iproute2 and iptables are often only in root's PATH.
const std::string path = "PATH=$PATH:/usr/sbin:/sbin; ";

void run(const std::string& command) {
  run_or_throw(path + command);
}

Descriptor open_namespace() {
  Descriptor opened(::open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC));
  if (opened.get() < 0) throw std::system_error(errno, std::generic_category(), "ns/net");
  return opened;
}

Descriptor new_namespace() {
  if (::unshare(CLONE_NEWNET) != 0) {
    throw std::system_error(errno, std::generic_category(), "unshare");
  }
  run("ip link set lo up");
  return open_namespace();
}

void enter(int name_space) {
  if (::setns(name_space, CLONE_NEWNET) != 0) {
    throw std::system_error(errno, std::generic_category(), "setns");
  }
}

/// Packets are dropped at the receiver, because the kernel tells a sender that its own machine
/// drops them.
std::string rule(const std::string& verb, const std::string& target) {
  return "iptables " + verb + " INPUT -i veth0 -j " + target;
}

}  // namespace

std::string NetworkLink::missing(Need need) {
  std::string trial = "ip link add veth0 type veth peer name veth1";
#ifdef VOICE_LINK_DELAY_PROGRAM
  const std::string target = need == Need::cutting ? "DROP" : "NFQUEUE --queue-num 1";
#else
  if (need == Need::delaying) {
    return "faults: skipped: built without libnetfilter_queue (package libnetfilter-queue-dev)";
  }
  const std::string target = "DROP";
#endif
  trial += " && " + rule("-A", target);
  const Output output = output_of(path + "unshare --net sh -c '" + trial + "' 2>&1");
  if (output.exit_code == 0) return "";
  return "faults: skipped: no network namespaces, iproute2 or iptables here: " + output.text;
}

NetworkLink::NetworkLink() : home_(open_namespace()), far_(new_namespace()) {
  near_ = new_namespace();
  const std::string far_file =
      "/proc/" + std::to_string(::getpid()) + "/fd/" + std::to_string(far_.get());
  run("ip link add veth0 type veth peer name veth0 netns " + far_file);
  run(std::string("ip address add ") + near_address + "/30 dev veth0 && ip link set veth0 up");
  beyond([] { run("ip address add 198.18.0.2/30 dev veth0 && ip link set veth0 up"); });
}

NetworkLink::~NetworkLink() {
  // Programs that still run here end with their owners, and the kernel removes a namespace with its
  // last process.
  static_cast<void>(::setns(home_.get(), CLONE_NEWNET));
}

NetworkLink::Visit::Visit(int there, int back) : back_(back) {
  enter(there);
}

NetworkLink::Visit::~Visit() {
  static_cast<void>(::setns(back_, CLONE_NEWNET));
}

void NetworkLink::cut() {
  run(rule("-I", "DROP"));
  beyond([] { run(rule("-I", "DROP")); });
}

void NetworkLink::restore() {
  run(rule("-D", "DROP"));
  beyond([] { run(rule("-D", "DROP")); });
}

void NetworkLink::unplug() {
  run("ip link set veth0 down");
}

void NetworkLink::plug_in() {
  run("ip link set veth0 up");
}

std::unique_ptr<Process> NetworkLink::start_delay(const std::string& side, LinkQuality quality) {
#ifdef VOICE_LINK_DELAY_PROGRAM
  const std::string program = VOICE_LINK_DELAY_PROGRAM;
#else
  const std::string program = "/nonexistent";
#endif
  auto delay = std::make_unique<Process>(
      std::vector<std::string>{program, "1", std::to_string(quality.delay_ms),
                               std::to_string(quality.jitter_ms),
                               std::to_string(quality.loss_percent)},
      scratch_.file(side));
  if (!delay->prints("ready")) throw std::runtime_error("link_delay: " + delay->err());
  run(rule("-I", "NFQUEUE --queue-num 1"));
  return delay;
}

std::string NetworkLink::stop_delay(const std::string& side, std::unique_ptr<Process>& delay) {
  // The rule comes first: a queue that no program serves drops its packets.
  run(rule("-D", "NFQUEUE --queue-num 1"));
  delay->signal(SIGTERM);
  static_cast<void>(delay->wait());
  const std::string told = delay->err();
  delay.reset();
  return side + ": " + told.substr(0, told.find('\n'));
}

void NetworkLink::impair(LinkQuality quality) {
  delay_near_ = start_delay("near", quality);
  delay_far_ = beyond([&] { return start_delay("far", quality); });
}

void NetworkLink::relieve() {
  impairment_ = stop_delay("to the server", delay_near_);
  impairment_ += "; " + beyond([&] { return stop_delay("to the client", delay_far_); });
}

}  // namespace voice::test
