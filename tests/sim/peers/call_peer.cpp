#include "tests/sim/peers/call_peer.hpp"

#include "common/identity/proof.hpp"

#include "tests/sim/oracle/ulaw_oracle.hpp"
#include "tests/sim/world/memory_account.hpp"

#include <algorithm>
#include <utility>

namespace sim {
namespace {

constexpr int depth_packets = 6;
// 200 ms of audio are ten frames; one more is being sent, and some Pings.
constexpr std::size_t waiting_frames_max = 12;
constexpr std::size_t waiting_control_bytes_max = 2048;

}  // namespace

CallPeer::~CallPeer() = default;

void CallPeer::connected_now() {
  const ChargeTo client(Account::client);
  voicecli::CallOptions options;
  options.name = settings_.name;
  options.agent = "simulator";
  options.playout = voice::fixed_playout(depth_packets);
  options.first_sequence = static_cast<std::uint16_t>(random_.next());
  options.user = settings_.user;
  options.password = settings_.password;
  options.token = settings_.token;
  if (!settings_.password.empty()) options.nonce = "nonce" + std::to_string(random_.next());
  call_ = std::make_unique<voicecli::Call>(std::move(options), world_.now(),
                                           tunnel() ? tunnel()->take_client() : nullptr);
  const ChargeTo simulator(Account::simulator);
  stream_ = SlowDeframer{voice::message_bytes_max_any_rate};
  model_.reset();
  welcomed_ = over_ = muted_loudspeaker_ = false;
  answers_in_ = 0;
  said_samples_ = played_samples_ = played_frames_ = 0;
}

void CallPeer::received(voice::Bytes bytes) {
  {
    const ChargeTo client(Account::client);
    call_->received(bytes, world_.now());
  }
  Message inside;
  if (tunnel()) inside = tunnel()->to_client.take_opened();
  const voice::Bytes heard = tunnel() ? voice::Bytes{inside} : bytes;
  world_.trail().add(heard);
  stream_.add(heard);
  while (const auto message = stream_.next()) {
    if (!model_) {
      model_.emplace(server_.rate_hz(), depth_packets);
    } else if (const auto packet = slow_rtp(*message); packet && !packet->payload.empty()) {
      model_->insert(PacketNumbers{packet->sequence, packet->timestamp}, packet->payload,
                     world_.now());
    } else {
      follow_mutes(*message);
    }
  }
}

// Sound that the server does not send while it has muted the loudspeaker is not lost.
void CallPeer::follow_mutes(const Message& message) {
  using voice::voice1::Muted;
  const auto text = voice::voice1::parse(message);
  const auto* const state = text ? std::get_if<voice::voice1::State>(&*text) : nullptr;
  if (state == nullptr) return;
  const Muted what = state->muted_by_server.value_or(Muted::none);
  const bool muted = what == Muted::loudspeaker || what == Muted::both;
  if (std::exchange(muted_loudspeaker_, muted) != muted) model_->forget_sequence();
}

void CallPeer::work() {
  capture();
  {
    const ChargeTo client(Account::client);
    call_->tick(talking(), world_.now());
  }
  play();
  take_events();
  if (answers_in_ != 0 && --answers_in_ == 0) answer();
  if (over_) return hang_up();
  send();
  statistics_ = call_->statistics();
  promise(statistics_.jitter_fill_packets <= statistics_.jitter_depth_packets,
          "a client's jitter buffer never holds more than N");
  promise(!model_ || !model_->overdue(), "nothing is heard that has waited for too long");
}

void CallPeer::capture() {
  const std::uint64_t count = captured(UINT64_MAX);
  if (count == 0) return;
  std::vector<std::uint8_t> codes(static_cast<std::size_t>(count));
  voice_.fill(said_samples_, codes);
  said_samples_ += count;
  std::vector<std::int16_t> pcm(codes.size());
  std::transform(codes.begin(), codes.end(), pcm.begin(), ulaw::decode);
  const ChargeTo client(Account::client);
  call_->capture(pcm);
}

// The loudspeaker has the same crystal as the microphone, and asks for a frame when it needs one.
void CallPeer::play() {
  if (!call_->format()) return;
  const std::uint64_t position = card_position();
  while (played_samples_ < position) {
    std::span<const std::int16_t> frame;
    {
      const ChargeTo client(Account::client);
      frame = call_->play({}, world_.now());
    }
    check_frame(frame);
    played_samples_ += frame.size();
    ++played_frames_;
  }
}

void CallPeer::check_frame(std::span<const std::int16_t> frame) {
  promise(model_.has_value(), "there is nothing to play before the rate is known");
  Message expected(frame_samples(server_.rate_hz(), played_frames_));
  model_->take(expected, world_.now());
  promise(frame.size() == expected.size(), "the loudspeaker gets frames of the right length");
  for (std::size_t i = 0; i < frame.size(); ++i) {
    promise(frame[i] == ulaw::decode(expected[i]), "the loudspeaker plays what was sent");
  }
  world_.trail().add(expected);
  heard_.add(expected);
  delay_.heard(expected, world_.now());
}

void CallPeer::send() {
  const ChargeTo client(Account::client);
  const voice::Bytes bytes = call_->to_send(world_.now());
  const std::size_t packet =
      voice::packet_overhead_bytes + server_.format().samples_per_frame_max();
  promise(bytes.size() <= waiting_frames_max * packet + waiting_control_bytes_max,
          "a client keeps no more unsent than what is young enough");
  write_all();
}

// Over TLS, one record after the other.
void CallPeer::write_all() {
  for (;;) {
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

void CallPeer::take_events() {
  while (const auto event = call_->poll_event()) {
    if (std::holds_alternative<voicecli::Welcomed>(*event)) welcomed_ = true;
    if (std::holds_alternative<voicecli::Welcomed>(*event)) ++welcomes_;
    if (std::holds_alternative<voicecli::Challenged>(*event) && settings_.answers) {
      answers_in_ = 1 + static_cast<int>(random_.below(5));
    }
    if (std::holds_alternative<voicecli::Refused>(*event)) over_ = true;
    if (std::holds_alternative<voicecli::Goodbye>(*event)) over_ = true;
    if (const auto* const failed = std::get_if<voicecli::Failed>(&*event)) {
      over_ = true;
      promise(failed->failure == voicecli::CallFailure::server_silent ||
                  failed->failure == voicecli::CallFailure::announce_timeout,
              "a server never breaks the protocol");
      world_.tell(settings_.name + " gives up: " + to_string(failed->failure));
    }
  }
}

// Computing the answer has taken some time.
void CallPeer::answer() {
  const auto asked = call_->challenge();
  if (!asked) return;
  const auto proofs = voice::identity::prove({asked->user,
                                              asked->client_nonce,
                                              asked->server_nonce,
                                              asked->salt,
                                              {asked->cost.memory_kib, asked->cost.passes}},
                                             asked->password);
  promise(proofs.has_value(), "a challenge can be answered");
  const ChargeTo client(Account::client);
  call_->answer({asked->client_nonce, proofs->client, proofs->server}, world_.now());
}

void CallPeer::say_goodbye() {
  const ChargeTo client(Account::client);
  call_->leave(world_.now());
  write_all();
}

void CallPeer::disconnected() {
  statistics_ = call_->statistics();
  call_.reset();
}

}  // namespace sim
