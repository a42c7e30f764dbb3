#include "client/app/trust.hpp"

#include "client/app/known_servers.hpp"
#include "common/app/log.hpp"
#include "common/terminal/terminal.hpp"

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <string>

namespace voicecli {
namespace {

using voice::tls::Trust;

void say(const std::string& text) {
  std::FILE* const out = voice::app::own_stderr();
  std::fputs(text.c_str(), out);
  std::fflush(out);
}

bool can_ask(const Config& config) {
  return !config.json && config.input != "-" && voice::terminal::is_terminal(0) &&
         voice::terminal::is_terminal(fileno(voice::app::own_stderr()));
}

// Where Ctrl-C ends the line of the question: a signal handler has no other way to find it.
volatile std::sig_atomic_t question_descriptor = 2;

// Calls only what a signal handler may.
extern "C" void end_at_question(int) {
  static_cast<void>(voice::terminal::write_line(question_descriptor, "\n"));
  std::_Exit(static_cast<int>(voice::app::ExitCode::interrupted));
}

// Only "yes" counts: at this moment an impostor could be trusted.
bool is_confirmed() {
  question_descriptor = fileno(voice::app::own_stderr());
  auto* const handler = std::signal(SIGINT, end_at_question);
  say("Trust it from now on? Type yes if the operator has told you this fingerprint: ");
  std::string answer;
  for (int c = std::getchar(); c != EOF && c != '\n'; c = std::getchar()) {
    if (answer.size() < 16) answer += static_cast<char>(c);
  }
  std::signal(SIGINT, handler);
  return answer == "yes";
}

// What was wrong, if the next call would ask again.
voice::expected<void, std::string> remember(const std::string& file, const std::string& server,
                                            const voice::tls::Fingerprint& shown) {
  if (auto added = add_known(file, server, shown); !added) return added;
  const auto known = find_known(file, server);
  if (!known) return voice::unexpected(known.error());
  if (*known == shown) return {};
  return voice::unexpected(file + ": the fingerprint was written, but cannot be read back");
}

}  // namespace

bool ask_for_trust(const Config& config, const ClientOptions& options, const Judgement& judgement) {
  const std::string& server = options.caller.server;
  const std::string shown = voice::tls::to_string(judgement.shown);
  if (judgement.trust == Trust::changed) {
    const std::string known = voice::tls::to_string(*options.identity.known);
    say("voicecli: THE CERTIFICATE OF " + server +
        " HAS CHANGED. Somebody may be listening in, or the operator has made a new one.\n"
        "  expected  " +
        known + "\n  shown     " + shown + "\n" +
        (options.identity.only_known
             ? "If the operator confirms the new one, pass it with --tls-fingerprint.\n"
             : "If the operator confirms the new one, remove the line of " + server + " from " +
                   known_servers_file(config.known_servers) + ".\n"));
    return false;
  }
  if (judgement.trust != Trust::unknown) return false;
  say("The certificate of " + server + " cannot be verified.\n  reason       " + judgement.why +
      "\n  fingerprint  " + shown + "\n");
  if (!config.tls_ca.empty() || !can_ask(config)) {
    say("voicecli: to trust it, pass --tls-fingerprint " + shown +
        (config.tls_ca.empty() ? ", or connect once from a terminal and confirm it\n" : "\n"));
    return false;
  }
  if (!is_confirmed()) return false;
  const std::string file = known_servers_file(config.known_servers);
  if (const auto remembered = remember(file, server, judgement.shown); !remembered) {
    say("voicecli: " + remembered.error() +
        "; to connect without that file, pass --tls-fingerprint " + shown + "\n");
    return false;
  }
  return true;
}

}  // namespace voicecli
