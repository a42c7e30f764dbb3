// An address as the host sees it. As text: common/net/endpoint.hpp.
#pragma once

#include "common/net/endpoint.hpp"
#include "server/host/address_key.hpp"

namespace voiced {

using voice::to_string;

[[nodiscard]] WholeAddress whole_address(const boost::asio::ip::address& address);

}  // namespace voiced
