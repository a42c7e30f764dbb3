#include "client/voice/echo_meter.hpp"

#include "tests/support/catch.hpp"

#include <vector>

using namespace voicecli;

namespace {

using Pcm = std::vector<std::int16_t>;

void add(EchoMeter& meter, int blocks, std::int16_t loudspeaker, std::int16_t before,
         std::int16_t after) {
  for (int i = 0; i < blocks; ++i) {
    meter.add(Pcm(80, loudspeaker), mean_power(Pcm(80, before)), Pcm(80, after));
  }
}

}  // namespace

TEST_CASE("the remaining echo is given in dB, after half a second of sound", "[echo_meter]") {
  EchoMeter meter;
  add(meter, 49, 3000, 1000, 100);
  CHECK_FALSE(meter.reduction_db());
  add(meter, 1, 3000, 1000, 100);

  REQUIRE(meter.reduction_db());
  CHECK(*meter.reduction_db() == Approx(20));
}

TEST_CASE("while the loudspeaker is quiet nothing is measured", "[echo_meter]") {
  EchoMeter meter;
  add(meter, 100, 3000, 1000, 100);
  add(meter, 500, 10, 1000, 1000);
  CHECK(*meter.reduction_db() == Approx(20));
}

TEST_CASE("the figure follows the last second of sound", "[echo_meter]") {
  EchoMeter meter;
  add(meter, 200, 3000, 1000, 1000);
  CHECK(*meter.reduction_db() == Approx(0).margin(0.01));
  add(meter, 500, 3000, 1000, 10);
  CHECK(*meter.reduction_db() > 20);
}

TEST_CASE("an echo that is gone altogether is not infinitely quiet", "[echo_meter]") {
  EchoMeter meter;
  add(meter, 2000, 3000, 10000, 0);
  CHECK(*meter.reduction_db() == Approx(80).margin(0.1));
  meter.reset();
  CHECK_FALSE(meter.reduction_db());
}
