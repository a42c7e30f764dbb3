#include "common/tls/gnutls/client_name.hpp"

#include "common/wire/text_message.hpp"

#include <array>

namespace voice::tls {
namespace {

constexpr std::size_t name_bytes_max = 64;
constexpr int name_parts_max = 16;
constexpr unsigned int other_names_max = 16;

// Two certificates must not get the same name because something was left out of one.
bool can_be_shown(const std::string& name) {
  return !name.empty() && name.size() <= name_bytes_max &&
         visible_name(name, name_bytes_max) == name;
}

bool is_text(unsigned long tag) {
  constexpr unsigned long utf8_string = 12, printable_string = 19, ia5_string = 22;  // X.680 §8.4
  return tag == utf8_string || tag == printable_string || tag == ia5_string;
}

// As it is: gnutls_x509_crt_get_dn_by_oid() would escape what is special in RFC 4514.
std::string common_name(gnutls_x509_crt_t certificate) {
  gnutls_x509_dn_t subject = nullptr;
  if (gnutls_x509_crt_get_subject(certificate, &subject) != 0) return {};
  gnutls_x509_ava_st part{};
  for (int i = 0; i < name_parts_max && gnutls_x509_dn_get_rdn_ava(subject, i, 0, &part) == 0;
       ++i) {
    const std::string_view oid(reinterpret_cast<const char*>(part.oid.data), part.oid.size);
    if (oid.substr(0, oid.find('\0')) != GNUTLS_OID_X520_COMMON_NAME) continue;
    if (!is_text(part.value_tag)) return {};
    return {reinterpret_cast<const char*>(part.value.data), part.value.size};
  }
  return {};
}

std::string other_name(gnutls_x509_crt_t certificate) {
  for (unsigned int i = 0; i < other_names_max; ++i) {
    std::array<char, 2 * name_bytes_max> text{};
    std::size_t size = text.size();
    const int kind =
        gnutls_x509_crt_get_subject_alt_name(certificate, i, text.data(), &size, nullptr);
    if (kind == GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE) break;
    if (kind != GNUTLS_SAN_DNSNAME && kind != GNUTLS_SAN_RFC822NAME && kind != GNUTLS_SAN_URI) {
      continue;
    }
    std::string name(text.data(), size);
    if (can_be_shown(name)) return name;
  }
  return {};
}

}  // namespace

std::string client_name(gnutls_session_t session) {
  unsigned int count = 0;
  const gnutls_datum_t* const chain = gnutls_certificate_get_peers(session, &count);
  if (chain == nullptr || count == 0) return {};
  gnutls_x509_crt_t made = nullptr;
  if (gnutls_x509_crt_init(&made) != 0) return {};
  const Certificate certificate(made);
  if (gnutls_x509_crt_import(made, chain, GNUTLS_X509_FMT_DER) != 0) return {};
  std::string name = common_name(made);
  return can_be_shown(name) ? name : other_name(made);
}

}  // namespace voice::tls
