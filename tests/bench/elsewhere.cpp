// Stands in for voicebench where it cannot work: it needs Linux's arrival stamps, source addresses
// and /proc.
#include <cstdio>

int main() {
  std::fputs("voicebench: measures on Linux only; voiced itself runs here\n", stderr);
  return 1;
}
