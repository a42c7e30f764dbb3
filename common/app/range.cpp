#include "common/app/range.hpp"

#include <string>

namespace voice::app {

CLI::Validator range(int min, int max) {
  const std::string limits = std::to_string(min) + "…" + std::to_string(max);
  return CLI::Validator(
      [min, max, limits](std::string& text) -> std::string {
        int value = 0;
        if (!CLI::detail::lexical_cast(text, value)) {
          return "`" + text + "` is not a whole number; use " + limits;
        }
        if (value < min || value > max) return text + " is out of range; use " + limits;
        return {};
      },
      limits);
}

}  // namespace voice::app
