#include "server/room/mix_kernels.hpp"
#include "server/room/natural_bus.hpp"

#include <algorithm>
#include <functional>

// The bus is in natural order, at 16-bit scale.
namespace voiced {
namespace {

void add(std::span<const voice::Bytes> frames, MixBus& bus,
         std::span<std::int64_t> square_sums) noexcept {
  for (std::size_t i = 0; i < frames.size(); ++i) {
    const auto sums = std::span{bus.sums}.first(frames[i].size());
    square_sums[i] = natural_bus::add({.ulaw = frames[i]}, sums);
  }
}

// Mixes are made of the sums without a change.
std::int32_t settle(MixBus& bus, std::size_t samples) noexcept {
  return natural_bus::peak(std::span{bus.sums}.first(samples));
}

void mix(const MixBus& bus, std::span<std::uint8_t> out) noexcept {
  natural_bus::mix_minus(std::span{bus.sums}.first(out.size()), {}, out);
}

void mix_minus(const MixBus& bus, voice::Bytes own, std::span<std::uint8_t> out) noexcept {
  natural_bus::mix_minus(std::span{bus.sums}.first(out.size()), {.ulaw = own}, out);
}

void add_to_natural(const MixBus& bus, std::span<std::int32_t> sums) noexcept {
  std::transform(sums.begin(), sums.end(), bus.sums.begin(), sums.begin(), std::plus<>{});
}

void measure(voice::Bytes own, MixBus& bus) noexcept {
  natural_bus::measure({.ulaw = own}, std::span{bus.low}.first(own.size()),
                       std::span{bus.high}.first(own.size()));
}

void envelope(const MixBus& bus, std::span<std::int32_t> out) noexcept {
  natural_bus::envelope(std::span{bus.sums}.first(out.size()), bus.low, bus.high, out);
}

void set_gains(MixBus& bus, std::span<const std::int32_t> gains) noexcept {
  std::copy(gains.begin(), gains.end(), bus.gains.begin());
}

void mix_limited(const MixBus& bus, voice::Bytes own, std::span<std::uint8_t> out) noexcept {
  natural_bus::mix_minus(std::span{bus.sums}.first(out.size()), {.ulaw = own}, out,
                         std::span{bus.gains}.first(out.size()));
}

constexpr MixKernels kernels{"portable",     add,     settle,   mix,       mix_minus,
                             add_to_natural, measure, envelope, set_gains, mix_limited};

}  // namespace

const MixKernels& portable_mix_kernels() noexcept {
  return kernels;
}

const MixKernels& best_mix_kernels() noexcept {
  const MixKernels* const avx2 = avx2_mix_kernels();
  return avx2 != nullptr ? *avx2 : kernels;
}

}  // namespace voiced
