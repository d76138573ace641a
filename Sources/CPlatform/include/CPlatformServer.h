// What a server needs of Linux beyond what the probe does: epoll(7), signalfd(2), accept4(2). The
// flags are macros of several types and some structures are packed, so Swift sees plain values.
#ifndef CPLATFORM_SERVER_H
#define CPLATFORM_SERVER_H

#include <stdbool.h>
#include <stdint.h>

/// Something in an epoll set that would not have to wait, or would fail.
struct cplatform_ready {
    uint64_t token;
    bool readable;
    bool writable;
};

/// An epoll set; -1 on failure.
int cplatform_epoll_create(void);

/// Adds a descriptor to an epoll set (`is_new`), or changes what it waits for; -1 on failure.
int cplatform_epoll_watch(
    int set, int descriptor, uint64_t token, bool read, bool write, bool is_new);

/// Removes a descriptor from an epoll set; -1 on failure.
int cplatform_epoll_forget(int set, int descriptor);

/// epoll_wait(2) for at most `capacity` results; a negative timeout waits for ever.
int cplatform_epoll_wait(int set, struct cplatform_ready *ready, int capacity, int milliseconds);

/// accept4(2) of a socket that does not block; -1 on failure.
int cplatform_accept(int listener);

/// Ignores SIGPIPE and turns SIGINT and SIGTERM into something to read: a descriptor that is
/// readable once one of them has come; -1 on failure. A signal that was ignored when the process
/// started stays ignored, and so is never to be read.
int cplatform_termination_signals(void);

/// Raises the number of descriptors the process may open as far as it may; the number now.
int cplatform_raise_descriptor_limit(void);

#endif
