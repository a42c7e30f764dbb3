#include "tests/sim/peers/adaptive_peer.hpp"

#include "common/audio/g711.hpp"

#include "tests/sim/oracle/ulaw_oracle.hpp"
#include "tests/sim/world/memory_account.hpp"

#include <algorithm>

namespace sim {
namespace {

using std::chrono::milliseconds;

// The level of an absent tone: what the seams of other tones leave of it. One's own would be 1.
constexpr double traces_max = 0.3;
// See AdaptiveWatch.
constexpr Duration beyond_goal_max = milliseconds{120};

}  // namespace

AdaptivePeer::~AdaptivePeer() = default;

void AdaptivePeer::connected_now() {
  const ChargeTo client(Account::client);
  voicecli::CallOptions options;
  options.name = settings_.name;
  options.agent = "simulator";
  options.playout = own_.playout;
  options.first_sequence = static_cast<std::uint16_t>(random_.next());
  if (own_.codec) options.codecs.add(*own_.codec);
  if (own_.has_dtx) options.dtx = voicecli::Dtx::on;
  call_ = std::make_unique<voicecli::Call>(std::move(options), world_.now());
  const ChargeTo simulator(Account::simulator);
  statistics_ = {};
  format_.reset();
}

void AdaptivePeer::received(voice::Bytes bytes) {
  world_.trail().add(bytes);
  const ChargeTo client(Account::client);
  call_->received(bytes, world_.now());
}

void AdaptivePeer::work() {
  follow_rate();
  if (format_) capture();
  {
    const ChargeTo client(Account::client);
    call_->tick(own_.has_dtx || talking(), world_.now());
  }
  if (format_) play();
  take_events();
  send();
  check();
}

// The first rate comes with the announcement, a later one with a move.
void AdaptivePeer::follow_rate() {
  if (call_->format() == format_) return;
  format_ = call_->format();
  begin_ = card_position();
  captured_ = played_ = 0;
  tone_.reset();
  if (own_.tone) tone_.emplace(*format_, tones_hz[*own_.tone], tone_amplitude);
}

// In samples of this format, since it began.
std::uint64_t AdaptivePeer::position() const {
  const auto rate_hz = static_cast<std::uint64_t>(format_->rate_hz());
  return (card_position() - begin_) * rate_hz / static_cast<std::uint64_t>(server_.rate_hz());
}

void AdaptivePeer::capture() {
  std::vector<std::int16_t> pcm(static_cast<std::size_t>(position() - captured_));
  if (!tone_) {
    std::vector<std::uint8_t> codes(pcm.size());
    voice_.fill(begin_ + captured_, codes);
    // As in speech, a part of each second is a pause: marks do not repeat, so little else can be
    // removed.
    const auto second = static_cast<std::uint64_t>(format_->rate_hz());
    for (std::size_t i = 0; i < codes.size(); ++i) {
      if ((begin_ + captured_ + i) % second < second * 3 / 10) codes[i] = 0xFF;
    }
    std::transform(codes.begin(), codes.end(), pcm.begin(), ulaw::decode);
  } else if (talking()) {
    tone_->generate(pcm);
  }
  captured_ += pcm.size();
  const ChargeTo client(Account::client);
  call_->capture(pcm, own_.has_dtx ? std::optional(talking()) : std::nullopt);
}

void AdaptivePeer::play() {
  while (played_ < position()) {
    std::span<const std::int16_t> frame;
    {
      const ChargeTo client(Account::client);
      frame = call_->play({}, world_.now());
    }
    promise(!frame.empty(), "the loudspeaker gets a frame whenever it asks for one");
    played_ += frame.size();
    std::vector<std::uint8_t> codes(frame.size());
    voice::g711::encode(frame, codes);
    world_.trail().add(codes);
    ear_.heard(frame, *format_);
    delay_.heard(codes, world_.now());
  }
}

void AdaptivePeer::take_events() {
  while (const auto event = call_->poll_event()) {
    if (const auto* const welcomed = std::get_if<voicecli::Welcomed>(&*event)) {
      room_ = welcomed->room;
      world_.tell(settings_.name + " is in " + room_);
    }
    promise(!std::holds_alternative<voicecli::Failed>(*event) &&
                !std::holds_alternative<voicecli::Refused>(*event),
            "no stall of this story ends a call");
  }
}

void AdaptivePeer::send() {
  for (;;) {
    const ChargeTo client(Account::client);
    const voice::Bytes bytes = call_->to_send(world_.now());
    std::size_t count = 0;
    {
      const ChargeTo simulator(Account::simulator);
      count = write(bytes);
    }
    if (count != 0) call_->sent(count);
    if (count == 0 || count < bytes.size()) return;
  }
}

void AdaptivePeer::check() {
  const voice::PlayoutTimes before = statistics_.playout_times;
  const std::uint64_t lost_before = statistics_.playout.lost;
  statistics_ = call_->statistics();
  const voice::PlayoutTimes& now = statistics_.playout_times;
  promise(now.dropped >= before.dropped && now.expired >= before.expired &&
              now.stretched >= before.stretched && now.sped_up >= before.sped_up &&
              now.concealed >= before.concealed && statistics_.playout.lost >= lost_before,
          "no counter of a call goes back");
  promise(now.excess == Duration{0} && now.cut == Duration{0}, "no sound of a mix is superfluous");
  promise(!own_.tone || ear_.most(*own_.tone) < traces_max, "nobody hears themselves");
}

bool AdaptivePeer::is_settled() const noexcept {
  return statistics_.jitter_fill <= statistics_.jitter_target + beyond_goal_max;
}

void AdaptivePeer::say_goodbye() {
  const ChargeTo client(Account::client);
  call_->leave(world_.now());
  const ChargeTo simulator(Account::simulator);
  (void)write(call_->to_send(world_.now()));
}

void AdaptivePeer::disconnected() {
  call_.reset();
}

}  // namespace sim
