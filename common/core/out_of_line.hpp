// For a function that is called seldom from one that is called often: kept apart, it does not cost
// that one the registers that only it needs.
#pragma once

#if defined(__GNUC__) || defined(__clang__)
#define VOICE_OUT_OF_LINE __attribute__((noinline))
#else
#define VOICE_OUT_OF_LINE
#endif
