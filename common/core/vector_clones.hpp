// VOICE_VECTOR_CLONES in front of a function lets GCC compile it twice, for AVX2 and for any
// processor, and the loader choose (function multiversioning). The same portable source gives the
// same bits in both. The build defines VOICE_WITH_VECTOR_CLONES where this works: it asks the
// compiler (cmake/VoiceVectorClones.cmake). musl's loader, for one, cannot choose.
#pragma once

#ifdef VOICE_WITH_VECTOR_CLONES
#define VOICE_VECTOR_CLONES __attribute__((target_clones("avx2", "default")))
#else
#define VOICE_VECTOR_CLONES
#endif
