// Takes the place of libopus in a build without it: Opus is available at no rate.
#include "common/opus/opus_codec.hpp"

namespace voice::opus {

bool works_at(AudioFormat /*format*/) noexcept {
  return false;
}

std::unique_ptr<Decoder> make_decoder(AudioFormat /*format*/) {
  return nullptr;
}

std::unique_ptr<Encoder> make_encoder(AudioFormat /*format*/, int /*kbits*/) {
  return nullptr;
}

}  // namespace voice::opus
