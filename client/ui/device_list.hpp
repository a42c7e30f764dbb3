// `--list-devices`: the sound cards as a table for people or JSON for programs, on stdout.
#pragma once

#include "common/device/device.hpp"

#include <span>
#include <string>

namespace voicecli {

/// A table with a heading; `*` marks the defaults.
[[nodiscard]] std::string device_table(std::span<const voice::SoundCardInfo> cards);

/// One JSON object per line.
[[nodiscard]] std::string device_json(std::span<const voice::SoundCardInfo> cards);

}  // namespace voicecli
