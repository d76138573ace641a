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

int cplatform_poll(struct pollfd *descriptors, nfds_t count, const struct timespec *timeout) {
    return ppoll(descriptors, count, timeout, NULL);
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
