// The prose of docs/benchmarks.md: what each figure means, and how it was measured.
#pragma once

namespace benchreport::words {

inline constexpr const char* introduction = R"(# Benchmarks

Written by `./bench.sh`; edit `tests/bench/report_text.hpp` instead of this file.

The question is how much a voice server costs beyond what the kernel costs anyway. So every figure
is shown beside the same figure of `floor` (`tests/bench/floor.cpp`), a plain server of this
protocol: every 20 ms one `recv` from each client that talks and one `send` of a constant frame to
everybody; no mixing, no parsing, no event loop. It is not a lower bound: in a crowd (more than 64
connections) voiced receives from a talker only every third tick while that talker's jitter buffer
covers the ticks between, which saves system calls. So where a crowd talks, a second floor that
receives every third tick (`floor --read-every 3`) is measured, too. A **ratio** compares two runs
that followed each other directly. A cell with three figures is minimum / **median** / maximum of
the runs; the spread is due to other processes, caches and the scheduler.

Server and clients are pinned to one core each. The clients are `voicebench`
(`tests/bench/voicebench.cpp`): real TCP connections over loopback from several addresses, the
phases of the talkers spread over the 20 ms. It reads every 1 ms and never waits for a socket,
so the server pays for no wake-up; arrival times are the kernel's timestamps. CPU time is what the
scheduler counted for the server (in nanoseconds), including its share of the network stack. Over
loopback, the sender does the stack's work on a frame.

voiced runs with its defaults, except for `--participants-max 4096` and the settings that the
table below or a section names.
)";

inline constexpr const char* promises = R"(The median decides. **no** means that the
target is missed.
)";

inline constexpr const char* cost = R"(Microseconds of the server's CPU per client and tick of
20 ms; 20 000 µs divided by that is how many clients one core carries. The gap is the time between
two frames at one receiver: 20 ms is perfect.
)";

inline constexpr const char* tls =
    R"(TLS 1.3, AES-128-GCM or whatever GnuTLS prefers on this processor,
8 kHz. A floor that speaks TLS (`floor --certificate`) does what cannot be left out: one `recv` from
each client that talks, one record opened, one sealed and sent to everybody, every 20 ms, by GnuTLS
and without anything of ours between. voiced costs what its plain connections cost, and the sealing.
)";

inline constexpr const char* handshakes =
    R"(Clients that come, shake hands, are greeted and leave at
once, a new one in the place of each, so that the server always has 32 of them. It takes the
expensive step of handshakes in a tenth of each tick, after the sound has been sent, so their number
is limited on purpose: a storm makes newcomers wait, not talkers.
)";

inline constexpr const char* highest = R"(The highest number of clients at which every receiver gets
at least 49 frames a second and the p99 of the gaps stays below 30 ms, found by bisection; a number
that fails is tried twice. 8 kHz. A client costs `voicebench` about what it costs the server: where
its own CPU is close to 1, the clients were the limit, and the server could carry more. Linux
stops real-time processes at 95 % of a core while others wait for it. No more than 4000 are tried,
since voiced takes 4096 at most: "at least 4000" is where the search ends, not what the server can
carry, and a ratio of two such figures says nothing.
)";

inline constexpr const char* scaling = R"(![CPU per client](benchmarks/scaling.svg)

![Memory per client](benchmarks/memory.svg)
)";

inline constexpr const char* listeners = R"(All clients that say nothing get the same message,
mixed and encoded once: the cost of a listener does not depend on their number.

![CPU per client, one talking](benchmarks/listeners.svg)
)";

inline constexpr const char* rooms = R"(The same 2000 talkers in one room, and in 1000 rooms of two.
)";

inline constexpr const char* latency = R"(From just before the `send` of a loud frame, by a client
that was silent, to its arrival at each of the others, with the smallest fixed jitter buffer
(`--jitter-mode fixed --jitter-depth 2`) and at moments spread evenly over the server's tick. A
frame waits for the next tick: a tick of 20 ms costs 10 ms on average, and 20 ms at most. The rest
is voiced's own; with many clients, it is the time that sending to all of them takes.
)";

inline constexpr const char* slow = R"(A tenth of the clients never reads, and their kernels hold
4 KiB for them (`SO_RCVBUF`), so that what they do not take fills the server's outboxes. The others
must not notice, and the server's memory must not grow. It drops what is older than 4 s
(`catch-up-max-ms`; 200 ms for a client that does not say Hello), and closes a connection that has
taken nothing for 10 s (`--stall-limit-s 10`).
)";

inline constexpr const char* churn = R"(Clients that join, talk for a second and leave, by FIN and
by reset in turn, while others stay. The time to join is from `connect` to the server's first
message.
)";

inline constexpr const char* idle = "Nobody is connected.\n";

inline constexpr const char* repeat = R"(
## To repeat the measurements

```
./bench.sh                 # everything; half an hour to an hour
./bench.sh --quick         # about ten minutes
./bench.sh --only latency  # one part, the rest of the document from earlier results
```

One run by hand:

```
build/release/bin/voiced --port 7400 --participants-max 4096 &
build/release/bin/voicebench --port 7400 --clients 1000 --server-pid $!   # one line of JSON
build/release/bin/voicebench --help
```

`ulimit -n` must allow a descriptor per client on either side; `bench.sh` raises it as far as it
may. Without a clock: `build/release/bin/microbench` (codec, mixer, tick, deframer, jitter buffer),
and the test that counts instructions per tick under callgrind (`tests/bench/tick_instructions.sh`),
which any busy machine can run.
)";

}  // namespace benchreport::words
