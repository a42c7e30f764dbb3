#include "common/device/card/sound_session.hpp"

#include "common/device/card/pa_session.hpp"

#include <algorithm>

namespace voice {
namespace {

std::string cannot_open(const SoundCardInfo& card, const std::string& reason) {
  return "'" + card.name + "' cannot be opened: " + reason + "; trying every second";
}

std::string looking(const std::string& reason) {
  return reason + "; looking for it";
}

bool has_any(const std::vector<SoundCardInfo>& cards, Direction direction) {
  return std::any_of(cards.begin(), cards.end(), [&](const SoundCardInfo& card) {
    return (direction == Direction::capture ? card.input_channels_max : card.output_channels_max) >
           0;
  });
}

}  // namespace

expected<std::unique_ptr<SoundSession>, std::string> SoundSession::open(
    ConnectSoundServer connect, std::chrono::milliseconds patience) {
  auto server = connect != nullptr ? connect() : nullptr;
  std::unique_ptr<SoundSession> session(new SoundSession(std::move(server), patience));
  if (session->server_) return session;
  if (auto started = session->start_portaudio(); !started) return unexpected(started.error());
  return session;
}

expected<void, std::string> SoundSession::start_portaudio() {
  if (portaudio_) return {};
  auto opened = PaSession::open(patience_);
  if (!opened) return unexpected(opened.error());
  portaudio_ = std::move(*opened);
  return {};
}

// PortAudio numbers its cards itself; here, they come after the server's.
std::vector<SoundCardInfo> SoundSession::portaudio_cards(std::size_t index_first) const {
  auto cards = portaudio_->cards();
  for (SoundCardInfo& card : cards) {
    card.index += static_cast<int>(index_first);
    if (!server_) continue;
    card.is_default_input = card.is_default_output = false;
  }
  return cards;
}

expected<std::vector<SoundCardInfo>, std::string> SoundSession::cards() {
  std::vector<SoundCardInfo> all;
  if (server_) all = server_->cards();
  const auto started = start_portaudio();
  if (!started && !server_) return unexpected(started.error());
  if (!started) return all;
  for (SoundCardInfo& card : portaudio_cards(all.size())) all.push_back(std::move(card));
  return all;
}

expected<SoundSession::Opened, std::string> SoundSession::open_stream(const std::string& wanted,
                                                                      Direction direction,
                                                                      AudioFormat format,
                                                                      Latency latency) {
  std::size_t index_first = 0;
  if (server_) {
    const auto cards = server_->cards();
    index_first = cards.size();
    const auto card = choose_sound_card(cards, wanted, direction);
    if (card) {
      SoundCardInfo asked = *card;
      if (wanted.empty()) asked.id.clear();
      auto stream = server_->open(asked, direction, format, latency);
      if (!stream) return unexpected(cannot_open(*card, stream.error()));
      return Opened{*card, std::move(*stream)};
    }
    // PortAudio's default would be this server again.
    if (wanted.empty() && has_any(cards, direction)) return unexpected(looking(card.error()));
  }
  if (auto started = start_portaudio(); !started) return unexpected(started.error());
  // A server without a default has no card at all, but PortAudio may have one.
  const auto card = choose_sound_card(
      wanted.empty() ? portaudio_->cards() : portaudio_cards(index_first), wanted, direction);
  if (!card) return unexpected(looking(card.error()));
  SoundCardInfo own = *card;
  if (!wanted.empty()) own.index -= static_cast<int>(index_first);
  auto stream = portaudio_->open(own, direction, format, latency);
  if (!stream) return unexpected(cannot_open(*card, stream.error()));
  return Opened{*card, std::move(*stream)};
}

}  // namespace voice
