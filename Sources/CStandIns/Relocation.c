// What every check without TLS would pay for. The file can be put at any address (a static PIE), so
// whatever holds an address has to be adjusted when the program starts, and each page that is
// written so is a copy of its own. Nine tenths of these pages are OpenSSL's tables. So those are
// left until the first call into OpenSSL. glibc adjusts the rest, and knows nothing of it.
//
// Scripts/embedded.ld puts OpenSSL's tables together, on pages of their own, and names their ends.
// They are read-only before and after (RELRO). Where glibc does not call what is wrapped here, or
// the linker has not packed the relocations (DT_RELR), glibc adjusts everything as always.

#include "CStandIns.h"

#include <elf.h>
#include <link.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>

#define OF_THE_FILE __attribute__((visibility("hidden")))

// The linker's. The first is where address 0 of the file came to be.
extern const char __ehdr_start[] OF_THE_FILE;
extern ElfW(Dyn) _DYNAMIC[] OF_THE_FILE;
extern char standins_openssl_start[] OF_THE_FILE, standins_openssl_end[] OF_THE_FILE;

void __real__dl_relocate_static_pie(void);
int __real_OPENSSL_init_crypto(uint64_t options, const void *settings);

// What the linker packed: an even entry is the address of a word, an odd one has a bit for each of
// the words that follow (System V ABI, "Relative relocation table").
static const ElfW(Relr) *table;
static size_t table_count;

static bool is_openssl(const uintptr_t *word) {
    return (uintptr_t)word - (uintptr_t)standins_openssl_start <
           (uintptr_t)standins_openssl_end - (uintptr_t)standins_openssl_start;
}

// Adds where the file is to those words of a piece, named by their bits, that hold an address.
// OpenSSL's tables are larger than a piece, so what both ends belong to, all of it does.
static void adjust_piece(uintptr_t *words, ElfW(Relr) bits, size_t count, bool openssl) {
    const uintptr_t base = (uintptr_t)__ehdr_start;
    bool first = is_openssl(words), last = is_openssl(words + count - 1);
    if (first == last && first != openssl) return;
    if (first == last) {
        for (; bits != 0; bits &= bits - 1) words[__builtin_ctzl(bits)] += base;
        return;
    }
    for (; bits != 0; bits &= bits - 1) {
        uintptr_t *word = words + __builtin_ctzl(bits);
        if (is_openssl(word) == openssl) *word += base;
    }
}

// Adjusts OpenSSL's words, or all others.
static void adjust(bool openssl) {
    const size_t count = 8 * sizeof *table - 1;
    uintptr_t *next = NULL;
    for (size_t index = 0; index < table_count; index++) {
        ElfW(Relr) entry = table[index];
        if ((entry & 1) == 0) {
            // By a number: what is behind the name is constant, and nothing would be stored there.
            next = (uintptr_t *)((uintptr_t)__ehdr_start + entry);
            adjust_piece(next, 1, 1, openssl);
            next++;
        } else {
            adjust_piece(next, entry >> 1, count, openssl);
            next += count;
        }
    }
}

// Comes before everything else in the program: there is no guard of the stack yet, and no function
// of libc that may be called.
__attribute__((no_stack_protector)) void __wrap__dl_relocate_static_pie(void) {
    ElfW(Dyn) *size = NULL;
    for (ElfW(Dyn) *entry = _DYNAMIC; entry->d_tag != DT_NULL; entry++) {
        if (entry->d_tag == DT_RELR)
            table = (const ElfW(Relr) *)(__ehdr_start + entry->d_un.d_ptr);
        if (entry->d_tag == DT_RELRSZ) size = entry;
    }
    if (table != NULL && size != NULL) {
        table_count = size->d_un.d_val / sizeof *table;
        adjust(false);
        // Nothing is left for glibc.
        size->d_un.d_val = 0;
    }
    __real__dl_relocate_static_pie();
}

int __wrap_OPENSSL_init_crypto(uint64_t options, const void *settings) {
    if (table_count > 0) {
        size_t size = (size_t)(standins_openssl_end - standins_openssl_start);
        if (mprotect(standins_openssl_start, size, PROT_READ | PROT_WRITE) != 0) abort();
        adjust(true);
        table_count = 0;
        if (mprotect(standins_openssl_start, size, PROT_READ) != 0) abort();
    }
    return __real_OPENSSL_init_crypto(options, settings);
}
