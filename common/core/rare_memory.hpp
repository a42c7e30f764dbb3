// Memory that a stream may need at any moment, and most do not: for what a stall holds back, and
// for the packets of those who never speak. Every stream is promised a block; the block that was
// given back last is taken first. So only as much memory becomes resident as is in use at one time,
// whoever uses it, and it goes back to the system when it has been free for long. Blocks of one
// size lie together in slabs, and nothing is written into or between them: the allocator alone
// would keep its own records in front of every block. Not for several threads.
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
    RareMemory* home;
    std::size_t block_samples;
    std::size_t slab_blocks;
    std::size_t promised = 0;  // blocks; as many lie in the slabs, or more
    std::list<Slab> slabs = {};
    std::vector<Block> free = {};  // the one given back last at the end
    // Of free, from its front: not taken in this period, in the one before, and without pages.
    std::size_t resting = 0;
    std::size_t idle = 0;
    std::size_t bare = 0;

    [[nodiscard]] Block take() noexcept;
    void forget(const Slab& slab) noexcept;
  };

 public:
  /// A slab has as many blocks as this has room for, and no fewer than slab_blocks_min.
  static constexpr std::size_t slab_bytes = std::size_t{256} * 1024;
  static constexpr std::size_t slab_blocks_min = 32;

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
    [[nodiscard]] std::int16_t* data() const noexcept { return slab_ != nullptr ? data_ : nullptr; }

   private:
    void swap(Promise& other) noexcept {
      std::swap(pool_, other.pool_);
      std::swap(slab_, other.slab_);
      std::swap(data_, other.data_);
    }

    // There are three of these for each participant, so they are small.
    static Slab own_;               // stands for no slab, when a block of its own is taken
    Pool* pool_ = nullptr;          // null: a block of its own, or nothing
    Slab* slab_ = nullptr;          // null: not taken
    std::int16_t* data_ = nullptr;  // of a block of its own always, else only while it is taken
  };

  RareMemory() = default;
  ~RareMemory();
  RareMemory(const RareMemory&) = delete;
  RareMemory& operator=(const RareMemory&) = delete;

  /// Slabs held now: what was promised, and little more.
  [[nodiscard]] std::size_t slabs() const noexcept;

  /// A period ends: blocks that nobody has had in it are idle.
  void end_period() noexcept;
  /// Idle blocks keep their addresses, and their memory goes back to the system: that of up to
  /// `blocks_max` of them now. Returns of how many.
  std::size_t unload(std::size_t blocks_max) noexcept {
    return has_idle_ ? unload_idle(blocks_max) : 0;
  }

 private:
  Pool& promise(std::size_t samples);
  void withdraw(Pool& pool) noexcept;
  std::size_t unload_idle(std::size_t blocks_max) noexcept;

  std::list<Pool> pools_;
  bool has_idle_ = false;  // blocks whose memory has not gone back yet
};

}  // namespace voice
