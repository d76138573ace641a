#ifndef CPLATFORM_H
#define CPLATFORM_H
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <linux/vm_sockets.h>

int shp_argc(void);
char *const *shp_argv(void);
static inline int shp_errno(void) { return errno; }
#endif
