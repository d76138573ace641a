// So that retaining a string or an array gives back what it was given: the compiler says so to
// LLVM, which on AArch64, where argument and result have one register, goes on with the result.
// Embedded Swift's own (weak) functions give back the address alone, without the bits that make a
// short string of it (swiftlang/swift#91151). To be removed once the oldest toolchain that
// Scripts/lib.sh accepts has that mended: then `swift_bridgeObjectRetain` of its
// EmbeddedRuntime.swift returns its argument.

#include "CStandIns.h"

#include <stdint.h>

void *swift_retain_n(void *object, uint32_t count);

void *swift_bridgeObjectRetain_n(void *object, uint32_t count) {
    // Where the address is. The highest bit marks what is not counted, as short strings.
    const uintptr_t address = UINT64_C(0x0ffffffffffffff8);
    if ((intptr_t)object > 0) swift_retain_n((void *)((uintptr_t)object & address), count);
    return object;
}

void *swift_bridgeObjectRetain(void *object) { return swift_bridgeObjectRetain_n(object, 1); }
