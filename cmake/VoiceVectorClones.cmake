# Whether functions can be compiled twice, for the loader to choose from (common/core/vector_clones.hpp). This is tested
# with the compiler and linker in use rather than guessed from their names: GCC for musl, for example, rejects the
# attribute because musl's loader does not support indirect functions.
#
# VOICE_VECTOR_CLONES: AUTO: if it works; OFF: never, as on such systems; ON: fail if it does not work.

set(VOICE_VECTOR_CLONES AUTO CACHE STRING "Compile loops twice, for AVX2 and for any processor: AUTO, ON or OFF")
set_property(CACHE VOICE_VECTOR_CLONES PROPERTY STRINGS AUTO ON OFF)

set(voice_use_vector_clones OFF)
# Other compilers vectorise these loops without help; clang's clones have not been tried.
if(VOICE_VECTOR_CLONES AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND NOT VOICE_SANITIZE)
  include(CheckCXXSourceCompiles)
  check_cxx_source_compiles("
    __attribute__((target_clones(\"avx2\", \"default\"))) int twice(int x) { return x + x; }
    int main(int argc, char**) { return twice(argc) == 0; }" VOICE_HAS_VECTOR_CLONES)
  if(VOICE_HAS_VECTOR_CLONES)
    set(voice_use_vector_clones ON)
  endif()
endif()
if(NOT VOICE_VECTOR_CLONES STREQUAL "AUTO" AND VOICE_VECTOR_CLONES AND NOT voice_use_vector_clones)
  message(FATAL_ERROR "VOICE_VECTOR_CLONES=${VOICE_VECTOR_CLONES}, but ${CMAKE_CXX_COMPILER} cannot make clones "
    "for this system, or VOICE_SANITIZE is set; use AUTO or OFF")
endif()
