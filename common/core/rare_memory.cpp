#include "common/core/rare_memory.hpp"

#include "common/core/assert.hpp"

#include <algorithm>
#include <utility>

namespace voice {

RareMemory::Slab RareMemory::Promise::own_;

RareMemory::Promise::Promise(RareMemory* home, std::size_t samples) {
  VOICE_ASSERT(samples > 0);
  if (home == nullptr) {
    data_ = new std::int16_t[samples];
  } else {
    pool_ = &home->promise(samples);
  }
}

RareMemory::Promise::~Promise() {
  give_back();
  if (pool_ == nullptr) {
    delete[] data_;
  } else {
    pool_->home->withdraw(*pool_);
  }
}

std::int16_t* RareMemory::Promise::take() noexcept {
  if (pool_ != nullptr && slab_ == nullptr) {
    VOICE_ASSERT(!pool_->free.empty());
    const Block block = pool_->free.back();
    pool_->free.pop_back();
    slab_ = block.slab;
    data_ = block.data;
    ++slab_->taken;
  }
  VOICE_ASSERT(data_ != nullptr);
  if (pool_ == nullptr) slab_ = &own_;
  return data_;
}

void RareMemory::Promise::give_back() noexcept {
  if (pool_ != nullptr && slab_ != nullptr) {
    VOICE_ASSERT(slab_->taken > 0 && pool_->free.size() < pool_->free.capacity());
    --slab_->taken;
    pool_->free.push_back({slab_, data_});
  }
  slab_ = nullptr;
}

RareMemory::~RareMemory() {
  VOICE_ASSERT(pools_.empty());
}

std::size_t RareMemory::slabs() const noexcept {
  std::size_t count = 0;
  for (const Pool& pool : pools_) count += pool.slabs.size();
  return count;
}

RareMemory::Pool& RareMemory::promise(std::size_t samples) {
  auto pool = std::find_if(pools_.begin(), pools_.end(),
                           [&](const Pool& one) { return one.block_samples == samples; });
  if (pool == pools_.end()) {
    const std::size_t blocks = std::max(slab_bytes / (2 * samples), slab_blocks_min);
    pool = pools_.insert(pools_.end(),
                         {.home = this, .block_samples = samples, .slab_blocks = blocks});
  }
  const std::size_t slab_blocks = pool->slab_blocks;
  const std::size_t blocks = pool->slabs.size() * slab_blocks;
  if (pool->promised == blocks) {
    pool->free.reserve(blocks + slab_blocks);
    // Not cleared: no page of it is touched.
    Slab& slab = pool->slabs.emplace_back();
    slab.memory.reset(new std::int16_t[slab_blocks * samples]);
    for (std::size_t i = slab_blocks; i > 0; --i) {
      pool->free.push_back({&slab, slab.memory.get() + (i - 1) * samples});
    }
  }
  ++pool->promised;
  return *pool;
}

void RareMemory::withdraw(Pool& pool) noexcept {
  VOICE_ASSERT(pool.promised > 0);
  --pool.promised;
  const std::size_t slab_blocks = pool.slab_blocks;
  if (pool.promised + slab_blocks <= pool.slabs.size() * slab_blocks) {
    const auto unused = std::find_if(pool.slabs.begin(), pool.slabs.end(),
                                     [](const Slab& slab) { return slab.taken == 0; });
    if (unused != pool.slabs.end()) {
      std::erase_if(pool.free, [&](const Block& block) { return block.slab == &*unused; });
      pool.slabs.erase(unused);
    }
  }
  if (pool.promised == 0) {
    VOICE_ASSERT(pool.slabs.empty());
    pools_.remove_if([&](const Pool& one) { return &one == &pool; });
  }
}

}  // namespace voice
