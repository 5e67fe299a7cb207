/* Runs a fuzz target without libFuzzer: fuzz CORPUS SEED ROUNDS [CRASH-FILE]. Each round damages an input of the folder CORPUS; a round
   depends on nothing but SEED and its number. An input that ends the target is left in CRASH-FILE. */
#include "fuzz.h"

#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define MAX_BYTES (256u << 10)
#define MAX_SEEDS 64
#define SECONDS 9

struct input {
    uint64_t round;
    size_t length;
    uint8_t bytes[MAX_BYTES];
};

static struct {
    uint8_t *bytes;
    size_t length;
} seeds[MAX_SEEDS];
static size_t seed_count;

/* splitmix64 (Steele, Lea, Flood 2014) */
static uint64_t
next_random(uint64_t *state)
{
    uint64_t z = *state += 0x9e3779b97f4a7c15u;

    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
}

static size_t
below(uint64_t *state, size_t limit)
{
    return limit ? (size_t)(next_random(state) % limit) : 0;
}

static void
read_corpus(const char *folder)
{
    struct dirent **names;
    int count = scandir(folder, &names, NULL, alphasort);

    for (int i = 0; i < count; i++) {
        char path[4096];
        FILE *file;

        snprintf(path, sizeof(path), "%s/%s", folder, names[i]->d_name);
        free(names[i]);
        if (path[strlen(path) - 1] == '.' || seed_count == MAX_SEEDS || !(file = fopen(path, "re")))
            continue;
        seeds[seed_count].bytes = malloc(MAX_BYTES);
        if (!seeds[seed_count].bytes)
            abort();
        seeds[seed_count].length = fread(seeds[seed_count].bytes, 1, MAX_BYTES, file);
        seed_count++;
        fclose(file);
    }
    if (count >= 0)
        free(names);
}

static void
insert(struct input *input, size_t at, const uint8_t *bytes, size_t length)
{
    if (length > MAX_BYTES - input->length)
        return;
    memmove(input->bytes + at + length, input->bytes + at, input->length - at);
    memcpy(input->bytes + at, bytes, length);
    input->length += length;
}

static void
damage(struct input *input, uint64_t *random)
{
    static const uint32_t numbers[] = { 0, 1, 2, 4, 8, 16, 0x7f, 0xff, 0x1000, 0xffff, 0x10000, 0x10001, 0x400000, 0x400001,
                                        0x3fffffff, 0x40000000, 0x7fffffff, 0x80000000, 0xfffffff0, 0xffffffff };
    size_t at = below(random, input->length);
    size_t left = input->length - at;
    size_t other = below(random, seed_count);

    switch (below(random, 8)) {
    case 0:
        if (left)
            input->bytes[at] ^= (uint8_t)(1u << below(random, 8));
        break;
    case 1:
        if (left)
            input->bytes[at] = (uint8_t)next_random(random);
        break;
    case 2:
    case 3:
        if (left >= 4)
            memcpy(input->bytes + at, &numbers[below(random, sizeof(numbers) / sizeof(*numbers))], 4);
        break;
    case 4:
        input->length = at;
        break;
    case 5: { /* a part is gone */
        size_t length = below(random, left < 64 ? left : 64);

        memmove(input->bytes + at, input->bytes + at + length, left - length);
        input->length -= length;
        break;
    }
    case 6: { /* a part is there twice */
        uint8_t copy[64];
        size_t length = below(random, left < 64 ? left : 64);

        memcpy(copy, input->bytes + at, length);
        insert(input, at, copy, length);
        break;
    }
    default: { /* a part of another */
        size_t from = below(random, seeds[other].length);
        size_t length = below(random, seeds[other].length - from);

        insert(input, at, seeds[other].bytes + from, length);
    }
    }
}

static void
make_input(struct input *input, uint64_t seed, uint64_t round)
{
    uint64_t random = seed ^ round * 0xd1342543de82ef95u;
    size_t chosen = below(&random, seed_count);

    input->round = round;
    input->length = seeds[chosen].length;
    memcpy(input->bytes, seeds[chosen].bytes, input->length);
    for (size_t times = round < seed_count ? 0 : 1 + below(&random, 6); times > 0; times--)
        damage(input, &random);
    if (round >= seed_count && next_random(&random) % 4 != 0)
        fuzz_repair(input->bytes, input->length);
}

static int
run(struct input *input, uint64_t seed, uint64_t rounds)
{
    time_t end = time(NULL) + SECONDS;

    for (uint64_t round = 0; round < rounds && ((round & 1023) || time(NULL) < end); round++) {
        make_input(input, seed, round);
        LLVMFuzzerTestOneInput(input->bytes, input->length);
    }
    return 0;
}

int
main(int argc, char **argv)
{
    struct input *input = mmap(NULL, sizeof(*input), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    uint64_t seed = argc > 2 ? strtoull(argv[2], NULL, 10) : 1;
    uint64_t rounds = argc > 3 ? strtoull(argv[3], NULL, 10) : 1;
    FILE *crash;
    int status;
    pid_t pid;

    if (argc < 2 || input == MAP_FAILED)
        return 2;
    read_corpus(argv[1]);
    if (seed_count == 0) {
        fprintf(stderr, "%s: no inputs in `%s`\n", argv[0], argv[1]);
        return 2;
    }
    pid = fork();
    if (pid == 0) {
        alarm(4 * SECONDS); /* a target that hangs is wrong as well */
        exit(run(input, seed, rounds));
    }
    if (pid < 0 || waitpid(pid, &status, 0) < 0)
        return 2;
    printf("%s: seed %llu, %llu inputs\n", argv[0], (unsigned long long)seed, (unsigned long long)input->round + 1);
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
        return 0;
    crash = argc > 4 ? fopen(argv[4], "we") : NULL;
    if (crash) {
        fwrite(input->bytes, 1, input->length, crash);
        fclose(crash);
    }
    fprintf(stderr, "FAILED at input %llu of %zu bytes, kept in %s\n", (unsigned long long)input->round, input->length,
            crash ? argv[4] : "nothing");
    return 1;
}
