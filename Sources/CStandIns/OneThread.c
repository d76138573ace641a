// What every check on TLS pays for: 34 system calls, and a fourteenth of its instructions. There is
// one thread and no child. So nobody has to be kept out of anything, or woken when something is
// done for the first and only time (OpenSSL has twenty such things), and nobody has become another
// process since the last random number.

#define _GNU_SOURCE
#include "CStandIns.h"

#include <pthread.h>
#include <sys/syscall.h>
#include <unistd.h>

STAND_IN int pthread_rwlock_rdlock(pthread_rwlock_t *lock) { return (void)lock, 0; }

STAND_IN int pthread_rwlock_wrlock(pthread_rwlock_t *lock) { return (void)lock, 0; }

STAND_IN int pthread_rwlock_unlock(pthread_rwlock_t *lock) { return (void)lock, 0; }

STAND_IN int pthread_once(pthread_once_t *once, void (*initialize)(void)) {
    if (*once != PTHREAD_ONCE_INIT) return 0;
    *once = !PTHREAD_ONCE_INIT;
    initialize();
    return 0;
}

STAND_IN pid_t getpid(void) {
    static pid_t own;
    if (own == 0) own = (pid_t)syscall(SYS_getpid);
    return own;
}
