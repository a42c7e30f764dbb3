// The settings for who may join, and what they may do.
#pragma once

#include "server/app/config.hpp"

namespace voiced {

/// Declares those of voiced.conf.
void declare_door(voice::app::Options& options, Config& config);

/// Declares those of a room's file.
void declare_room_access(voice::app::Options& options, Config& config);

/// What `members`, `speakers` or `operators` names; it has passed its validators.
[[nodiscard]] AccountNames account_names(const std::vector<std::string>& names);

}  // namespace voiced
