// A Node addon with one function, load(library): dlopen()s a shared library and returns what the library wrote to
// the error stream meanwhile. TensorFlow logs start-up notes from its static initialisers, before any of its own
// settings can stop them; the caller prints what is not one of those. If the library kills the process (a build
// for another processor does), the text is written out first.
#include <dlfcn.h>
#include <node_api.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include <string>

namespace {

int real_stderr = -1;
int captured = -1;

// Only calls that are allowed in a signal handler.
void WriteCapturedText() {
  char buffer[4096];
  if (lseek(captured, 0, SEEK_SET) < 0) return;
  for (ssize_t count; (count = read(captured, buffer, sizeof buffer)) > 0;) {
    if (write(real_stderr, buffer, static_cast<size_t>(count)) < 0) return;
  }
}

void OnFatalSignal(int number) {
  WriteCapturedText();
  signal(number, SIG_DFL);
  raise(number);
}

const int fatal_signals[] = {SIGABRT, SIGILL, SIGSEGV, SIGBUS, SIGFPE};
constexpr int fatal_signal_count = sizeof fatal_signals / sizeof fatal_signals[0];

std::string ReadCapturedText() {
  std::string text;
  char buffer[4096];
  lseek(captured, 0, SEEK_SET);
  for (ssize_t count; (count = read(captured, buffer, sizeof buffer)) > 0;) {
    text.append(buffer, static_cast<size_t>(count));
  }
  return text;
}

napi_value Load(napi_env env, napi_callback_info info) {
  size_t argument_count = 1;
  napi_value argument;
  napi_get_cb_info(env, info, &argument_count, &argument, nullptr, nullptr);
  size_t length = 0;
  if (argument_count != 1 || napi_get_value_string_utf8(env, argument, nullptr, 0, &length) != napi_ok) {
    napi_throw_type_error(env, nullptr, "load: expected the path of a shared library");
    return nullptr;
  }
  std::string library(length + 1, '\0');
  napi_get_value_string_utf8(env, argument, &library[0], library.size(), &length);

  fflush(stderr);
  FILE* file = tmpfile();
  if (file != nullptr) {
    captured = fileno(file);
    real_stderr = dup(STDERR_FILENO);
  }
  // Without a temporary file the notes are printed, which is no harm.
  const bool capturing = file != nullptr && real_stderr >= 0 && dup2(captured, STDERR_FILENO) >= 0;
  struct sigaction before[fatal_signal_count];
  if (capturing) {
    struct sigaction action = {};
    action.sa_handler = OnFatalSignal;
    for (int i = 0; i < fatal_signal_count; i++) sigaction(fatal_signals[i], &action, &before[i]);
  }

  const bool loaded = dlopen(library.c_str(), RTLD_NOW | RTLD_LOCAL) != nullptr;
  const char* problem = loaded ? nullptr : dlerror();
  const std::string message = problem != nullptr ? problem : "unknown error";

  std::string text;
  if (capturing) {
    fflush(stderr);
    for (int i = 0; i < fatal_signal_count; i++) sigaction(fatal_signals[i], &before[i], nullptr);
    dup2(real_stderr, STDERR_FILENO);
    text = ReadCapturedText();
  }
  if (real_stderr >= 0) close(real_stderr);
  if (file != nullptr) fclose(file);
  real_stderr = captured = -1;

  if (!loaded) {
    napi_throw_error(env, nullptr, (text + message).c_str());
    return nullptr;
  }
  napi_value result = nullptr;
  napi_create_string_utf8(env, text.c_str(), text.size(), &result);
  return result;
}

}  // namespace

NAPI_MODULE_INIT() {
  napi_value load;
  if (napi_create_function(env, "load", NAPI_AUTO_LENGTH, Load, nullptr, &load) == napi_ok) {
    napi_set_named_property(env, exports, "load", load);
  }
  return exports;
}
