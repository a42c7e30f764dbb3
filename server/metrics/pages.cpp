#include "server/metrics/pages.hpp"

#include <algorithm>

namespace voiced {
namespace {

constexpr const char* plain_text = "text/plain; charset=utf-8";

}  // namespace

Pages::Pages(MetricsSource source, std::size_t participants_max)
    : source_(std::move(source)), participants_max_(participants_max) {}

void Pages::ticked(voice::TimePoint now) {
  status_is_fresh_ = false;
  for (Text& text : metrics_) text.reset();
  if (health_.is_due(now)) health_.note(status(), now);
}

Page Pages::page(const HttpRequest& request, const HttpCounters& http) {
  if (auto refused = not_here(request)) return std::move(*refused);
  switch (request.path) {
    case HttpPath::healthz:
      return verdict(health_.health(status()), "ok");
    case HttpPath::readyz:
      return verdict(readiness(status()), "ready");
    default:
      return metrics(
          request.accepts_open_metrics ? Exposition::open_metrics : Exposition::prometheus, http);
  }
}

std::optional<Page> Pages::not_here(const HttpRequest& request) {
  // First, because some methods have no path: `OPTIONS *`, `CONNECT host:port`.
  if (request.method == HttpMethod::other) return line(405, "only GET and HEAD are allowed");
  if (request.path == HttpPath::other) {
    return line(404, "not found; use /metrics, /healthz or /readyz");
  }
  return std::nullopt;
}

Page Pages::refusal(HttpRequestReader::Reading why, const HttpRequest& request) {
  if (why == HttpRequestReader::Reading::has_body) {
    // Checked first: that a POST has a body is its lesser fault.
    if (auto refused = not_here(request)) return std::move(*refused);
  }
  switch (why) {
    case HttpRequestReader::Reading::too_large:
      return line(431, "the header is too long: a request has at most " +
                           std::to_string(HttpRequestReader::header_bytes_max) +
                           " bytes of header");
    case HttpRequestReader::Reading::has_body:
      return line(413, "a request must not have a body");
    default:
      return line(400, "not an HTTP/1 request");
  }
}

const ServerStatus& Pages::status() {
  if (!status_is_fresh_) {
    status_ = source_.status();
    status_is_fresh_ = true;
  }
  return status_;
}

Page Pages::metrics(Exposition exposition, const HttpCounters& http) {
  Text& text = metrics_[static_cast<std::size_t>(exposition)];
  if (!text) {
    std::vector<ParticipantStatus> participants;
    if (participants_max_ > 0) participants = source_.participants();
    const std::span all(participants);
    text = unused();
    render(*text,
           {.status = status(),
            .healthy = health_.health(status()).good,
            .ready = readiness(status()).good,
            .http = http,
            .participants = all.first(std::min(all.size(), participants_max_))},
           exposition);
  }
  return {200, content_type(exposition), text};
}

Page Pages::verdict(const Verdict& verdict, const char* good) {
  return verdict.good ? line(200, good) : line(503, verdict.reason);
}

Page Pages::line(int status, const std::string& text) {
  const Text body = unused();
  body->append(text).append("\n");
  return {status, plain_text, body};
}

// There are never more texts than connections that hold one, plus the two of this tick.
Pages::Text Pages::unused() {
  const auto free = std::find_if(texts_.begin(), texts_.end(),
                                 [](const Text& text) { return text.use_count() == 1; });
  if (free == texts_.end()) return texts_.emplace_back(std::make_shared<std::string>());
  (*free)->clear();
  return *free;
}

}  // namespace voiced
