// What participants that speak Opus cost the room, beside libopus' own work for them. If everybody
// speaks, each has a frame decoded and a mix of its own encoded. If one speaks, its packets are
// forwarded: libopus decodes one frame, for the room to know its sound, and the mix of one whom
// nobody interrupts is silence. Also measures memory. Run: ./bench.sh --opus
#include "server/room/room.hpp"

#include "tests/bench/sound/speech.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <memory>
#include <vector>

#ifdef __GLIBC__
#include <malloc.h>
#endif

namespace {

using voice::CodecId;

constexpr std::size_t people = 8;
constexpr std::size_t seconds = 20;
constexpr std::size_t ticks = seconds * voice::frames_per_second;
using Samples = std::vector<std::int16_t>;
using Payload = std::vector<std::uint8_t>;

// CPU time of this thread, so that other programs do not count.
double cpu_us() {
  timespec now{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e6 + static_cast<double>(now.tv_nsec) / 1e3;
}

double median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

std::size_t heap_bytes() {
#ifdef __GLIBC__
  return ::mallinfo2().uordblks;
#else
  return 0;
#endif
}

voiced::RoomOptions options(voice::AudioFormat format) {
  return {.format = format, .playout = {}, .participants_max = people};
}

// One participant, the packets it sends, and coders like those that the room has for it.
struct Person {
  Person(voice::AudioFormat format, std::uint32_t seed)
      : decoder(voice::make_decoder(CodecId::opus, format)),
        encoder(voice::make_encoder(CodecId::opus, format)) {
    const auto voice_of_it = voice::make_encoder(CodecId::opus, format);
    const Samples said = bench::speech(format.rate_hz(), seconds, seed);
    const std::size_t frame = format.samples_per_frame();
    for (std::size_t tick = 0; tick < ticks; ++tick) {
      Payload& packet = packets.emplace_back(voice::opus_payload_bytes_max);
      packet.resize(voice_of_it->encode(std::span{said}.subspan(tick * frame, frame), packet));
    }
  }

  std::unique_ptr<voice::Decoder> decoder;
  std::unique_ptr<voice::Encoder> encoder;
  std::vector<Payload> packets;
  voiced::ParticipantId id;
  Samples pcm;
  Samples mix;  // for this participant
};

class Bench {
 public:
  explicit Bench(voice::AudioFormat format)
      : format_(format), scratch_(options(format)), room_(options(format), scratch_) {
    for (std::size_t i = 0; i < people; ++i) {
      Person& person = people_.emplace_back(format, static_cast<std::uint32_t>(i + 1));
      person.id = room_.join().value();
      person.pcm.resize(format.samples_per_frame());
      room_.set_sequencing(person.id, voiced::Sequencing::trusted);
      room_.set_codec(person.id, CodecId::opus);
    }
  }

  void all_speak() {
    const auto row = measure(people, [&](std::size_t tick) { return work(tick); });
    print(row);
    std::printf("\n");
  }

  // The floor is decoding the talker's packets. What it would cost to encode the mix instead, and
  // silence for the talker, is in the last column.
  void one_speaks() {
    const auto row = measure(1, [&](std::size_t tick) { return decode(tick, 1); });
    print(row);
    std::printf("  %8.1f us  %5.1f %%\n", transcoding_us(),
                100.0 * static_cast<double>(room_.counters().forwarded_frames) / ticks);
  }

 private:
  struct Row {
    double room_us, floor_us;
  };

  // CPU time for each of those that speak, in the room and of the floor.
  template <typename Floor>
  Row measure(std::size_t talkers, const Floor& floor) {
    std::vector<double> room_us, floor_us;
    const auto share = static_cast<double>(talkers);
    for (std::size_t tick = 0; tick < ticks; ++tick) {
      const double begin = cpu_us();
      play(tick, talkers);
      room_us.push_back((cpu_us() - begin) / share);
      floor_us.push_back(floor(tick) / share);
    }
    return {median(room_us), median(floor_us)};
  }

  void print(const Row& row) const {
    std::printf("%6d Hz %4d kbit/s  %8.1f us  %8.1f us  %5.3f", format_.rate_hz(),
                voice::opus_kbits_preset(format_), row.room_us, row.floor_us,
                row.room_us / row.floor_us);
  }

  void play(std::size_t tick, std::size_t talkers) {
    now_ += voice::frame_duration;
    for (const Person& person : std::span{people_}.first(talkers)) {
      const voice::rtp::Header header{.sequence = static_cast<std::uint16_t>(tick),
                                      .timestamp = voice::rtp::Timestamp{static_cast<std::uint32_t>(
                                          tick * format_.samples_per_frame())}};
      room_.receive(person.id, {header, person.packets[tick]}, now_);
    }
    for (const auto listener : room_.tick(now_)) bytes_ += room_.message_for(listener).size();
  }

  // What libopus must do for the same: decode each packet, and encode a mix of the others. Returns
  // the time that this takes, without the mixing.
  double work(std::size_t tick) {
    const double decoding = decode(tick, people);
    for (Person& person : people_) {
      person.mix.assign(format_.samples_per_frame(), 0);
      for (std::size_t i = 0; i < person.mix.size(); ++i) {
        int sum = 0;
        for (const Person& other : people_) sum += other.pcm[i];
        person.mix[i] = static_cast<std::int16_t>(std::clamp(sum - person.pcm[i], -32768, 32767));
      }
    }
    Payload payload(voice::opus_payload_bytes_max);
    const double mixed = cpu_us();
    for (Person& person : people_) bytes_ += person.encoder->encode(person.mix, payload);
    return decoding + cpu_us() - mixed;
  }

  double decode(std::size_t tick, std::size_t talkers) {
    const double begin = cpu_us();
    for (Person& person : std::span{people_}.first(talkers))
      person.decoder->decode(person.packets[tick], person.pcm);
    return cpu_us() - begin;
  }

  // One frame decoded and encoded again, after one_speaks().
  double transcoding_us() {
    Person& talker = people_.front();
    Payload payload(voice::opus_payload_bytes_max);
    std::vector<double> values;
    for (const Payload& packet : talker.packets) {
      const double begin = cpu_us();
      talker.decoder->decode(packet, talker.pcm);
      bytes_ += talker.encoder->encode(talker.pcm, payload);
      values.push_back(cpu_us() - begin);
    }
    return median(values);
  }

  voice::AudioFormat format_;
  voiced::TickScratch scratch_;
  voiced::Room room_;
  std::vector<Person> people_;
  std::size_t bytes_ = 0;
  voice::TimePoint now_{std::chrono::hours{1}};
};

void memory(voice::AudioFormat format) {
  voiced::TickScratch scratch(options(format));
  voiced::Room room(options(format), scratch);
  const auto first = room.join().value();
  room.set_codec(first, CodecId::opus);  // the encoder that all share
  const auto second = room.join().value();
  const auto kib = [&](CodecId codec) {
    room.set_codec(second, codec);
    return static_cast<double>(heap_bytes()) / 1024;
  };
  // The playout keeps the same as for L16, and the packets besides.
  const double linear = kib(CodecId::l16);
  std::printf("%6d Hz: %.1f KiB for the coders and packets of each participant\n", format.rate_hz(),
              kib(CodecId::opus) - linear);
}

constexpr int rates_hz[] = {8000, 16000, 24000, 48000};

voice::AudioFormat format_of(int rate_hz) {
  return voice::AudioFormat::from_rate(rate_hz).value();
}

}  // namespace

int main() {
  std::printf("%zu participants, all speak; CPU time for each and 20 ms, medians of %zu ticks\n",
              people, ticks);
  std::printf("%28s %12s  ratio\n", "room", "libopus");
  for (const int rate_hz : rates_hz) Bench(format_of(rate_hz)).all_speak();
  std::printf("\n%zu participants, one speaks; CPU time in all for 20 ms\n", people);
  std::printf("%28s %12s  ratio  transcoding  forwarded\n", "room", "libopus");
  for (const int rate_hz : rates_hz) Bench(format_of(rate_hz)).one_speaks();
  std::printf("\n");
  for (const int rate_hz : {8000, 16000, 48000}) memory(format_of(rate_hz));
}
