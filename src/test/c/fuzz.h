/* What a fuzz target offers: libFuzzer's entry, and a repair of damaged inputs for our own driver (fuzz_main.c). */
#ifndef FUZZ_H
#define FUZZ_H

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

/* Makes outer lengths right again, so that damage further in is reached. */
void fuzz_repair(uint8_t *bytes, size_t length);

#endif
