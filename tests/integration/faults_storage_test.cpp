// A disk that accepts no writes any more, under the server whose bans it keeps.
#include "tests/integration/call_of_ten.hpp"
#include "tests/integration/faults.hpp"
#include "tests/integration/operator.hpp"
#include "tests/support/mount_namespace.hpp"
#include "tests/support/shell.hpp"

#include <future>
#include <memory>

using namespace voice::test;

namespace {

/// voiced in a mount namespace of its own, where `state` is a small ext4 file system that can be
/// frozen.
class OnItsOwnDisk {
 public:
  OnItsOwnDisk() {
    run_or_throw("truncate -s 16M " + image_ + " && mkfs.ext4 -q " + image_ + " && mkdir " +
                 state_);
    process_ = std::make_unique<Process>(
        in_own_mounts(
            "mount -o loop \"$0\" \"$1\" && shift",
            {image_, state_, VOICED_PROGRAM, "--config", scratch_.write("voiced.conf", ""),
             "--listen", "127.0.0.1", "--port", std::to_string(port_), "--control-socket", socket(),
             "--jitter-mode", "fixed", "--jitter-depth", "100", "--state-directory", state_}),
        scratch_.file("voiced"));
    REQUIRE(process_->says("listening on="));
  }
  ~OnItsOwnDisk() { (void)freeze(false); }
  OnItsOwnDisk(const OnItsOwnDisk&) = delete;
  OnItsOwnDisk& operator=(const OnItsOwnDisk&) = delete;

  [[nodiscard]] bool freeze(bool frozen) const {
    return output_of("fsfreeze " + std::string(frozen ? "-f " : "-u ") + seen_from_here() + " 2>&1")
               .exit_code == 0;
  }
  [[nodiscard]] std::string bans() const {
    return output_of("cat " + seen_from_here() + "/bans").text;
  }
  [[nodiscard]] std::string socket() const { return scratch_.file("control.sock"); }
  [[nodiscard]] std::uint16_t port() const { return port_; }
  [[nodiscard]] Process& process() { return *process_; }

 private:
  [[nodiscard]] std::string seen_from_here() const {
    return "/proc/" + std::to_string(process_->pid()) + "/root" + state_;
  }

  ScratchDirectory scratch_;
  std::string image_ = scratch_.file("image");
  std::string state_ = scratch_.file("state");
  std::uint16_t port_ = TcpListener().port();
  std::unique_ptr<Process> process_;
};

std::string why_no_disk_of_its_own() {
  const ScratchDirectory scratch;
  const std::string image = scratch.file("image"), folder = scratch.file("folder");
  const Output output =
      output_of("truncate -s 16M " + image + " && mkfs.ext4 -q " + image + " && mkdir " + folder +
                " && unshare --mount sh -c 'mount -o loop " + image + " " + folder +
                " && fsfreeze -f " + folder + " && fsfreeze -u " + folder + "' 2>&1");
  return output.exit_code == 0 ? "" : "faults: skipped: no disk of its own here: " + output.text;
}

}  // namespace

TEST_CASE("a frozen state directory costs a call no frame, and the ban is kept when it thaws",
          "[integration][faults]") {
  if (const std::string why = why_no_disk_of_its_own(); !why.empty()) {
    WARN(why);
    return;
  }
  OnItsOwnDisk server;
  Operator desk(server.socket());
  CallOfTen call(server.port());
  REQUIRE(contains(desk.ask("ban 192.0.2.1"), R"("kept":true)"));
  REQUIRE(server.freeze(true));

  auto answer = std::async(std::launch::async, [&] { return desk.ask("ban 192.0.2.2"); });
  CHECK(call.frames_heard(150) == 150);

  const std::string told = answer.get();
  CHECK(contains(told, R"("banned":"192.0.2.2")"));
  CHECK(contains(told, R"("kept":false)"));
  REQUIRE(server.freeze(false));
  CHECK(eventually([&] { return contains(server.bans(), "192.0.2.2"); }));
  server.process().signal(SIGTERM);
  CHECK(server.process().wait() == 0);
}
