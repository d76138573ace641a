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
#include <stdint.h>
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

/// open(2) for reading, without waiting for the other end of a FIFO.
static inline int cplatform_open_for_reading(const char *path) {
    return open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
}

/// The size of an open file in bytes; 0 where it has none.
static inline int64_t cplatform_file_size(int descriptor) {
    struct stat information;
    return fstat(descriptor, &information) == 0 ? information.st_size : 0;
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

/// Ignores SIGPIPE, and makes SIGINT and SIGTERM end the process at once with 128 + the signal's
/// number. A signal that was ignored when the process started stays ignored, as shells expect of
/// what they run in the background. A default disposition would not do: process 1 of a container
/// does not die of it.
void cplatform_handle_signals(void);

/// From now on SIGINT and SIGTERM are only remembered, and cut waits in cplatform_poll short.
void cplatform_defer_signals(void);

/// The number of the last remembered signal; 0 if there was none.
int cplatform_pending_signal(void);

/// A random number from -1 to 1, from the kernel; 0 where it has none.
double cplatform_random(void);

#endif
