// The libc that this program uses, for both build modes: Embedded Swift has no Glibc module.
// Beside the headers stands what Swift cannot import (macros, variadic functions, TLS variables)
// or must not do itself (run before main, run in a signal handler).
#ifndef CPLATFORM_H
#define CPLATFORM_H

#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "CPlatformServer.h"

// linux/vm_sockets.h needs kernel headers that some systems do not install; these three facts of
// Linux's ABI are all that is needed.
#define CPLATFORM_AF_VSOCK 40
struct cplatform_sockaddr_vm {
    sa_family_t svm_family;
    unsigned short svm_reserved1;
    unsigned int svm_port;
    unsigned int svm_cid;
    unsigned char svm_zero[4];
};

/// The arguments and environment that the program was started with.
int cplatform_argc(void);
char *const *cplatform_argv(void);
char *const *cplatform_envp(void);

/// The calling thread's error number.
static inline int cplatform_errno(void) { return errno; }

/// ppoll(2); deferred signals can come only here. A null timeout waits for ever. It is declared
/// here because glibc shows it only under _GNU_SOURCE.
int cplatform_poll(struct pollfd *descriptors, nfds_t count, const struct timespec *timeout);

/// Something in an epoll set that would not have to wait, or would fail.
struct cplatform_ready {
    uint64_t token;
    bool readable;
    bool writable;
    bool failed;
};

/// An epoll set; -1 on failure.
int cplatform_epoll_create(void);

/// Adds a descriptor to an epoll set (`is_new`), or changes what it waits for; -1 on failure.
int cplatform_epoll_watch(
    int set, int descriptor, uint64_t token, bool read, bool write, bool is_new);

/// Removes a descriptor from an epoll set; -1 on failure.
int cplatform_epoll_forget(int set, int descriptor);

/// epoll_pwait(2) for at most `capacity` results; deferred signals can come here as in
/// cplatform_poll. A negative timeout waits for ever.
int cplatform_epoll_wait(int set, struct cplatform_ready *ready, int capacity, int milliseconds);

/// open(2) for reading, without waiting for the other end of a FIFO.
static inline int cplatform_open_for_reading(const char *path) {
    return open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
}

/// The size of an open file in bytes; -1 for what is no file on a disk (a pipe, a terminal), and so
/// may make its reader wait.
static inline int64_t cplatform_file_size(int descriptor) {
    struct stat information;
    if (fstat(descriptor, &information) != 0 || S_ISDIR(information.st_mode)) return 0;
    return S_ISREG(information.st_mode) ? information.st_size : -1;
}

/// Finds out the mode of the file at a path: 0, with *mode changed if there is one; EINVAL for what
/// is no file on a disk; or another error number.
static inline int cplatform_file_mode(const char *path, uint32_t *mode) {
    struct stat information;
    if (stat(path, &information) != 0) return errno == ENOENT ? 0 : errno;
    if (!S_ISREG(information.st_mode)) return S_ISDIR(information.st_mode) ? EISDIR : EINVAL;
    *mode = information.st_mode & 07777;
    return 0;
}

/// Creates a file to write to, with just this mode; -1 if it cannot, or if there is one already.
static inline int cplatform_create_file(const char *path, uint32_t mode) {
    int descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    // It fails on file systems that have no modes, and then there is nothing to set.
    if (descriptor >= 0) (void)!fchmod(descriptor, mode);
    return descriptor;
}

/// The next name in a directory, good until the next call; null at its end.
static inline const char *cplatform_next_name(DIR *directory) {
    const struct dirent *entry = readdir(directory);
    return entry == NULL ? NULL : entry->d_name;
}

/// dup(2), closed on exec.
static inline int cplatform_duplicate(int descriptor) {
    return fcntl(descriptor, F_DUPFD_CLOEXEC, 0);
}

/// Opens /dev/null for each of the descriptors 0, 1 and 2 that is closed. Without that the first
/// socket would have the number of a standard stream, and what is meant for people would go to a
/// server.
void cplatform_open_missing_streams(void);

/// Whether cplatform_open_missing_streams found descriptor 0 closed.
int cplatform_input_was_missing(void);

/// Makes SIGPIPE and SIGXFSZ harmless, and SIGINT and SIGTERM end the process at once with 128 +
/// the signal's number; the file of cplatform_remove_on_signal goes with it. SIGINT and SIGTERM
/// stay ignored if they were when the process started, as shells expect of what they run in the
/// background. A default disposition would not do: process 1 of a container does not die of it.
void cplatform_handle_signals(void);

/// From now on SIGINT and SIGTERM are only remembered, and cut waits in cplatform_poll short.
void cplatform_defer_signals(void);

/// From now on SIGINT and SIGTERM end the process again.
void cplatform_stop_deferring_signals(void);

/// Names a file that is removed when a signal ends the process; null for none.
void cplatform_remove_on_signal(const char *path);

/// write(2) that does not wait for a reader much longer than so many nanoseconds, which must be
/// less than a second: a timer interrupts it until it has returned. The descriptor may be shared
/// with other processes, so it is not made non-blocking, and poll(2) cannot promise that a
/// terminal, or a pipe with other writers, takes a whole text. -1 with EINTR when it took nothing.
ssize_t cplatform_write_briefly(
    int descriptor, const void *bytes, size_t count, long nanoseconds);

/// The number of the last remembered signal; 0 if there was none.
int cplatform_pending_signal(void);

/// A random number from -1 to 1, from the kernel; 0 where it has none.
double cplatform_random(void);

#endif
