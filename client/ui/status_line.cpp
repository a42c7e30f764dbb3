#include "client/ui/status_line.hpp"

#include "common/terminal/meter.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

namespace voicecli {
namespace {

using voice::terminal::jitter_bar;
using voice::terminal::level_bar;
using voice::terminal::level_text;

/// Which part is dropped first when the line is too long; `must` never is.
enum class Rank : std::uint8_t {
  must,
  jitter,
  delay,
  round_trip,
  lost,
  volume,
  codec,
  loudspeaker,
  echo
};

enum class Color : std::uint8_t { plain, green, yellow, red };

struct Part {
  std::string text;
  Rank rank;
  Color color = Color::plain;
};

constexpr std::size_t gap_columns = 2;
constexpr double loud_dbfs = -6.0;  // a mean level above this is about to clip at its peaks

Part microphone(const Status& status) {
  const double dbfs = status.call.microphone_dbfs;
  const std::string level = ' ' + level_text(dbfs);
  if (status.microphone_open) {
    return {"mic " + level_bar(dbfs) + level, Rank::must,
            dbfs > loud_dbfs ? Color::red : Color::green};
  }
  const bool muted = status.controls.microphone_muted;
  return {std::string{muted ? "mic [ muted  ]" : "mic [hold sp]"} + level, Rank::must,
          Color::yellow};
}

Part loudspeaker(const Status& status) {
  if (status.controls.loudspeaker_muted) return {"deaf", Rank::must, Color::yellow};
  const double dbfs = status.call.loudspeaker_dbfs;
  return {"spk " + level_bar(dbfs) + ' ' + level_text(dbfs), Rank::loudspeaker,
          dbfs > loud_dbfs ? Color::red : Color::green};
}

// How much is held, and the target.
Part adaptive_playout(const Status& status) {
  const auto ms = [](voice::Duration time) {
    return std::to_string(std::chrono::round<std::chrono::milliseconds>(time).count());
  };
  const voice::Duration held = status.call.jitter_fill;
  return {"playout " + ms(held) + '/' + ms(status.call.jitter_target) + " ms", Rank::jitter,
          held == voice::Duration{0} ? Color::plain : Color::green};
}

Part jitter(const Status& status) {
  if (status.call.jitter_mode == voice::JitterMode::adaptive) return adaptive_playout(status);
  const int fill = status.call.jitter_fill_packets;
  const int depth = status.call.jitter_depth_packets;
  return {"jitter " + jitter_bar(fill, depth) + ' ' + std::to_string(fill) + '/' +
              std::to_string(depth),
          Rank::jitter, fill == 0 ? Color::plain : Color::green};
}

std::string milliseconds_text(voice::Duration duration) {
  const auto rounded = std::chrono::round<std::chrono::milliseconds>(duration).count();
  return (rounded == 0 ? std::string{"<1"} : std::to_string(rounded)) + " ms";
}

std::string server_mute_text(const ServerMute& mute) {
  if (mute.microphone && mute.loudspeaker) return "muted and deaf by server";
  return mute.microphone ? "muted by server" : "deaf by server";
}

std::vector<Part> parts_of(const Status& status) {
  std::vector<Part> parts{microphone(status)};
  if (status.muted_by_server != ServerMute{}) {
    parts.push_back({server_mute_text(status.muted_by_server), Rank::must, Color::yellow});
  }
  parts.push_back(loudspeaker(status));
  if (status.controls.volume_db != 0.0) {
    const auto db = std::lround(status.controls.volume_db);
    parts.push_back({"vol " + std::string{db > 0 ? "+" : ""} + std::to_string(db), Rank::volume});
  }
  if (status.echo_reduction_db) {
    const long db = std::max(std::lround(*status.echo_reduction_db), 0L);
    parts.push_back({"echo -" + std::to_string(db) + " dB", Rank::echo});
  }
  if (!status.connected) {
    parts.push_back({"not connected to " + status.server, Rank::must, Color::red});
    return parts;
  }
  parts.push_back(jitter(status));
  if (status.call.round_trip) {
    parts.push_back({"rtt " + milliseconds_text(*status.call.round_trip), Rank::round_trip});
  }
  // The fill of an empty buffer does not show the delay: the next voice waits for half the buffer.
  if (status.call.jitter_fill_packets > 0) {
    parts.push_back({"delay " + milliseconds_text(status.delay.total()), Rank::delay});
  }
  // A classic server's sequence numbers do not show losses.
  if (status.voice1) {
    const auto lost = status.call.playout.lost;
    parts.push_back(
        {"lost " + std::to_string(lost), Rank::lost, lost == 0 ? Color::plain : Color::yellow});
  }
  if (status.call.codec != voice::CodecId::pcmu) {
    std::string text{voice::codec_info(status.call.codec).name};
    if (status.call.opus_kbits != 0)
      text += ' ' + std::to_string(status.call.opus_kbits) + " kbit/s";
    parts.push_back({std::move(text), Rank::codec});
  }
  return parts;
}

std::size_t columns_of(const std::vector<Part>& parts) {
  std::size_t columns = 0;
  for (const Part& part : parts) columns += part.text.size() + (columns == 0 ? 0 : gap_columns);
  return columns;
}

void leave_out_until_fits(std::vector<Part>& parts, std::size_t columns_max) {
  while (columns_of(parts) > columns_max) {
    const auto least = std::max_element(
        parts.begin(), parts.end(), [](const Part& a, const Part& b) { return a.rank < b.rank; });
    if (least->rank == Rank::must) return;
    parts.erase(least);
  }
}

const char* escape_of(Color color) {
  switch (color) {
    case Color::plain:
      return "";
    case Color::green:
      return "\x1b[32m";
    case Color::yellow:
      return "\x1b[33m";
    case Color::red:
      return "\x1b[31m";
  }
  return "";
}

}  // namespace

std::string status_line(const Status& status, const LineStyle& style) {
  const std::size_t columns_max = style.width > 0 ? style.width - 1 : 0;
  std::vector<Part> parts = parts_of(status);
  leave_out_until_fits(parts, columns_max);
  std::string line;
  std::size_t columns = 0;
  for (const Part& part : parts) {
    if (columns != 0) {
      line.append(std::min(gap_columns, columns_max - columns), ' ');
      columns = std::min(columns + gap_columns, columns_max);
    }
    const std::string text = part.text.substr(0, columns_max - columns);
    columns += text.size();
    const bool colored = style.color && part.color != Color::plain;
    line += colored ? escape_of(part.color) + text + "\x1b[0m" : text;
  }
  return line;
}

}  // namespace voicecli
