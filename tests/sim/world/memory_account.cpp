#include "tests/sim/world/memory_account.hpp"

#include <array>
#include <cstdlib>
#include <new>

namespace sim {
namespace {

struct Header {
  std::size_t bytes;
  Account payer;
};
// In front of every block; keeps the block aligned for any type.
constexpr std::size_t header_bytes = alignof(std::max_align_t) > sizeof(Header)
                                         ? alignof(std::max_align_t)
                                         : sizeof(Header);
static_assert(header_bytes % alignof(std::max_align_t) == 0);

std::array<AccountState, 3> accounts;
Account open_account = Account::simulator;

void* allocate(std::size_t bytes) noexcept {
  void* const block = std::malloc(header_bytes + bytes);
  if (block == nullptr) return nullptr;
  ::new (block) Header{bytes, open_account};
  AccountState& state = accounts[static_cast<std::size_t>(open_account)];
  state.live_bytes += bytes;
  ++state.allocations;
  return static_cast<std::byte*>(block) + header_bytes;
}

void release(void* memory) noexcept {
  if (memory == nullptr) return;
  void* const block = static_cast<std::byte*>(memory) - header_bytes;
  const Header header = *static_cast<const Header*>(block);
  accounts[static_cast<std::size_t>(header.payer)].live_bytes -= header.bytes;
  std::free(block);
}

void* allocate_or_throw(std::size_t bytes) {
  if (void* const memory = allocate(bytes)) return memory;
  throw std::bad_alloc();
}

}  // namespace

const AccountState& account(Account who) noexcept {
  return accounts[static_cast<std::size_t>(who)];
}

ChargeTo::ChargeTo(Account who) noexcept : before_(open_account) {
  open_account = who;
}
ChargeTo::~ChargeTo() {
  open_account = before_;
}

}  // namespace sim

// All forms without extended alignment; sanitizers define their own of each.
void* operator new(std::size_t bytes) {
  return sim::allocate_or_throw(bytes);
}
void* operator new[](std::size_t bytes) {
  return sim::allocate_or_throw(bytes);
}
void* operator new(std::size_t bytes, const std::nothrow_t&) noexcept {
  return sim::allocate(bytes);
}
void* operator new[](std::size_t bytes, const std::nothrow_t&) noexcept {
  return sim::allocate(bytes);
}
void operator delete(void* memory) noexcept {
  sim::release(memory);
}
void operator delete[](void* memory) noexcept {
  sim::release(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
  sim::release(memory);
}
void operator delete[](void* memory, std::size_t) noexcept {
  sim::release(memory);
}
void operator delete(void* memory, const std::nothrow_t&) noexcept {
  sim::release(memory);
}
void operator delete[](void* memory, const std::nothrow_t&) noexcept {
  sim::release(memory);
}
