#include "common/device/card/host_quirks.hpp"

#ifndef _WIN32
#include <dlfcn.h>
#endif

namespace voice {

#ifdef _WIN32

void silence_host_libraries() {}
std::optional<std::string> host_unusable() {
  return std::nullopt;
}

#else

namespace {

// PortAudio loads ALSA and JACK if it uses them. Their functions are looked up in the process, so
// that this program need not link to either.
template <class Function>
Function loaded_function(const char* name) {
  static void* const program = dlopen(nullptr, RTLD_LAZY);
  if (program == nullptr) return nullptr;
  return reinterpret_cast<Function>(dlsym(program, name));
}

// Their handlers' parameters, from <alsa/error.h> and <jack/jack.h>.
void ignore_alsa_message(const char*, int, const char*, int, const char*, ...) {}
void ignore_jack_message(const char*) {}

using AlsaHandler = void (*)(const char*, int, const char*, int, const char*, ...);
using JackHandler = void (*)(const char*);

}  // namespace

void silence_host_libraries() {
  if (auto* set = loaded_function<int (*)(AlsaHandler)>("snd_lib_error_set_handler")) {
    set(ignore_alsa_message);
  }
  for (const char* name : {"jack_set_error_function", "jack_set_info_function"}) {
    if (auto* set = loaded_function<void (*)(JackHandler)>(name)) set(ignore_jack_message);
  }
}

std::optional<std::string> host_unusable() {
  auto* const update = loaded_function<int (*)()>("snd_config_update");
  auto* const search = loaded_function<int (*)(void*, const char*, void**)>("snd_config_search");
  auto** const root = loaded_function<void**>("snd_config");
  if (update == nullptr || search == nullptr || root == nullptr)
    return std::nullopt;  // no ALSA here
  if (update() < 0 || *root == nullptr) return "ALSA's configuration cannot be read";
  void* node = nullptr;
  if (search(*root, "pcm.default", &node) >= 0 || search(*root, "pcm.dmix", &node) >= 0) {
    return std::nullopt;
  }
  return "ALSA's configuration defines no pcm 'default' (is libasound2-data installed, and "
         "ALSA_CONFIG_PATH right?)";
}

#endif

}  // namespace voice
