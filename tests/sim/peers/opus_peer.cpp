#include "tests/sim/peers/opus_peer.hpp"

#include "common/audio/level.hpp"

#include "tests/bench/sound/speech.hpp"
#include "tests/sim/world/memory_account.hpp"
#include "tests/support/segmental_snr.hpp"

#include <algorithm>

namespace sim {
namespace {

constexpr std::size_t speech_seconds = 20;
constexpr std::chrono::milliseconds age_max{400};

}  // namespace

OpusPeer::OpusPeer(World& world, Server& server, PeerSettings settings, std::uint32_t speech_seed)
    : Peer(world, server, std::move(settings)),
      speech_(bench::speech(server.rate_hz(), speech_seconds, speech_seed)) {}

OpusPeer::~OpusPeer() = default;

void OpusPeer::connected_now() {
  const ChargeTo client(Account::client);
  voicecli::CallOptions options;
  options.name = settings_.name;
  options.agent = "simulator";
  options.first_sequence = static_cast<std::uint16_t>(random_.next());
  options.codecs.add(voice::voice1::Codec::opus);
  call_ = std::make_unique<voicecli::Call>(std::move(options), world_.now());
  said_samples_ = 0;
  const ChargeTo simulator(Account::simulator);
  heard_.clear();
}

void OpusPeer::received(voice::Bytes bytes) {
  world_.trail().add(bytes);
  const ChargeTo client(Account::client);
  call_->received(bytes, world_.now());
}

void OpusPeer::work() {
  capture();
  {
    const ChargeTo client(Account::client);
    call_->tick(talking(), world_.now());
    while (const auto event = call_->poll_event()) {
      if (const auto* const welcomed = std::get_if<voicecli::Welcomed>(&*event)) {
        has_opus_ = welcomed->codec == voice::CodecId::opus;
      }
      promise(!std::holds_alternative<voicecli::Failed>(*event), "a call over a cable never fails");
    }
  }
  play();
  send();
}

void OpusPeer::capture() {
  const std::uint64_t count = captured(UINT64_MAX);
  std::vector<std::int16_t> pcm(static_cast<std::size_t>(count));
  for (auto& sample : pcm) sample = speech_[said_samples_++ % speech_.size()];
  const ChargeTo client(Account::client);
  call_->capture(pcm);
}

// The loudspeaker runs by the same crystal as the microphone.
void OpusPeer::play() {
  if (!call_->format()) return;
  const std::uint64_t position = card_position();
  while (heard_.size() < position) {
    std::span<const std::int16_t> frame;
    {
      const ChargeTo client(Account::client);
      frame = call_->play({}, world_.now());
    }
    heard_.insert(heard_.end(), frame.begin(), frame.end());
  }
}

void OpusPeer::send() {
  const ChargeTo client(Account::client);
  const voice::Bytes bytes = call_->to_send(world_.now());
  const ChargeTo simulator(Account::simulator);
  const std::size_t count = write(bytes);
  if (count != 0) call_->sent(count);
}

void OpusPeer::say_goodbye() {
  const ChargeTo client(Account::client);
  call_->leave(world_.now());
  const ChargeTo simulator(Account::simulator);
  (void)write(call_->to_send(world_.now()));
}

void OpusPeer::disconnected() {
  call_.reset();
}

std::span<const std::int16_t> OpusPeer::last_heard(Duration length) const {
  const auto count = static_cast<std::size_t>(length / voice::frame_duration) *
                     server_.format().samples_per_frame();
  promise(heard_.size() >= count, "a loudspeaker gets all the frames that it asks for");
  return std::span{heard_}.last(count);
}

OpusPeer::Heard OpusPeer::heard_of(const OpusPeer& talker, Duration length) const {
  const auto heard = last_heard(length);
  const std::size_t begin = heard_.size() - heard.size();
  const auto rate_hz = static_cast<std::size_t>(server_.rate_hz());
  const std::size_t lag_max = rate_hz * static_cast<std::size_t>(age_max.count()) / 1000;
  promise(begin >= lag_max, "what is judged is not the very beginning");
  Heard best{.snr_db = -100};
  std::vector<std::int16_t> said(heard.size());
  for (std::size_t lag = 0; lag <= lag_max; ++lag) {
    for (std::size_t i = 0; i < said.size(); ++i) {
      said[i] = talker.speech_[(begin + i - lag) % talker.speech_.size()];
    }
    const double snr_db = voice::test::segmental_snr_db(said, heard, 0, server_.rate_hz());
    if (snr_db > best.snr_db) best = {snr_db, server_.format().duration(lag)};
  }
  return best;
}

double OpusPeer::level_dbfs(Duration length) const {
  return voice::level_dbfs(last_heard(length));
}

}  // namespace sim
