#include "server/host/address_set.hpp"

#include "tests/support/catch.hpp"

#include <random>

using namespace voiced;

namespace {

AddressKey v4_key(std::uint8_t a, std::uint8_t b, std::uint8_t c, std::uint8_t d) {
  return {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, a, b, c, d};
}

AddressRange v4_range(std::uint8_t a, std::uint8_t b, std::size_t bits) {
  return {v4_key(a, b, 0, 0), ipv4_at_bit + bits};
}

const AddressKey documentation{0x20, 0x01, 0x0D, 0xB8};
const AddressKey link_local{0xFE, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 7};

AddressSet set_of(const std::vector<AddressRange>& ranges) {
  return AddressSet(ranges);
}

}  // namespace

TEST_CASE("a key holds the part of an address that identifies a peer", "[address_key]") {
  const AddressKey somebody{0x20, 0x01, 0x0D, 0xB8, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
  AddressKey network = somebody;
  std::fill(network.begin() + 8, network.end(), std::uint8_t{0});

  CHECK(address_key(somebody) == network);
  CHECK(address_key(link_local) == link_local);
  CHECK(address_key(v4_key(192, 0, 2, 7)) == v4_key(192, 0, 2, 7));
  CHECK(bits_told_apart(somebody) == 64);
  CHECK(bits_told_apart(link_local) == 128);
  CHECK(bits_told_apart(v4_key(192, 0, 2, 7)) == 128);
}

TEST_CASE("link-local is all of fe80::/10 and nothing else", "[address_key]") {
  CHECK(is_link_local(AddressKey{0xFE, 0x80}));
  CHECK(is_link_local(AddressKey{0xFE, 0xBF}));
  CHECK_FALSE(is_link_local(AddressKey{0xFE, 0xC0}));
  CHECK_FALSE(is_link_local(AddressKey{0xFE, 0x7F}));
  CHECK_FALSE(is_link_local(AddressKey{0xFF, 0x80}));
}

TEST_CASE("only addresses of this machine are loopback", "[address_key]") {
  CHECK(is_loopback(AddressKey{}));
  CHECK(is_loopback(v4_key(127, 0, 0, 1)));
  CHECK(is_loopback(v4_key(127, 9, 9, 9)));
  CHECK_FALSE(is_loopback(v4_key(128, 0, 0, 1)));
  CHECK_FALSE(is_loopback(AddressKey{0, 1}));
  CHECK_FALSE(is_loopback(documentation));
}

TEST_CASE("neighbours on a link are distinguished, and a range may hold them all",
          "[address_range]") {
  AddressKey neighbour = link_local;
  neighbour[15] = 8;
  const AddressRange one = AddressRange::around(link_local);
  const AddressRange all(link_local, 64);

  CHECK(one.contains(link_local));
  CHECK_FALSE(one.contains(neighbour));
  CHECK_FALSE(one.is_wide());
  CHECK(all.contains(link_local));
  CHECK(all.contains(neighbour));
  CHECK(all.is_wide());
  CHECK_FALSE(AddressRange(documentation, 64).is_wide());
}

TEST_CASE("an empty set holds no address", "[address_set]") {
  const AddressSet none;

  CHECK(none.empty());
  CHECK_FALSE(none.contains(AddressKey{}));
  CHECK_FALSE(none.contains(v4_key(192, 0, 2, 7)));
}

TEST_CASE("a set holds all addresses of its ranges and no others", "[address_set]") {
  const AddressSet set =
      set_of({v4_range(10, 0, 8), v4_range(192, 168, 16), AddressRange(documentation, 32),
              AddressRange::around(link_local)});

  CHECK(set.size() == 4);
  CHECK(set.contains(v4_key(10, 0, 0, 0)));
  CHECK(set.contains(v4_key(10, 255, 255, 255)));
  CHECK_FALSE(set.contains(v4_key(9, 255, 255, 255)));
  CHECK_FALSE(set.contains(v4_key(11, 0, 0, 0)));
  CHECK_FALSE(set.contains(v4_key(192, 167, 255, 255)));
  CHECK(set.contains(v4_key(192, 168, 0, 1)));
  CHECK(set.contains(documentation));
  CHECK(set.contains(link_local));
  CHECK_FALSE(set.contains(AddressKey{0xFE, 0x80}));
}

TEST_CASE("ranges within ranges change nothing, in whatever order they come", "[address_set]") {
  const std::vector<AddressRange> wide_first{v4_range(10, 0, 8), v4_range(10, 1, 16),
                                             v4_range(10, 0, 16)};
  const std::vector<AddressRange> wide_last{v4_range(10, 1, 16), v4_range(10, 0, 16),
                                            v4_range(10, 0, 8)};

  for (const AddressSet& set : {set_of(wide_first), set_of(wide_last)}) {
    CHECK(set.size() == 1);
    CHECK(set.contains(v4_key(10, 200, 0, 1)));
  }
}

TEST_CASE("all of IPv6 contains nothing of IPv4, and vice versa", "[address_set]") {
  const AddressSet v6 = set_of({AddressRange(AddressKey{}, 0)});
  const AddressSet v4 = set_of({v4_range(0, 0, 0)});
  const AddressSet both = set_of({AddressRange(AddressKey{}, 0), v4_range(0, 0, 0)});

  CHECK(v6.contains(documentation));
  CHECK_FALSE(v6.contains(v4_key(192, 0, 2, 7)));
  CHECK_FALSE(v4.contains(documentation));
  CHECK(v4.contains(v4_key(192, 0, 2, 7)));
  CHECK(both.contains(documentation));
  CHECK(both.contains(v4_key(192, 0, 2, 7)));
}

TEST_CASE("a set gives the same answer as its ranges one by one", "[address_set]") {
  std::mt19937 random{17};  // NOLINT: the same story every time
  std::vector<AddressRange> ranges;
  for (int i = 0; i < 300; ++i) {
    ranges.push_back(v4_range(static_cast<std::uint8_t>(random() % 4),
                              static_cast<std::uint8_t>(random()), 9 + random() % 8));
  }
  const AddressSet set(ranges);

  for (int i = 0; i < 5000; ++i) {
    const AddressKey key =
        v4_key(static_cast<std::uint8_t>(random() % 5), static_cast<std::uint8_t>(random()),
               static_cast<std::uint8_t>(random()), 1);
    const bool is_in = std::any_of(ranges.begin(), ranges.end(),
                                   [&](const AddressRange& range) { return range.contains(key); });
    REQUIRE(set.contains(key) == is_in);
  }
}

TEST_CASE("what is denied is denied, even if it is allowed", "[address_set]") {
  const AddressPolicy policy{.allowed = set_of({v4_range(10, 0, 8)}),
                             .denied = set_of({v4_range(10, 1, 16)})};

  CHECK(policy.admits(v4_key(10, 2, 0, 1)));
  CHECK_FALSE(policy.admits(v4_key(10, 1, 0, 1)));
  CHECK_FALSE(policy.admits(v4_key(11, 0, 0, 1)));
  CHECK_FALSE(policy.admits(documentation));
}

TEST_CASE("with an empty allow list everything is allowed, except what is denied",
          "[address_set]") {
  const AddressPolicy policy{.allowed = {}, .denied = set_of({v4_range(10, 1, 16)})};

  CHECK(policy.admits(v4_key(10, 2, 0, 1)));
  CHECK(policy.admits(documentation));
  CHECK_FALSE(policy.admits(v4_key(10, 1, 0, 1)));
  CHECK(AddressPolicy{}.admits(v4_key(10, 1, 0, 1)));
}
