// The group of the control socket, where the system calls are filtered as under the unit.
#ifdef __linux__
#include "server/operator/control_door.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/scratch_directory.hpp"

#include <grp.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <filesystem>
#include <string>
#include <thread>

#ifdef SYS_chown

namespace {

/// From now on, chown fails in this thread, as under the unit. False: this system cannot do that.
bool forbid_chown() {
  sock_filter program[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_chown, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  const sock_fprog filter{4, program};
  return ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
         ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) == 0;
}

}  // namespace

TEST_CASE("where chown is forbidden, the socket has the group that it would have anyway",
          "[control]") {
  const group* const own = ::getgrgid(::getegid());
  if (own == nullptr) return;
  const std::string own_name = own->gr_name;
  const std::string other_name = ::getegid() == 1 ? "root" : "daemon";
  if (::getgrnam(other_name.c_str()) == nullptr) return;
  const voice::test::ScratchDirectory scratch;
  const std::string path = scratch.file("control.sock");
  boost::asio::io_context io;
  const auto open = [&](const std::string& group_name) {
    return voiced::open_control_door(io, {path, 0640, group_name}, {});
  };
  bool is_forbidden = false, is_open = false;
  voiced::ControlFault fault;
  std::thread([&] {
    is_forbidden = forbid_chown();
    if (!is_forbidden) return;
    is_open = open(own_name).has_value();
    if (const auto other = open(other_name); !other) fault = other.error();
  }).join();
  if (!is_forbidden) {
    WARN("control: skipped: this system filters no system calls");
    return;
  }

  CHECK(is_open);
  CHECK(fault.text == "cannot give " + path + " to the group `" + other_name +
                          "`: Operation not permitted; under systemd, set Group=" + other_name +
                          " in a drop-in, and leave control-group out; elsewhere, make the user "
                          "that voiced runs as a member of the group");
  CHECK(fault.is_about_group);
  CHECK_FALSE(std::filesystem::exists(path));
}

#endif
#endif
