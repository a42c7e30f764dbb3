#include "server/app/background_reload.hpp"

#include <utility>

namespace voiced {
namespace {

using voice::unexpected;

std::string too_slow() {
  return "not read within " + std::to_string(reload_time_max.count()) +
         " s; is the configuration or the password on a file system that hangs?";
}

}  // namespace

void BackgroundReload::request(Done done) {
  if (is_stopped_) {
    if (done) done(unexpected(std::string("voiced is stopping")));
    return;
  }
  // Files that the current read has passed may have changed since.
  is_requested_ = true;
  if (done) waiting_.push_back(std::move(done));
}

void BackgroundReload::ticked(voice::TimePoint now) {
  if (!reading_) {
    if (is_requested_) begin(now);
    return;
  }
  if (auto fresh = reading_()) {
    reading_ = nullptr;
    return end(std::move(*fresh));
  }
  if (now < deadline_) return;
  hung_.push_back(std::exchange(reading_, nullptr));
  end(unexpected(too_slow()));
}

void BackgroundReload::begin(voice::TimePoint now) {
  is_requested_ = false;
  served_ = std::exchange(waiting_, {});
  std::erase_if(hung_, [](const Reading& reading) { return reading().has_value(); });
  steps_.begin();
  if (hung_.size() >= hung_readings_max) {
    return end(
        unexpected(std::to_string(hung_.size()) +
                   " earlier reads still hang in the file system; repair it, then reload again"));
  }
  reading_ = steps_.read();
  deadline_ = now + reload_time_max;
}

void BackgroundReload::end(FreshSettings fresh) {
  const auto reloaded = steps_.end(std::move(fresh));
  for (const Done& done : std::exchange(served_, {})) done(reloaded);
}

void BackgroundReload::stop() {
  is_stopped_ = true;
  is_requested_ = false;
  reading_ = nullptr;
  std::vector<Done> refused = std::exchange(served_, {});
  for (Done& done : std::exchange(waiting_, {})) refused.push_back(std::move(done));
  for (const Done& done : refused) done(unexpected(std::string("voiced is stopping")));
}

}  // namespace voiced
