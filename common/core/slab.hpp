// Objects of one type that lie side by side. A server looks at all its participants fifty times a
// second: on its own, each would lie on another page, and the allocator would keep records around
// it and gaps for its alignment. Not for several threads.
#pragma once

#include "common/core/assert.hpp"
#include "common/core/poison.hpp"

#include <algorithm>
#include <bitset>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <utility>
#include <vector>

namespace voice {

template <class T>
class Slab {
 public:
  /// Ends an object and gives its place back, and the memory of its block with the last object.
  struct Deleter {
    void operator()(T* object) const noexcept {
      Block& block = *reinterpret_cast<Block*>(reinterpret_cast<std::uintptr_t>(object) &
                                               ~std::uintptr_t{block_bytes - 1});
      block.home->end(block, object);
    }
  };
  /// Must not outlive the slab (asserted).
  using Pointer = std::unique_ptr<T, Deleter>;

  Slab() = default;
  Slab(const Slab&) = delete;
  Slab& operator=(const Slab&) = delete;
  ~Slab() {
    // One without an object is left when the constructor of its first one has thrown.
    while (!blocks_.empty()) release(*blocks_.back());
  }

  /// An object in the first place that is free, so that few objects lie close together, too.
  /// Allocates when there is none. Throws what the constructor throws.
  template <class... Arguments>
  [[nodiscard]] Pointer make(Arguments&&... arguments) {
    Block& block = open_block();
    const std::size_t place = block.first_free();
    void* const memory = block.at(place);
    unpoison(memory, sizeof(T));
    T* const object = new (memory) T(std::forward<Arguments>(arguments)...);
    block.is_taken[place] = true;
    ++block.taken;
    return Pointer(object);
  }

  /// Blocks of memory held now.
  [[nodiscard]] std::size_t blocks() const noexcept { return blocks_.size(); }

 private:
  // Large enough for the allocator to get it straight from the system, and to give it back: then
  // memory of places that have never been taken is not resident. The alignment is the same.
  static constexpr std::size_t block_bytes = std::size_t{256} * 1024;
  static constexpr std::size_t places_max = 448;

  struct Block {
    Slab* home;
    std::size_t taken = 0;
    std::bitset<places_max> is_taken = {};

    [[nodiscard]] std::byte* at(std::size_t place) noexcept {
      return reinterpret_cast<std::byte*>(this) + front_bytes() + place * sizeof(T);
    }
    [[nodiscard]] std::size_t first_free() const noexcept {
      std::size_t place = 0;
      while (is_taken[place]) ++place;
      return place;
    }
  };
  static constexpr std::size_t front_bytes() {
    return (sizeof(Block) + alignof(T) - 1) / alignof(T) * alignof(T);
  }
  static constexpr std::size_t places() {
    static_assert(sizeof(T) <= block_bytes / 64, "much of a block would be left over");
    return std::min((block_bytes - front_bytes()) / sizeof(T), places_max);
  }

  Block& open_block() {
    for (Block* const block : blocks_) {
      if (block->taken != places()) return *block;
    }
    blocks_.reserve(blocks_.size() + 1);
    void* const memory = ::operator new (block_bytes, std::align_val_t{block_bytes});
    poison(memory, block_bytes);
    unpoison(memory, sizeof(Block));
    blocks_.push_back(new (memory) Block{.home = this});
    return *blocks_.back();
  }

  void end(Block& block, T* object) noexcept {
    object->~T();
    poison(object, sizeof(T));
    const auto place =
        static_cast<std::size_t>(reinterpret_cast<std::byte*>(object) - block.at(0)) / sizeof(T);
    VOICE_ASSERT(place < places() && block.is_taken[place] &&
                 block.at(place) == static_cast<void*>(object));
    block.is_taken[place] = false;
    if (--block.taken == 0) release(block);
  }

  void release(Block& block) noexcept {
    VOICE_ASSERT(block.taken == 0);
    blocks_.erase(std::find(blocks_.begin(), blocks_.end(), &block));
    unpoison(&block, block_bytes);
    ::operator delete (&block, std::align_val_t{block_bytes});
  }

  std::vector<Block*> blocks_;
};

}  // namespace voice
