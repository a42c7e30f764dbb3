// Keeps a rarely called function out of its frequently called caller, which then need not save the
// registers that only this function uses.
#pragma once

#if defined(__GNUC__) || defined(__clang__)
#define VOICE_OUT_OF_LINE __attribute__((noinline))
#else
#define VOICE_OUT_OF_LINE
#endif
