// Memory that a stream may need at any moment and hardly ever does, such as the room for what a
// stall holds back. Every stream is promised a block; the block that was given back last is taken
// first. So only as much memory becomes resident as is in use at one time, whoever uses it. Blocks
// of one size lie together in slabs, and nothing is written into or between them: the allocator
// alone would keep its own records in front of every block. Not for several threads.
#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>
#include <utility>
#include <vector>

namespace voice {

class RareMemory {
  struct Slab {
    std::unique_ptr<std::int16_t[]> memory;
    std::size_t taken = 0;  // blocks
  };
  struct Block {
    Slab* slab = nullptr;
    std::int16_t* data = nullptr;
  };
  struct Pool {
    std::size_t block_samples = 0;
    std::size_t promised = 0;  // blocks; as many lie in the slabs, or more
    std::list<Slab> slabs = {};
    std::vector<Block> free = {};  // the one given back last at the end
  };

 public:
  static constexpr std::size_t slab_blocks = 32;

  /// The right to one block at any time. Gives it back, and is withdrawn, in the destructor.
  class Promise {
   public:
    /// Of nothing.
    Promise() = default;
    /// Allocates.
    /// @param home    outlives this object (asserted); null: a block of its own, for a stream that
    ///                is alone.
    /// @param samples of 16 bits, 1 or more (asserted).
    Promise(RareMemory* home, std::size_t samples);
    Promise(Promise&& other) noexcept { swap(other); }
    Promise& operator=(Promise&& other) noexcept {
      Promise(std::move(other)).swap(*this);
      return *this;
    }
    ~Promise();

    /// The block, from now on until give_back(); the same when it is taken already. Its contents
    /// are undefined when it is taken anew. Not of a promise of nothing (asserted).
    std::int16_t* take() noexcept;
    /// Does nothing when it is not taken.
    void give_back() noexcept;
    /// Null when it is not taken.
    [[nodiscard]] std::int16_t* data() const noexcept { return is_taken_ ? block_.data : nullptr; }

   private:
    void swap(Promise& other) noexcept {
      std::swap(home_, other.home_);
      std::swap(pool_, other.pool_);
      std::swap(block_, other.block_);
      std::swap(is_taken_, other.is_taken_);
    }

    RareMemory* home_ = nullptr;  // null: a block of its own, or nothing
    Pool* pool_ = nullptr;
    Block block_;
    bool is_taken_ = false;
  };

  RareMemory() = default;
  ~RareMemory();
  RareMemory(const RareMemory&) = delete;
  RareMemory& operator=(const RareMemory&) = delete;

  /// Slabs held now: what was promised, and little more.
  [[nodiscard]] std::size_t slabs() const noexcept;

 private:
  Pool& promise(std::size_t samples);
  void withdraw(Pool& pool) noexcept;

  std::list<Pool> pools_;
};

}  // namespace voice
