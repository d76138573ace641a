// What a server needs of Linux beyond what the probe does: epoll(7), signalfd(2), accept4(2). The
// flags are macros of several types and some structures are packed, so Swift sees plain values.
#ifndef CPLATFORM_SERVER_H
#define CPLATFORM_SERVER_H

#include <stdbool.h>
#include <stdint.h>

/// accept4(2) of a socket that does not block; -1 on failure.
int cplatform_accept(int listener);

/// Ignores SIGPIPE and turns SIGINT and SIGTERM into something to read: a descriptor that is
/// readable once one of them has come; -1 on failure. A signal that was ignored when the process
/// started stays ignored, and so is never to be read.
int cplatform_termination_signals(void);

/// Raises the number of descriptors the process may open as far as it may; the number now.
int cplatform_raise_descriptor_limit(void);

#endif
