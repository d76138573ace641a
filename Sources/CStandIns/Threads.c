// So that there is one thread. c-ares can wait for answers in a thread of its own from version 1.22
// on, and OpenSSL can hash passwords in several from 3.2 on. Nobody asks them to.

#include "CStandIns.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>

STAND_IN int pthread_create(
    pthread_t *restrict thread, const pthread_attr_t *restrict attributes,
    void *(*run)(void *), void *restrict argument) {
    (void)thread, (void)attributes, (void)run, (void)argument;
    return EAGAIN;
}

STAND_IN int pthread_join(pthread_t thread, void **result) {
    (void)thread, (void)result;
    return ESRCH;
}

STAND_IN __attribute__((noreturn)) void pthread_exit(void *result) {
    (void)result;
    abort();
}
