#include "common/core/rare_memory.hpp"

#include "common/core/assert.hpp"
#include "common/core/memory_pages.hpp"
#include "common/core/poison.hpp"

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
    const Block block = pool_->take();
    slab_ = block.slab;
    data_ = block.data;
    ++slab_->taken;
    unpoison(data_, pool_->block_samples * sizeof(std::int16_t));
  }
  VOICE_ASSERT(data_ != nullptr);
  if (pool_ == nullptr) slab_ = &own_;
  return data_;
}

void RareMemory::Promise::give_back() noexcept {
  if (pool_ != nullptr && slab_ != nullptr) {
    VOICE_ASSERT(slab_->taken > 0 && pool_->free.size() < pool_->free.capacity());
    --slab_->taken;
    poison(data_, pool_->block_samples * sizeof(std::int16_t));
    pool_->free.push_back({slab_, data_});
  }
  slab_ = nullptr;
}

// The front of the list has rested for longest.
RareMemory::Block RareMemory::Pool::take() noexcept {
  VOICE_ASSERT(!free.empty());
  const Block block = free.back();
  free.pop_back();
  resting = std::min(resting, free.size());
  idle = std::min(idle, free.size());
  bare = std::min(bare, free.size());
  return block;
}

void RareMemory::Pool::forget(const Slab& slab) noexcept {
  const auto is_its = [&](const Block& block) { return block.slab == &slab; };
  for (std::size_t* const count : {&resting, &idle, &bare}) {
    const auto end = free.begin() + static_cast<std::ptrdiff_t>(*count);
    *count -= static_cast<std::size_t>(std::count_if(free.begin(), end, is_its));
  }
  std::erase_if(free, is_its);
}

void RareMemory::end_period() noexcept {
  has_idle_ = false;
  for (Pool& pool : pools_) {
    pool.idle = pool.resting;
    pool.resting = pool.free.size();
    has_idle_ = has_idle_ || pool.bare < pool.idle;
  }
}

std::size_t RareMemory::unload_idle(std::size_t blocks_max) noexcept {
  std::size_t count = 0;
  for (Pool& pool : pools_) {
    for (; pool.bare < pool.idle; ++pool.bare) {
      if (count == blocks_max) return count;
      give_back_pages(pool.free[pool.bare].data, pool.block_samples * sizeof(std::int16_t));
      ++count;
    }
  }
  has_idle_ = false;
  return count;
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
    poison(slab.memory.get(), slab_blocks * samples * sizeof(std::int16_t));
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
      pool.forget(*unused);
      unpoison(unused->memory.get(), slab_blocks * pool.block_samples * sizeof(std::int16_t));
      pool.slabs.erase(unused);
    }
  }
  if (pool.promised == 0) {
    VOICE_ASSERT(pool.slabs.empty());
    pools_.remove_if([&](const Pool& one) { return &one == &pool; });
  }
}

}  // namespace voice
