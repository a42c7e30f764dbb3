#include "server/host/room_looks.hpp"

#include "common/core/assert.hpp"

#include <algorithm>

namespace voiced {

void RoomLooks::add(std::string_view name) {
  rooms_.try_emplace(std::string(name));
  const auto found = retired_.find(name);
  if (found == retired_.end()) return;
  std::erase(retired_names_, found->first);
  retired_.erase(found);
  VOICE_ASSERT(retired_.size() == retired_names_.size());
}

void RoomLooks::end(std::string_view name) {
  if (const auto found = rooms_.find(name); found != rooms_.end()) rooms_.erase(found);
}

void RoomLooks::retire(std::string_view name) {
  if (!retired_.try_emplace(std::string(name)).second) return;
  retired_names_.emplace_back(name);
  if (retired_names_.size() > retired_rooms_max) {
    retired_.erase(retired_names_.front());
    retired_names_.pop_front();
  }
  VOICE_ASSERT(retired_.size() == retired_names_.size());
}

void RoomLooks::prepare() {
  for (Looks* const looks : {&rooms_, &retired_}) {
    for (auto& [name, look] : *looks) {
      if (look.is_empty()) look = voice::look_of(name);
    }
  }
}

bool RoomLooks::is_taken(std::string_view name) {
  prepare();
  const voice::NameLook own = voice::look_of(name);
  const auto has_look = [&own](const auto& each) { return is_alike(each.second, own); };
  return std::any_of(rooms_.begin(), rooms_.end(), has_look) ||
         std::any_of(retired_.begin(), retired_.end(), has_look);
}

}  // namespace voiced
