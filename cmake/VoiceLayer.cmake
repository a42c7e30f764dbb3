# voice_layer(NAME DIRS dir... LINKS target... [PRIVATE_LINKS target...])
#
# One static library per layer. Every source in the named directories belongs to the layer, which is linked only to the
# targets in LINKS, so the linker rejects calls into other layers. Headers are included from the root of the repository,
# where every target finds all of them: tests/tidy_test.cpp checks the #include lines (docs/architecture.md).

# voice::warnings is for our code that is not under test (tools, benchmarks); all other code uses voice::flags.
add_library(voice_warnings INTERFACE)
add_library(voice::warnings ALIAS voice_warnings)
if(CMAKE_CXX_COMPILER_ID MATCHES "GNU|Clang")
  target_compile_options(voice_warnings INTERFACE
    -Wall -Wextra -Wpedantic -Wconversion -Wsign-conversion -Wshadow -Wold-style-cast
    -Wnon-virtual-dtor -Woverloaded-virtual -Wcast-align -Wformat=2 -Wundef
    $<$<BOOL:${VOICE_WARNINGS_AS_ERRORS}>:-Werror>)
elseif(MSVC)
  target_compile_options(voice_warnings INTERFACE /W4 $<$<BOOL:${VOICE_WARNINGS_AS_ERRORS}>:/WX>)
endif()

add_library(voice_flags INTERFACE)
add_library(voice::flags ALIAS voice_flags)
target_link_libraries(voice_flags INTERFACE voice::warnings)
if(VOICE_SANITIZE)
  target_compile_options(voice_flags INTERFACE
    -fsanitize=${VOICE_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  if(VOICE_SANITIZE MATCHES "undefined")
    # The runtime opens a pipe to find out whether a vptr can be read. If the program has no descriptors left, that
    # fails, and a valid object would be reported.
    target_compile_options(voice_flags INTERFACE -fno-sanitize=vptr)
  endif()
  target_link_options(voice_flags INTERFACE -fsanitize=${VOICE_SANITIZE})
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND VOICE_SANITIZE MATCHES "undefined")
    # If GCC's two runtimes are shared libraries, UBSan ignores log_path, and its reports are lost with the stderr of
    # the program under test.
    set(static_runtimes -static-libubsan)
    if(VOICE_SANITIZE MATCHES "address")
      list(APPEND static_runtimes -static-libasan)
    endif()
    include(CMakePushCheckState)
    include(CheckCXXSourceCompiles)
    cmake_push_check_state(RESET)
    set(CMAKE_REQUIRED_FLAGS -fsanitize=${VOICE_SANITIZE})
    set(CMAKE_REQUIRED_LINK_OPTIONS ${static_runtimes})
    check_cxx_source_compiles("int main() {}" VOICE_HAS_STATIC_SANITIZERS)
    cmake_pop_check_state()
    if(VOICE_HAS_STATIC_SANITIZERS)
      target_link_options(voice_flags INTERFACE ${static_runtimes})
    endif()
  endif()
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # With sanitizers, GCC 12 warns about the regular expressions of its own library.
    target_compile_options(voice_flags INTERFACE -Wno-maybe-uninitialized)
  endif()
endif()
if(VOICE_BUILD_FUZZERS)
  target_compile_options(voice_flags INTERFACE -fsanitize=fuzzer-no-link)
endif()

function(voice_layer NAME)
  cmake_parse_arguments(ARG "" "" "DIRS;LINKS;PRIVATE_LINKS" ${ARGN})
  set(sources "")
  foreach(dir IN LISTS ARG_DIRS)
    file(GLOB found CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${dir}/*.cpp)
    list(APPEND sources ${found})
  endforeach()
  add_library(${NAME} STATIC ${sources})
  string(REPLACE "voice_" "voice::" alias ${NAME})
  add_library(${alias} ALIAS ${NAME})
  target_include_directories(${NAME} PUBLIC ${PROJECT_SOURCE_DIR} ${PROJECT_BINARY_DIR}/generated)
  target_link_libraries(${NAME} PUBLIC ${ARG_LINKS} PRIVATE voice::flags ${ARG_PRIVATE_LINKS})
endfunction()

# GCC 12 vectorises loops of run-time length only at -O3, so these files get -O3 in every build type.
function(voice_optimize_samples)
  if(CMAKE_CXX_COMPILER_ID MATCHES "GNU|Clang" AND NOT VOICE_SANITIZE)
    set_source_files_properties(${ARGN} PROPERTIES COMPILE_OPTIONS "-O3")
    if(voice_use_vector_clones)
      set_source_files_properties(${ARGN} PROPERTIES COMPILE_DEFINITIONS VOICE_WITH_VECTOR_CLONES)
    endif()
  endif()
endfunction()
