#include "server/net/listen_error.hpp"

#include "server/net/address.hpp"

namespace voiced {

namespace asio = boost::asio;
namespace errc = boost::system::errc;
using boost::system::error_code;

namespace {

// When memory or descriptors run short, the system refuses what it may allow a moment later.
bool is_short_of_resources(const error_code& error) {
  return error == errc::no_buffer_space || error == errc::not_enough_memory ||
         error == errc::too_many_files_open || error == errc::too_many_files_open_in_system;
}

bool passes(const error_code& error) {
  return error == errc::address_in_use || error == errc::address_not_available ||
         is_short_of_resources(error);
}

ListenError::About subject_of(const error_code& error) {
  const bool port = error == errc::address_in_use || error == errc::permission_denied;
  return port ? ListenError::About::port : ListenError::About::address;
}

std::string remedy(const error_code& error) {
  if (error == errc::address_in_use) return "; stop the program that uses it, or set another port";
  if (error == errc::permission_denied) return "; ports below 1024 need a privilege";
  if (error == errc::address_not_available) {
    return "; this machine does not have the address (yet): bring up its network, or name another";
  }
  if (error == errc::address_family_not_supported) {
    return "; this machine supports only the other kind of addresses, IPv4 or IPv6";
  }
  return is_short_of_resources(error) ? "" : "; name an address of this machine";
}

}  // namespace

ListenError listen_error(const asio::ip::tcp::endpoint& at, const error_code& error) {
  return {subject_of(error),
          "cannot listen on " + to_string(at) + ": " + error.message() + remedy(error),
          passes(error) ? ListenError::Mends::with_time : ListenError::Mends::by_a_person};
}

}  // namespace voiced
