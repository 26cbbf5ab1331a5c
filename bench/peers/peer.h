/* What the C peers share: reading files, CPU time, and the proof that comes before every measurement. */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

typedef struct {
    char *data;
    size_t size;
} text;

static text slurp(const char *dir, const char *name) {
    char path[1024];
    snprintf(path, sizeof path, "%s/%s", dir, name);
    FILE *f = fopen(path, "rb");
    if (f == NULL) {
        perror(path);
        exit(1);
    }
    text t = {calloc(1, 1 << 16), 0};
    t.size = fread(t.data, 1, (1 << 16) - 1, f);
    fclose(f);
    return t;
}

static double cpu_seconds(void) {
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* `accepts` takes a token and says 1 where it holds. Nothing is measured before two forgeries were refused. */
static void measure(const char *dir, const char *alg, const char *name, int (*accepts)(text token)) {
    char file[64];
    snprintf(file, sizeof file, "%s.claims.jwt", alg);
    int forged = accepts(slurp(dir, file));
    snprintf(file, sizeof file, "%s.signature.jwt", alg);
    forged += accepts(slurp(dir, file));
    snprintf(file, sizeof file, "%s.jwt", alg);
    text token = slurp(dir, file);
    if (forged != 0 || !accepts(token)) {
        fprintf(stderr, "%s %s: %s\n", name, alg, forged ? "accepted a forgery" : "refused a good token");
        exit(1);
    }
    long done = 0;
    double start = cpu_seconds(), now;
    do {
        for (int i = 0; i < 32; ++i) {
            if (!accepts(token)) exit(1);
        }
        done += 32;
        now = cpu_seconds();
    } while (now - start < 0.2);
    printf("%s\t%s\t%.1f\n", alg, name, (double)done / (now - start));
}
