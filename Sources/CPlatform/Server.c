#define _GNU_SOURCE
#include "CPlatform.h"

#include <limits.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/signalfd.h>

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
    int count = epoll_wait(set, events, capacity < batch ? capacity : batch, milliseconds);
    for (int i = 0; i < count; i++) {
        uint32_t flags = events[i].events;
        ready[i].token = events[i].data.u64;
        ready[i].readable = (flags & (EPOLLIN | EPOLLHUP | EPOLLERR)) != 0;
        ready[i].writable = (flags & (EPOLLOUT | EPOLLHUP | EPOLLERR)) != 0;
    }
    return count;
}

int cplatform_accept(int listener) {
    return accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
}

int cplatform_termination_signals(void) {
    struct sigaction ignore = {.sa_handler = SIG_IGN};
    sigaction(SIGPIPE, &ignore, NULL);
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    if (sigprocmask(SIG_BLOCK, &signals, NULL) != 0) return -1;
    return signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK);
}

int cplatform_raise_descriptor_limit(void) {
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return 256;
    struct rlimit raised = {.rlim_cur = limit.rlim_max, .rlim_max = limit.rlim_max};
    if (setrlimit(RLIMIT_NOFILE, &raised) == 0) limit = raised;
    return limit.rlim_cur > INT_MAX ? INT_MAX : (int)limit.rlim_cur;
}
