// Runs a command once and prints on one line what it took:
//
//     wall-microseconds user-microseconds system-microseconds peak-KiB page-faults exit-code
//
// usage: measure [--keep-output] PATH [ARGUMENT]...
// The command's output is thrown away. With --keep-output, its standard output is that of this
// program, and the line goes to standard error.
//
// A process inherits the peak memory of the one that starts it, up to its own start: a script
// that forked the command would report its own megabytes. So this program is small, linked
// statically, and forks (the child has only the few pages that are its own until it starts).

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static long long microseconds(struct timeval time) {
    return time.tv_sec * 1000000LL + time.tv_usec;
}

int main(int count, char **words) {
    struct timespec before, after;
    struct rusage usage;
    int status;
    int keep = count > 1 && strcmp(words[1], "--keep-output") == 0;
    char **command = words + 1 + keep;
    if (count < 2 + keep) return 1;
    int nowhere = open("/dev/null", O_RDWR | O_CLOEXEC);
    clock_gettime(CLOCK_MONOTONIC, &before);
    pid_t child = fork();
    if (child < 0) return 1;
    if (child == 0) {
        dup2(nowhere, 0);
        if (!keep) dup2(nowhere, 1);
        dup2(nowhere, 2);
        execv(command[0], command);
        _exit(127);
    }
    if (wait4(child, &status, 0, &usage) != child) return 1;
    clock_gettime(CLOCK_MONOTONIC, &after);
    long long wall = (after.tv_sec - before.tv_sec) * 1000000LL +
        (after.tv_nsec - before.tv_nsec) / 1000;
    if (keep) close(1);
    fprintf(
        keep ? stderr : stdout, "%lld %lld %lld %ld %ld %d\n", wall, microseconds(usage.ru_utime),
        microseconds(usage.ru_stime), usage.ru_maxrss, usage.ru_minflt + usage.ru_majflt,
        WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
    return 0;
}
