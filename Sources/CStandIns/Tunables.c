// What every check pays for. glibc compares every variable of the environment with the names of its
// tunables, up to version 2.39: 600 instructions for each, and a pod has hundreds (some for each
// service around it). Nobody tunes a program of a millisecond.

#include "CStandIns.h"

void __wrap___tunables_init(char **environment) { (void)environment; }
