// PKCE: the cost of S256 at the token endpoint, compared with one SHA-256 of the same length.
#include <cstdio>
#include <cstdlib>
#include <string>

#include <benchmark/benchmark.h>

#include "oauth/crypto.hpp"
#include "oauth/pkce.hpp"

namespace assay::bench {
namespace {

const std::string verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

void pkce_sha256_alone(benchmark::State& state) {
    for (auto _ : state) benchmark::DoNotOptimize(oauth::sha256(verifier));
    state.SetItemsProcessed(state.iterations());
}

void pkce_s256_challenge(benchmark::State& state) {
    for (auto _ : state) benchmark::DoNotOptimize(oauth::s256_challenge(verifier));
    state.SetItemsProcessed(state.iterations());
}

void pkce_challenge_matches(benchmark::State& state) {
    const auto challenge = oauth::s256_challenge(verifier);
    if (!oauth::challenge_matches("S256", challenge, verifier) ||
        oauth::challenge_matches("S256", challenge, verifier + "x")) {
        std::fputs("pkce_bench: challenge_matches does not tell right from wrong\n", stderr);
        std::exit(1);
    }
    for (auto _ : state) benchmark::DoNotOptimize(oauth::challenge_matches("S256", challenge, verifier));
    state.SetItemsProcessed(state.iterations());
}

BENCHMARK(pkce_sha256_alone);
BENCHMARK(pkce_s256_challenge);
BENCHMARK(pkce_challenge_matches);

}  // namespace
}  // namespace assay::bench
