// Replaces voicebench where that does not work: it needs Linux's time stamps of arrivals, source
// addresses and /proc.
#include <cstdio>

int main() {
  std::fputs("voicebench: measures on Linux only; voiced itself runs here\n", stderr);
  return 1;
}
