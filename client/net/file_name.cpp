#include "client/net/file_name.hpp"

namespace voicecli {

std::string file_name_of_part(std::string_view name, int part) {
  constexpr std::string_view extension = ".wav";
  if (part <= 1 || !name.ends_with(extension)) return std::string{name};
  name.remove_suffix(extension.size());
  return std::string{name} + '-' + std::to_string(part) + std::string{extension};
}

}  // namespace voicecli
