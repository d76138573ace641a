#define _GNU_SOURCE
#include "CPlatform.h"

#include <limits.h>
#include <sys/epoll.h>
#include <sys/syscall.h>

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

// More results than this are fetched by the next call.
enum { batch = 128 };

int cplatform_epoll_create(void) { return epoll_create1(EPOLL_CLOEXEC); }

int cplatform_epoll_watch(
    int set, int descriptor, uint64_t token, bool read, bool write, bool is_new) {
    struct epoll_event event = {
        .events = (read ? EPOLLIN : 0) | (write ? EPOLLOUT : 0),
        .data = {.u64 = token},
    };
    return epoll_ctl(set, is_new ? EPOLL_CTL_ADD : EPOLL_CTL_MOD, descriptor, &event);
}

int cplatform_epoll_forget(int set, int descriptor) {
    return epoll_ctl(set, EPOLL_CTL_DEL, descriptor, NULL);
}

int cplatform_epoll_wait(int set, struct cplatform_ready *ready, int capacity, int milliseconds) {
    struct epoll_event events[batch];
    int count = epoll_pwait(
        set, events, capacity < batch ? capacity : batch, milliseconds,
        signals_are_deferred ? &mask_before : NULL);
    for (int i = 0; i < count; i++) {
        uint32_t flags = events[i].events;
        ready[i].token = events[i].data.u64;
        ready[i].readable = (flags & (EPOLLIN | EPOLLHUP | EPOLLERR)) != 0;
        ready[i].writable = (flags & (EPOLLOUT | EPOLLHUP | EPOLLERR)) != 0;
        ready[i].failed = (flags & (EPOLLHUP | EPOLLERR)) != 0;
    }
    return count;
}

static char removed_on_signal[PATH_MAX];
static volatile sig_atomic_t removes_on_signal;

void cplatform_remove_on_signal(const char *path) {
    removes_on_signal = 0;
    // A longer path names no file.
    if (path == NULL || strlen(path) >= sizeof removed_on_signal) return;
    strcpy(removed_on_signal, path);
    removes_on_signal = 1;
}

static void leave(int signal_number) {
    if (removes_on_signal) unlink(removed_on_signal);
    _exit(128 + signal_number);
}

static void interrupt(int signal_number) { (void)signal_number; }

// What SIGPIPE does is known: it ends nothing.
static int sigpipe_is_harmless;

// A handler that does nothing rather than SIG_IGN: writing to a closed pipe fails with EPIPE just
// the same, and the timer of cplatform_write_briefly needs a signal that interrupts.
static void make_sigpipe_harmless(void) {
    struct sigaction action = {.sa_handler = interrupt};
    sigaction(SIGPIPE, &action, NULL);
    sigpipe_is_harmless = 1;
}

static void handle(int signal_number, void (*handler)(int)) {
    struct sigaction action = {.sa_handler = handler};
    struct sigaction before;
    if (sigaction(signal_number, &action, &before) == 0 && before.sa_handler == SIG_IGN) {
        sigaction(signal_number, &before, NULL);
    }
}

void cplatform_handle_signals(void) {
    make_sigpipe_harmless();
    // A file that may grow no more (RLIMIT_FSIZE) is an error to be told, too: EFBIG.
    handle(SIGXFSZ, interrupt);
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

void cplatform_stop_deferring_signals(void) {
    if (!signals_are_deferred) return;
    handle(SIGINT, leave);
    handle(SIGTERM, leave);
    signals_are_deferred = 0;
    sigprocmask(SIG_SETMASK, &mask_before, NULL);
}

int cplatform_pending_signal(void) { return pending_signal; }

static int input_was_missing;

void cplatform_open_missing_streams(void) {
    struct pollfd streams[3] = {{.fd = 0}, {.fd = 1}, {.fd = 2}};
    if (poll(streams, 3, 0) <= 0) return;
    for (int number = 0; number < 3; number++) {
        // The lowest number that is free is this one.
        if (streams[number].revents & POLLNVAL) open("/dev/null", O_RDWR);
    }
    input_was_missing = (streams[0].revents & POLLNVAL) != 0;
}

int cplatform_input_was_missing(void) { return input_was_missing; }

// The kernel's timer itself: glibc's timer_create brings threads with it.
static int write_timer;
static int has_write_timer;

static void set_write_timer(long nanoseconds) {
    struct itimerspec period = {
        .it_value = {.tv_nsec = nanoseconds}, .it_interval = {.tv_nsec = nanoseconds}};
    syscall(SYS_timer_settime, write_timer, 0, &period, NULL);
}

ssize_t cplatform_write_briefly(
    int descriptor, const void *bytes, size_t count, long nanoseconds) {
    if (!has_write_timer) {
        if (!sigpipe_is_harmless) make_sigpipe_harmless();
        struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGPIPE};
        has_write_timer =
            syscall(SYS_timer_create, CLOCK_MONOTONIC, &event, &write_timer) == 0 ? 1 : -1;
    }
    // It fires again and again: the first time may come before write(2) has begun.
    if (has_write_timer > 0) set_write_timer(nanoseconds);
    ssize_t written = write(descriptor, bytes, count);
    int error = errno;
    if (has_write_timer > 0) set_write_timer(0);
    errno = error;
    return written;
}

double cplatform_random(void) {
    uint32_t bits;
    if (getentropy(&bits, sizeof bits) != 0) return 0;
    return bits / (double)UINT32_MAX * 2 - 1;
}
