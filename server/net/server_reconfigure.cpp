// The part of the server that takes over another configuration while calls go on.
#include "server/net/local_participant.hpp"
#include "server/net/server.hpp"

namespace voiced {

void Server::reconfigure(const ServerOptions& options) {
  const int depth_packets = options.conference.jitter_depth_packets;
  if (depth_packets != options_.conference.jitter_depth_packets) {
    conference_.set_jitter_depth(depth_packets);
    for (Talker& talker : active_) talker.due = 0;  // it may hold less now
    options_.conference.jitter_depth_packets = depth_packets;
  }
  if (options.outbox_age_max != options_.outbox_age_max) {
    options_.outbox_age_max = options.outbox_age_max;
    for (const auto& connection : connections_) {
      if (connection) connection->sender().set_limits(voice::OutboxLimits{options.outbox_age_max});
    }
  }
  conference_.set_password(options.conference.password);
  if (options.stall_limit != options_.stall_limit) {
    options_.stall_limit = options.stall_limit;
    for (const auto& connection : connections_) {
      if (connection) connection->set_patience(options.stall_limit);
    }
  }
  options_.drain_limit = options.drain_limit;
  drain_.set_limit(options.drain_limit);
  options_.require_hello = options.require_hello;
  options_.load_max = options.load_max;
  options_.door = options.door;
  doorman_.set_limits(options.door);
  reconfigure_sound(options.local);
}

// Only what has changed: what was muted by other means meanwhile stays as it is.
void Server::reconfigure_sound(const LocalAudioOptions& options) {
  const bool microphone = options.mute_microphone != options_.local.mute_microphone;
  const bool loudspeaker = options.mute_loudspeaker != options_.local.mute_loudspeaker;
  options_.local.mute_microphone = options.mute_microphone;
  options_.local.mute_loudspeaker = options.mute_loudspeaker;
  if (!local_) return;
  if (microphone) local_->set_microphone_muted(options.mute_microphone);
  if (loudspeaker) local_->set_loudspeaker_muted(options.mute_loudspeaker);
}

}  // namespace voiced
