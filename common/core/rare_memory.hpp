// Memory that a stream has and hardly ever uses, such as the room for what a stall holds back.
// Blocks of one size lie together in slabs and nothing is written into or between them, so that a
// page becomes resident only when the owner of a block uses it; the allocator alone would keep its
// own records in front of every block. Owns the slabs; gives one back when none of its blocks is in
// use. Not for several threads.
#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>
#include <utility>
#include <vector>

namespace voice {

class RareMemory {
 public:
  static constexpr std::size_t slab_blocks = 32;

  /// A block, given back in the destructor. Its contents are undefined until written.
  class Block {
   public:
    Block() = default;
    Block(Block&& other) noexcept { swap(other); }
    Block& operator=(Block&& other) noexcept {
      Block(std::move(other)).swap(*this);
      return *this;
    }
    ~Block();

    [[nodiscard]] std::int16_t* data() const noexcept { return data_; }

   private:
    friend class RareMemory;
    Block(RareMemory* home, std::int16_t* data, std::size_t samples) noexcept
        : home_(home), data_(data), samples_(samples) {}
    void swap(Block& other) noexcept {
      std::swap(home_, other.home_);
      std::swap(data_, other.data_);
      std::swap(samples_, other.samples_);
    }

    RareMemory* home_ = nullptr;  // null: data_ is a block of its own
    std::int16_t* data_ = nullptr;
    std::size_t samples_ = 0;
  };

  RareMemory() = default;
  ~RareMemory();
  RareMemory(const RareMemory&) = delete;
  RareMemory& operator=(const RareMemory&) = delete;

  /// @param samples of 16 bits, 1 or more (asserted). This object must outlive the block
  /// (asserted).
  [[nodiscard]] Block take(std::size_t samples);

  /// A block that belongs to no slab, for a stream that is alone.
  [[nodiscard]] static Block take_alone(std::size_t samples);

  /// Slabs held now.
  [[nodiscard]] std::size_t slabs() const noexcept { return slabs_.size(); }

 private:
  struct Slab {
    std::size_t block_samples;
    std::unique_ptr<std::int16_t[]> memory;
    std::vector<std::uint8_t> free;  // numbers of blocks
  };

  void give_back(const Block& block) noexcept;

  std::list<Slab> slabs_;  // those with free blocks first
};

}  // namespace voice
