#include "common/tls/gnutls/names.hpp"

#ifdef _WIN32
#include <winsock2.h>
#include <ws2tcpip.h>
#else
#include <arpa/inet.h>
#endif

#include <algorithm>
#include <array>

namespace voice::tls {
namespace {

constexpr std::size_t host_name_max = 253;  // RFC 1035 §2.3.4, as text

bool is_host_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '.' || c == '_';
}

std::string address_of(const std::string& text) {
  std::array<char, 16> bytes{};
  if (inet_pton(AF_INET, text.c_str(), bytes.data()) == 1) return {bytes.data(), 4};
  if (inet_pton(AF_INET6, text.c_str(), bytes.data()) == 1) return {bytes.data(), 16};
  return {};
}

}  // namespace

expected<CertificateName, std::string> parse_certificate_name(const std::string& text) {
  CertificateName name{text, address_of(text)};
  if (!name.address.empty()) return name;
  const bool is_host = !text.empty() && text.size() <= host_name_max && text.front() != '-' &&
                       std::all_of(text.begin(), text.end(), is_host_character);
  if (is_host) return name;
  return unexpected("`" + text.substr(0, host_name_max) +
                    "` is neither a host name nor an IP address; use for example "
                    "voice.example.org or 192.0.2.1");
}

}  // namespace voice::tls
