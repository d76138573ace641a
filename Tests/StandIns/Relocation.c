#include "StandIns.h"

#define __ehdr_start standin_file
#define _DYNAMIC standin_dynamic
#define standins_openssl_start standin_openssl_words
#define standins_openssl_end standin_other_words
#define __real__dl_relocate_static_pie standin_libc_relocates
#define __wrap__dl_relocate_static_pie standin_relocates
#define __real_OPENSSL_init_crypto standin_openssl
#define __wrap_OPENSSL_init_crypto standin_called
#include "../../Sources/CStandIns/Relocation.c"

// As the linker lays it out: OpenSSL's words have pages of their own.
__asm__(
    ".pushsection .data\n"
    ".balign 16384\n"
    ".hidden standin_words, standin_file, standin_openssl_words, standin_other_words\n"
    ".globl standin_words, standin_file, standin_openssl_words, standin_other_words\n"
    "standin_words:\n"
    "standin_file:\n"
    ".zero 8 * 1024\n"
    "standin_openssl_words:\n"
    ".zero 8 * 2048\n"
    "standin_other_words:\n"
    ".zero 8 * 1024\n"
    ".popsection\n");

extern uintptr_t standin_words[standin_word_count] OF_THE_FILE;
ElfW(Dyn) standin_dynamic[3];
static size_t left_to_libc;
static int calls;

uintptr_t standin_word(size_t index) { return standin_words[index]; }

uintptr_t standin_base(void) { return (uintptr_t)standin_file; }

void standin_libc_relocates(void) { left_to_libc = standin_dynamic[1].d_un.d_val; }

int standin_openssl(uint64_t options, const void *settings) {
    (void)options, (void)settings;
    return ++calls;
}

size_t standin_start(const uint64_t *relocations, size_t count) {
    size_t size = (size_t)(standin_other_words - standin_openssl_words);
    mprotect(standin_openssl_words, size, PROT_READ | PROT_WRITE);
    for (size_t index = 0; index < standin_word_count; index++)
        standin_words[index] = index * sizeof *standin_words;
    standin_dynamic[0].d_tag = DT_RELR;
    standin_dynamic[0].d_un.d_ptr = (uintptr_t)relocations - standin_base();
    standin_dynamic[1].d_tag = DT_RELRSZ;
    standin_dynamic[1].d_un.d_val = count * sizeof *relocations;
    standin_relocates();
    return left_to_libc;
}

int standin_first_call(void) { return standin_called(0, NULL); }
