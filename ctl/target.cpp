#include "ctl/target.hpp"

#include "common/core/number.hpp"
#include "ctl/link.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>

#include <filesystem>
#include <fstream>
#include <sstream>

namespace voicectl {

namespace asio = boost::asio;
using voice::unexpected;

namespace {

constexpr std::size_t port_file_bytes_max = 4096;

voice::expected<Target, std::string> target_of_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::string text(port_file_bytes_max, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (!file.is_open() || file.bad()) return unexpected(std::string{"cannot be read"});
  text.resize(static_cast<std::size_t>(file.gcount()));
  const auto content = parse_port_file(text);
  if (!content) return unexpected(content.error());
  const asio::ip::tcp::endpoint endpoint{asio::ip::address_v4::loopback(), content->port};
  return Target{endpoint, "token " + content->token + '\n'};
}

}  // namespace

voice::expected<PortFile, std::string> parse_port_file(std::string_view text) {
  std::istringstream words{std::string{text}};
  std::string number, more;
  PortFile file;
  words >> number >> file.token;
  file.port = voice::parse_number<std::uint16_t>(number).value_or(0);
  if (file.port != 0 && !file.token.empty() && !(words >> more)) return file;
  return unexpected(std::string{"is neither a socket nor a file with a port and a token"});
}

std::string trouble_text(const boost::system::error_code& error) {
  namespace errc = boost::system::errc;
  if (error == errc::no_such_file_or_directory) return "it does not exist";
  if (error == errc::permission_denied) return "permission denied";
  if (error == errc::connection_refused) return "no server listens there";
  return error.message();
}

voice::expected<Target, std::string> target_at(const std::string& path) {
  // If the path cannot be examined, connecting fails, and its error says why.
  std::error_code ignored;
  if (std::filesystem::is_regular_file(path, ignored)) return target_of_file(path);
#ifdef BOOST_ASIO_HAS_LOCAL_SOCKETS
  using Endpoint = asio::local::stream_protocol::endpoint;
  constexpr std::size_t path_bytes_max = sizeof(asio::detail::sockaddr_un_type::sun_path) - 1;
  if (path.size() <= path_bytes_max) return Target{Endpoint{path}, ""};
  return unexpected("the path is too long for a socket; use at most " +
                    std::to_string(path_bytes_max) + " bytes");
#else
  return unexpected(std::string{"it does not exist"});
#endif
}

}  // namespace voicectl
