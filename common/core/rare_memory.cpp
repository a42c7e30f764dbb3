#include "common/core/rare_memory.hpp"

#include "common/core/assert.hpp"

#include <algorithm>
#include <functional>
#include <utility>

namespace voice {

RareMemory::Block::~Block() {
  if (home_ != nullptr) {
    home_->give_back(*this);
  } else {
    delete[] data_;
  }
}

RareMemory::~RareMemory() {
  VOICE_ASSERT(slabs_.empty());
}

RareMemory::Block RareMemory::take(std::size_t samples) {
  VOICE_ASSERT(samples > 0);
  auto slab = std::find_if(slabs_.begin(), slabs_.end(), [&](const Slab& one) {
    return one.block_samples == samples && !one.free.empty();
  });
  if (slab == slabs_.end()) {
    Slab fresh{
        samples, std::unique_ptr<std::int16_t[]>(new std::int16_t[slab_blocks * samples]), {}};
    for (std::size_t i = slab_blocks; i > 0; --i) {
      fresh.free.push_back(static_cast<std::uint8_t>(i - 1));
    }
    slab = slabs_.insert(slabs_.begin(), std::move(fresh));
  }
  const std::size_t place = slab->free.back();
  slab->free.pop_back();
  std::int16_t* const data = slab->memory.get() + place * samples;
  if (slab->free.empty()) slabs_.splice(slabs_.end(), slabs_, slab);
  return {this, data, samples};
}

RareMemory::Block RareMemory::take_alone(std::size_t samples) {
  return {nullptr, new std::int16_t[samples], samples};
}

void RareMemory::give_back(const Block& block) noexcept {
  const auto slab = std::find_if(slabs_.begin(), slabs_.end(), [&](const Slab& one) {
    return std::less_equal<>{}(one.memory.get(), block.data_) &&
           std::less<>{}(block.data_, one.memory.get() + slab_blocks * one.block_samples);
  });
  VOICE_ASSERT(slab != slabs_.end() && slab->block_samples == block.samples_);
  const auto place = static_cast<std::size_t>(block.data_ - slab->memory.get()) / block.samples_;
  slab->free.push_back(static_cast<std::uint8_t>(place));
  VOICE_ASSERT(slab->free.size() <= slab_blocks);
  if (slab->free.size() == slab_blocks) {
    slabs_.erase(slab);
  } else {
    slabs_.splice(slabs_.begin(), slabs_, slab);
  }
}

}  // namespace voice
