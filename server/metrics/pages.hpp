// The answers of the endpoint: a request in, a status and a text out. Uses no socket. Texts are
// made at most once a tick, in memory that is reused.
#pragma once

#include "server/metrics/health.hpp"
#include "server/metrics/http_request.hpp"
#include "server/metrics/render.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace voiced {

/// Where the figures come from. Called at most once a tick each.
struct MetricsSource {
  std::function<ServerStatus()> status;
  std::function<std::vector<ParticipantStatus>()> participants;
};

struct Page {
  int status = 200;
  const char* content_type = "";
  /// Stays what it is for as long as it is held.
  std::shared_ptr<const std::string> body;
};

class Pages {
 public:
  /// @param participants_max up to this many, the first to join, get series of their own; 0: none.
  Pages(MetricsSource source, std::size_t participants_max);

  /// At every tick: pages made before are outdated now.
  void ticked(voice::TimePoint now);

  [[nodiscard]] Page page(const HttpRequest& request, const HttpCounters& http);
  /// For bytes that are not a request, or for one with a body.
  [[nodiscard]] Page refusal(HttpRequestReader::Reading why, const HttpRequest& request);

 private:
  using Text = std::shared_ptr<std::string>;

  [[nodiscard]] const ServerStatus& status();
  [[nodiscard]] Page metrics(Exposition exposition, const HttpCounters& http);
  [[nodiscard]] Page verdict(const Verdict& verdict, const char* good);
  [[nodiscard]] Page line(int status, const std::string& text);
  [[nodiscard]] std::optional<Page> not_here(const HttpRequest& request);
  [[nodiscard]] Text unused();

  MetricsSource source_;
  std::size_t participants_max_;
  HealthWatch health_;

  // Of this tick, once a client has asked.
  bool status_is_fresh_ = false;
  ServerStatus status_;
  Text metrics_[2];  // by Exposition

  // All texts handed out. One that no client holds any longer is reused.
  std::vector<Text> texts_;
};

}  // namespace voiced
