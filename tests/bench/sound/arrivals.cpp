#include "tests/bench/sound/arrivals.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>

namespace bench {
namespace {

constexpr std::chrono::microseconds unit{250};
constexpr std::chrono::milliseconds way{3};

}  // namespace

Arrivals recorded_arrivals(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  const std::vector<char> bytes{std::istreambuf_iterator<char>(file), {}};
  Arrivals arrivals;
  voice::Duration at{0};
  for (std::size_t i = 0; i + 1 < bytes.size(); i += 2) {
    const auto low = static_cast<unsigned char>(bytes[i]);
    const auto high = static_cast<unsigned char>(bytes[i + 1]);
    at += unit * (low + 256 * high);
    arrivals.push_back(at);
  }
  return arrivals;
}

Arrivals even_arrivals(std::size_t packets) {
  Arrivals arrivals(packets);
  for (std::size_t i = 0; i < packets; ++i) {
    arrivals[i] = static_cast<int>(i) * voice::frame_duration + way;
  }
  return arrivals;
}

Arrivals with_stalls(Arrivals arrivals, voice::Duration length, voice::Duration period) {
  voice::Duration before{0};
  for (auto& at : arrivals) {
    const voice::Duration phase = (at - std::chrono::seconds{10}) % period;
    if (at >= std::chrono::seconds{10} && phase < length) at += length - phase;
    before = at = std::max(at, before);
  }
  return arrivals;
}

Arrivals in_lumps(Arrivals arrivals, int ticks) {
  const voice::Duration lump = ticks * voice::frame_duration;
  for (auto& at : arrivals) at = (at / lump + 1) * lump;
  return arrivals;
}

}  // namespace bench
