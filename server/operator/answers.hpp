// Answers to the operator's requests, as JSON on one line (docs/control.md).
#pragma once

#include "server/net/server.hpp"
#include "server/operator/program.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace voiced {

[[nodiscard]] std::string json_failure(std::string_view error);

[[nodiscard]] std::string json_status(const ServerStatus& status,
                                      const std::vector<std::string>& endpoints);
[[nodiscard]] std::string json_statistics(const ServerStatus& status);
[[nodiscard]] std::string json_room_list(const std::vector<RoomStatus>& rooms);
[[nodiscard]] std::string json_list(const std::vector<ParticipantStatus>& participants);
/// "address", "range" or "name".
[[nodiscard]] const char* kind_of(const Ban& ban) noexcept;
[[nodiscard]] std::string json_bans(const BanList& bans);
[[nodiscard]] std::string json_reloaded(const Reloaded& reloaded);
[[nodiscard]] std::string json_settings(const std::vector<SettingInForce>& settings);

/// ["microphone","here"]
[[nodiscard]] std::string json_mutes(const Mutes& mutes);

}  // namespace voiced
