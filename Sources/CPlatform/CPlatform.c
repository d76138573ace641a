#define _GNU_SOURCE
#include "CPlatform.h"

static int captured_argc;
static char *const *captured_argv;
static char *const *captured_envp;

// glibc passes main's arguments to constructors too, in static programs as in dynamic ones.
__attribute__((constructor)) static void capture(int argc, char **argv, char **envp) {
    captured_argc = argc;
    captured_argv = argv;
    captured_envp = envp;
}

int cplatform_argc(void) { return captured_argc; }
char *const *cplatform_argv(void) { return captured_argv; }
char *const *cplatform_envp(void) { return captured_envp; }

static volatile sig_atomic_t pending_signal;
static sigset_t mask_before;
static int signals_are_deferred;

int cplatform_poll(struct pollfd *descriptors, nfds_t count, const struct timespec *timeout) {
    return ppoll(descriptors, count, timeout, signals_are_deferred ? &mask_before : NULL);
}

static void leave(int signal_number) { _exit(128 + signal_number); }

static void handle(int signal_number, void (*handler)(int)) {
    struct sigaction action = {.sa_handler = handler};
    struct sigaction before;
    if (sigaction(signal_number, &action, &before) == 0 && before.sa_handler == SIG_IGN) {
        sigaction(signal_number, &before, NULL);
    }
}

void cplatform_handle_signals(void) {
    handle(SIGPIPE, SIG_IGN);
    handle(SIGINT, leave);
    handle(SIGTERM, leave);
}

static void remember(int signal_number) { pending_signal = signal_number; }

void cplatform_defer_signals(void) {
    sigset_t both;
    sigemptyset(&both);
    sigaddset(&both, SIGINT);
    sigaddset(&both, SIGTERM);
    if (sigprocmask(SIG_BLOCK, &both, &mask_before) != 0) return;
    signals_are_deferred = 1;
    handle(SIGINT, remember);
    handle(SIGTERM, remember);
}

int cplatform_pending_signal(void) { return pending_signal; }

double cplatform_random(void) {
    uint32_t bits;
    if (getentropy(&bits, sizeof bits) != 0) return 0;
    return bits / (double)UINT32_MAX * 2 - 1;
}
