#include "tests/demo/sound.hpp"

#include <sndfile.h>

#include <algorithm>
#include <cmath>
#include <memory>

namespace voice::demo {

expected<Sound, std::string> read_sound(const std::string& path) {
  SF_INFO info{};
  const std::unique_ptr<SNDFILE, int (*)(SNDFILE*)> file(sf_open(path.c_str(), SFM_READ, &info),
                                                         &sf_close);
  if (!file) return unexpected(path + ": " + sf_strerror(nullptr));
  if (info.channels != 1) return unexpected(path + ": not mono");

  Sound sound{info.samplerate, std::vector<float>(static_cast<std::size_t>(info.frames))};
  const sf_count_t got = sf_readf_float(file.get(), sound.samples.data(), info.frames);
  sound.samples.resize(static_cast<std::size_t>(std::max<sf_count_t>(got, 0)));
  return sound;
}

double energy(Samples sound) noexcept {
  double sum = 0;
  for (const float sample : sound) sum += double{sample} * sample;
  return sum;
}

double level_db(Samples sound) noexcept {
  constexpr double floor_db = -96.0;
  if (sound.empty()) return floor_db;
  const double power = energy(sound) / static_cast<double>(sound.size());
  return power > 0 ? std::max(floor_db, 10 * std::log10(power)) : floor_db;
}

Samples part(Samples sound, std::ptrdiff_t start, std::size_t length) noexcept {
  const auto size = static_cast<std::ptrdiff_t>(sound.size());
  const std::ptrdiff_t from = std::clamp<std::ptrdiff_t>(start, 0, size);
  const std::ptrdiff_t to =
      std::clamp<std::ptrdiff_t>(start + static_cast<std::ptrdiff_t>(length), from, size);
  return sound.subspan(static_cast<std::size_t>(from), static_cast<std::size_t>(to - from));
}

}  // namespace voice::demo
