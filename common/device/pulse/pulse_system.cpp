#include "common/device/pulse/pulse_system.hpp"

#include "common/device/pulse/pulse_stream.hpp"

#include <map>
#include <string>

namespace voice {
namespace {

constexpr const char* system_name = "PulseAudio";

// What the server answers.
struct Found {
  std::string default_source;
  std::string default_sink;
  std::vector<SoundCardInfo> cards;
};

std::string text_of(const char* text) {
  return text == nullptr ? std::string{} : std::string{text};
}

SoundCardInfo card_of(const char* name, const char* description, std::uint32_t rate_hz) {
  SoundCardInfo card;
  card.id = text_of(name);
  card.name = text_of(description).empty() ? card.id : text_of(description);
  card.host_api = system_name;
  card.default_rate_hz = rate_hz;
  return card;
}

void take_server(pa_context*, const pa_server_info* info, void* user) {
  if (info == nullptr) return;
  auto& found = *static_cast<Found*>(user);
  found.default_source = text_of(info->default_source_name);
  found.default_sink = text_of(info->default_sink_name);
}

void take_source(pa_context*, const pa_source_info* info, int is_last, void* user) {
  if (is_last != 0 || info == nullptr) return;
  auto& found = *static_cast<Found*>(user);
  auto card = card_of(info->name, info->description, info->sample_spec.rate);
  card.input_channels_max = info->sample_spec.channels;
  // Where there is no microphone, the default is what the loudspeaker plays: nobody wants that.
  const char* const sink = info->monitor_of_sink_name;
  const bool is_loudspeaker = sink != nullptr && found.default_sink == sink;
  card.is_default_input = card.id == found.default_source && !is_loudspeaker;
  found.cards.push_back(std::move(card));
}

void take_sink(pa_context*, const pa_sink_info* info, int is_last, void* user) {
  if (is_last != 0 || info == nullptr) return;
  auto& found = *static_cast<Found*>(user);
  auto card = card_of(info->name, info->description, info->sample_spec.rate);
  card.output_channels_max = info->sample_spec.channels;
  card.is_default_output = card.id == found.default_sink;
  found.cards.push_back(std::move(card));
}

// Cards with the same description can be told apart by their ids.
void number(std::vector<SoundCardInfo>& cards) {
  std::map<std::string, int> times;
  for (const SoundCardInfo& card : cards) ++times[card.name];
  int index = 0;
  for (SoundCardInfo& card : cards) {
    card.index = index++;
    if (times[card.name] > 1) card.name += " (" + card.id + ")";
  }
}

class PulseSystem final : public SoundSystem {
 public:
  explicit PulseSystem(std::shared_ptr<PulseConnection> connection)
      : connection_(std::move(connection)) {}

  std::vector<SoundCardInfo> cards() override {
    Found found;
    pa_context* const context = connection_->context();
    const bool is_known = connection_->run([&] {
      return pa_context_get_server_info(context, take_server, &found);
    }) && connection_->run([&] {
      return pa_context_get_source_info_list(context, take_source, &found);
    }) && connection_->run([&] {
      return pa_context_get_sink_info_list(context, take_sink, &found);
    });
    if (!is_known) return {};
    number(found.cards);
    return found.cards;
  }

  expected<std::unique_ptr<CardStream>, std::string> open(const SoundCardInfo& card,
                                                          Direction direction, AudioFormat format,
                                                          Latency latency) override {
    return PulseStream::open(connection_, card.id, direction, format, latency);
  }

 private:
  std::shared_ptr<PulseConnection> connection_;
};

}  // namespace

std::unique_ptr<SoundSystem> connect_pulse() {
  auto connection = PulseConnection::open();
  if (!connection) return nullptr;
  return std::make_unique<PulseSystem>(std::move(connection));
}

}  // namespace voice
