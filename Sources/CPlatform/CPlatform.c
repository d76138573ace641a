#include "CPlatform.h"
static int captured_argc;
static char *const *captured_argv;
__attribute__((constructor)) static void capture(int argc, char **argv) { captured_argc = argc; captured_argv = argv; }
int shp_argc(void) { return captured_argc; }
char *const *shp_argv(void) { return captured_argv; }
