# The libraries that we need, and the oldest version of each that is known to work. An older one is rejected here by
# name, rather than by a page of compiler errors.
#
# VOICE_HEADERS: a folder with any of boost, spdlog (and fmt), CLI, nlohmann and tl, which replace the installed ones:
# to try other versions (./test.sh --elsewhere FOLDER), or to compile for another system.

set(VOICE_HEADERS "" CACHE PATH "Folder with header-only libraries to use instead of the installed ones")

find_package(Threads REQUIRED)
find_path(VOICE_EXPECTED_INCLUDE tl/expected.hpp HINTS ${VOICE_HEADERS} NO_CMAKE_FIND_ROOT_PATH REQUIRED)

# voice_header_library(TARGET HEADER PACKAGE VERSION): TARGET from VOICE_HEADERS, otherwise from the installed PACKAGE.
macro(voice_header_library TARGET HEADER PACKAGE VERSION)
  if(VOICE_HEADERS AND EXISTS ${VOICE_HEADERS}/${HEADER})
    add_library(${TARGET} INTERFACE IMPORTED GLOBAL)
    target_include_directories(${TARGET} SYSTEM INTERFACE ${VOICE_HEADERS})
  else()
    find_package(${PACKAGE} ${VERSION} REQUIRED)
  endif()
endmacro()

if(NOT VOICE_CORE_ONLY)
  voice_header_library(Boost::headers boost/version.hpp Boost 1.74)
  voice_header_library(spdlog::spdlog spdlog/spdlog.h spdlog 1.9)
  voice_header_library(CLI11::CLI11 CLI/CLI.hpp CLI11 2.1)
  voice_header_library(nlohmann_json::nlohmann_json nlohmann/json.hpp nlohmann_json 3.9)
  # Debian's spdlog does not contain its bundled copy of fmt.
  if(VOICE_HEADERS AND EXISTS ${VOICE_HEADERS}/spdlog AND NOT EXISTS ${VOICE_HEADERS}/spdlog/fmt/bundled/core.h)
    target_compile_definitions(spdlog::spdlog INTERFACE SPDLOG_FMT_EXTERNAL FMT_HEADER_ONLY)
  endif()
  if(WIN32)
    # The system libraries that Asio needs, and the oldest Windows that has all that it calls.
    target_link_libraries(Boost::headers INTERFACE ws2_32 mswsock)
    target_compile_definitions(Boost::headers INTERFACE _WIN32_WINNT=0x0A00)
  endif()
endif()

if(VOICE_WITH_OPUS AND NOT VOICE_CORE_ONLY)
  find_package(PkgConfig REQUIRED)
  pkg_check_modules(OPUS REQUIRED IMPORTED_TARGET opus>=1.3)
endif()
if(VOICE_WITH_TLS AND NOT VOICE_CORE_ONLY)
  find_package(PkgConfig REQUIRED)
  pkg_check_modules(GNUTLS REQUIRED IMPORTED_TARGET gnutls>=3.6.14)
endif()
if(VOICE_WITH_ACCOUNTS AND NOT VOICE_CORE_ONLY)
  find_package(PkgConfig REQUIRED)
  pkg_check_modules(SODIUM REQUIRED IMPORTED_TARGET libsodium>=1.0.14)
endif()
if((VOICE_BUILD_CLIENT OR VOICE_WITH_SOUND) AND NOT VOICE_CORE_ONLY)
  find_package(PkgConfig REQUIRED)
  pkg_check_modules(PORTAUDIO REQUIRED IMPORTED_TARGET portaudio-2.0>=19)
  pkg_check_modules(SNDFILE REQUIRED IMPORTED_TARGET sndfile>=1.0.28)
  pkg_check_modules(SPEEXDSP REQUIRED IMPORTED_TARGET speexdsp)
endif()

# VOICE_PROCESSING: whether voicecli can cancel echo and suppress noise. AUTO: if the library is installed; OFF: never;
# ON: fail without the library. Versions from 1 on have another interface and another name.
set(VOICE_PROCESSING AUTO CACHE STRING "Echo cancellation and noise suppression in voicecli: AUTO, ON or OFF")
set_property(CACHE VOICE_PROCESSING PROPERTY STRINGS AUTO ON OFF)
if(VOICE_PROCESSING AND VOICE_BUILD_CLIENT AND NOT VOICE_CORE_ONLY)
  pkg_check_modules(WEBRTC_AUDIO IMPORTED_TARGET webrtc-audio-processing>=0.3 webrtc-audio-processing<1)
  if(NOT WEBRTC_AUDIO_FOUND AND NOT VOICE_PROCESSING STREQUAL "AUTO")
    message(FATAL_ERROR "VOICE_PROCESSING=${VOICE_PROCESSING} needs webrtc-audio-processing 0.3 "
      "(Debian: libwebrtc-audio-processing-dev); use AUTO or OFF without it")
  endif()
  # Its interface contains objects of the C++ standard library, so both must use the same one: a program with libc++
  # can be linked to a library with libstdc++, but crashes.
  if(WEBRTC_AUDIO_FOUND AND NOT CMAKE_CROSSCOMPILING)
    include(CheckCXXSourceRuns)
    set(CMAKE_REQUIRED_LIBRARIES PkgConfig::WEBRTC_AUDIO)
    check_cxx_source_runs("
      #include <webrtc/modules/audio_processing/include/audio_processing.h>
      int main() {
        webrtc::Config config;
        config.Set<webrtc::DelayAgnostic>(new webrtc::DelayAgnostic(true));
        webrtc::AudioProcessing* const made = webrtc::AudioProcessing::Create(config);
        const bool works = made != nullptr;
        delete made;
        return works ? 0 : 1;
      }" VOICE_WEBRTC_WORKS)
    unset(CMAKE_REQUIRED_LIBRARIES)
    if(NOT VOICE_WEBRTC_WORKS)
      if(NOT VOICE_PROCESSING STREQUAL "AUTO")
        message(FATAL_ERROR "VOICE_PROCESSING=${VOICE_PROCESSING}: webrtc-audio-processing does not work in a program "
          "of this compiler, probably because it was built with another C++ standard library; use AUTO or OFF")
      endif()
      set(WEBRTC_AUDIO_FOUND FALSE)
    endif()
  endif()
else()
  set(WEBRTC_AUDIO_FOUND FALSE)
endif()

# VOICE_WITH_PULSE: whether the programs use PulseAudio and PipeWire directly, without ALSA's plugin, which adds 120 ms
# of delay. AUTO: if libpulse is installed; OFF: never; ON: fail without it.
set(VOICE_WITH_PULSE AUTO CACHE STRING "Sound cards of PulseAudio and PipeWire by libpulse: AUTO, ON or OFF")
set_property(CACHE VOICE_WITH_PULSE PROPERTY STRINGS AUTO ON OFF)
if(VOICE_WITH_PULSE AND (VOICE_BUILD_CLIENT OR VOICE_WITH_SOUND) AND NOT VOICE_CORE_ONLY)
  pkg_check_modules(PULSE IMPORTED_TARGET libpulse>=14)
  if(NOT PULSE_FOUND AND NOT VOICE_WITH_PULSE STREQUAL "AUTO")
    message(FATAL_ERROR "VOICE_WITH_PULSE=${VOICE_WITH_PULSE} needs libpulse 14 (Debian: libpulse-dev); "
      "use AUTO or OFF without it")
  endif()
else()
  set(PULSE_FOUND FALSE)
endif()
