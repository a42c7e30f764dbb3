#include "common/app/setting.hpp"

namespace voice::app {

const char* name_of(Origin origin) noexcept {
  switch (origin) {
    case Origin::file:
      return "file";
    case Origin::environment:
      return "environment";
    case Origin::flag:
      return "flag";
    case Origin::preset:
      break;
  }
  return "default";
}

const char* name_of(TakesEffect when) noexcept {
  switch (when) {
    case TakesEffect::live:
      return "at once";
    case TakesEffect::newcomers:
      return "for new connections";
    case TakesEffect::restart:
      break;
  }
  return "at restart";
}

}  // namespace voice::app
