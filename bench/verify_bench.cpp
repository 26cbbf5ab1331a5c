// One process of the comparison of JWT verifiers (compare.py runs all of them alternately): OpenSSL alone, OpenSSL as
// most libraries call it, our verifier. `verify_bench DIR` prints "algorithm<TAB>name<TAB>tokens per CPU second";
// `verify_bench --make DIR` writes keys and tokens for every process.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include <fmt/format.h>

#include "bench/raw_openssl.hpp"
#include "data/thread_time.hpp"
#include "oauth/base64url.hpp"
#include "oauth/crypto.hpp"
#include "oauth/jwt.hpp"
#include "oauth/verifier.hpp"

namespace assay::bench {
namespace {

using namespace oauth;

constexpr const char* iss = "https://op.example.com/tenant-1";
constexpr const char* aud = "s6BhdRkqt3.client.example";
const std::pair<jws_alg, const char*> algorithms[] = {{jws_alg::RS256, "rsa"},
                                                      {jws_alg::PS256, "rsa"},
                                                      {jws_alg::ES256, "es"},
                                                      {jws_alg::EdDSA, "ed"},
                                                      {jws_alg::HS256, "hs"}};

[[noreturn]] void give_up(const std::string& why) {
    std::fputs(("verify_bench: " + why + "\n").c_str(), stderr);
    std::exit(1);
}

void save(const std::filesystem::path& to, std::string_view bytes) {
    std::ofstream(to, std::ios::binary) << bytes;
}
std::string load(const std::filesystem::path& from) {
    std::ifstream in(from, std::ios::binary);
    if (!in) give_up("cannot read " + from.string() + "; run --make first");
    return {std::istreambuf_iterator<char>(in), {}};
}

// The size and shape of a provider's ID Token: 14 claims.
json::object id_token(const char* sub) {
    const auto iat = static_cast<std::int64_t>(std::time(nullptr));
    return {{"iss", iss},
            {"sub", sub},
            {"aud", aud},
            {"azp", aud},
            {"nonce", "n-0S6_WzA2Mj-Kq1Zx9"},
            {"exp", std::int64_t{4102444800}},
            {"iat", iat},
            {"auth_time", iat - 30},
            {"acr", "urn:mace:incommon:iap:silver"},
            {"amr", json::array{"pwd", "otp"}},
            {"at_hash", "77QmUPtjPfzWtF2AnpK9RQ"},
            {"email", "jane.doe@example.com"},
            {"email_verified", true},
            {"name", "Jane Doe"}};
}

constexpr std::size_t batch = 256;

// A batch of different tokens, one a line.
std::string many_tokens(jws_alg alg, const jwk& key) {
    std::string out;
    for (std::size_t i = 0; i < batch; ++i)
        out += sign_jwt(id_token(fmt::format("248289761001-{:06}", i).c_str()), alg, key).value_or("") + '\n';
    return out;
}

void make(const std::filesystem::path& dir) {
    std::filesystem::create_directories(dir);
    const auto secret = random_bytes(32);
    save(dir / "hs.key", secret);
    std::optional<jwk> rsa;
    for (const auto& one : algorithms) {
        const auto alg = one.first;
        const auto file = one.second;
        auto made = alg == jws_alg::HS256   ? jwk::from_secret(secret, "k-2026-01")
                    : alg == jws_alg::PS256 ? rsa
                                            : std::optional(*jwk::generate(alg, "k-2026-01"));
        if (alg == jws_alg::RS256) rsa = made;
        const auto token = sign_jwt(id_token("248289761001-7f3a9c"), alg, *made).value_or("");
        const auto other = sign_jwt(id_token("248289761001-7f3a9d"), alg, *made).value_or("");
        const auto dot = token.rfind('.');
        auto signature = *base64url_decode(token.substr(dot + 1));
        signature[signature.size() / 2] = static_cast<char>(signature[signature.size() / 2] ^ 1);
        const std::string name(alg_name(alg));
        save(dir / (name + ".jwt"), token);
        save(dir / (name + ".claims.jwt"), other.substr(0, other.rfind('.')) + token.substr(dot));
        save(dir / (name + ".signature.jwt"), token.substr(0, dot + 1) + base64url_encode(signature));
        save(dir / (name + ".many.jwt"), many_tokens(alg, *made));
        if (alg == jws_alg::HS256) continue;
        save(dir / (std::string(file) + ".pub.pem"), made->public_pem());
        const auto members = json::value(made->public_json());
        if (alg == jws_alg::RS256) save(dir / "rsa.n", *base64url_decode(members.string_at("n")));
        if (alg == jws_alg::ES256)
            save(dir / "es.xy",
                 *base64url_decode(members.string_at("x")) + *base64url_decode(members.string_at("y")));
    }
}

double thread_cpu() {
    return std::chrono::duration<double>(thread_time()).count();
}

// Tokens per CPU second; `check` verifies `tokens` of them.
double rate(const std::function<bool()>& check, double seconds, std::size_t tokens = 1) {
    // Beyond the one-time work of a verifier after some hundred tokens (the table of an ES256 key).
    for (std::size_t i = 0; i < 700; i += tokens) {
        if (!check()) give_up("a good token was refused");
    }
    std::size_t done = 0;
    const double start = thread_cpu();
    double now = start;
    do {
        for (std::size_t i = 0; i < 32; i += tokens) {
            if (!check()) give_up("a good token was refused while measuring");
            done += tokens;
        }
        now = thread_cpu();
    } while (now - start < seconds);
    return static_cast<double>(done) / (now - start);
}

struct entry {
    const char* name;
    std::function<bool()> check;
    std::size_t tokens = 1;  // verified by one call
    std::vector<double> rates{};
};

jwk key_for(const std::filesystem::path& dir, jws_alg alg, const char* file) {
    if (alg == jws_alg::HS256) return jwk::from_secret(load(dir / "hs.key"), "k-2026-01");
    auto key = jwk::from_pem(load(dir / (std::string(file) + ".pub.pem")), "k-2026-01");
    if (!key) give_up(key.error().text());
    return *key;
}

// Our verifier and OpenSSL refuse a changed token and accept the original.
void prove(const std::filesystem::path& dir, jws_alg alg, const verifier& v,
           const std::function<bool(const jws_parts&)>& raw) {
    const std::string name(alg_name(alg));
    const auto now = static_cast<std::int64_t>(std::time(nullptr));
    claims who;
    for (const auto& [file, good] : {std::pair(".jwt", true), {".claims.jwt", false}, {".signature.jwt", false}}) {
        const auto token = load(dir / (name + file));
        if (v.verify(token, now, who).has_value() != good || raw(*parse_jws(token)) != good)
            give_up(name + file + (good ? " was refused" : " was accepted"));
    }
    if (v.verify(load(dir / (name + ".jwt")), 4102444800, who)) give_up("an expired token was accepted");
}

std::vector<std::string_view> lines_of(std::string_view text) {
    std::vector<std::string_view> out;
    for (auto end = text.find('\n'); end != std::string_view::npos; end = text.find('\n')) {
        out.push_back(text.substr(0, end));
        text.remove_prefix(end + 1);
    }
    return out;
}

bool takes_all(const verifier& v, std::span<const std::string_view> tokens, std::span<verdict> verdicts) {
    v.verify_all(tokens, std::time(nullptr), verdicts, 1);
    return std::none_of(verdicts.begin(), verdicts.end(), [](const verdict& one) { return one.refused.has_value(); });
}

void measure(const std::filesystem::path& dir) {
    const char* given = std::getenv("BENCH_SECONDS");
    const double seconds = given != nullptr ? std::strtod(given, nullptr) : 0.05;
    for (const auto& one : algorithms) {
        const auto alg = one.first;
        const auto file = one.second;
        const std::string name(alg_name(alg));
        const auto key = key_for(dir, alg, file);
        const auto token = load(dir / (name + ".jwt"));
        const auto parts = *parse_jws(token);
        const auto secret = load(dir / "hs.key");
        verifier_options options;
        options.iss = iss;
        options.audience = aud;
        options.accepted = {alg};
        const verifier v(key, options);
        prove(dir, alg, v,
              [&](const jws_parts& p) { return raw_verifier(alg, key, secret, p.signing_input, p.signature)(); });
        const auto text = load(dir / (name + ".many.jwt"));
        const auto tokens = lines_of(text);
        std::vector<verdict> verdicts(tokens.size());
        claims who;
        entry entries[] = {
            {"raw OpenSSL", raw_verifier(alg, key, secret, parts.signing_input, parts.signature)},
            {"assay", [&] { return v.verify(token, std::time(nullptr), who).has_value(); }},
            {"assay, signature alone", [&] { return key.verify(alg, parts.signing_input, parts.signature); }},
            {"assay, in batches", [&] { return takes_all(v, tokens, verdicts); }, tokens.size()},
        };
        for (int round = 0; round < 5; ++round) {
            for (auto& e : entries) e.rates.push_back(rate(e.check, seconds, e.tokens));
        }
        for (auto& e : entries) {
            std::sort(e.rates.begin(), e.rates.end());
            fmt::print("{}\t{}\t{:.1f}\n", name, e.name, e.rates[e.rates.size() / 2]);
        }
    }
}

// Verification on one thread and on two, by CPU time and by wall-clock time: lines "scaling ALG<TAB>what<TAB>factor".
void measure_scaling(const std::filesystem::path& dir) {
    for (const auto& one : algorithms) {
        const auto alg = one.first;
        const auto file = one.second;
        const auto key = key_for(dir, alg, file);
        const auto token = load(dir / (std::string(alg_name(alg)) + ".jwt"));
        const auto parts = *parse_jws(token);
        const auto secret = load(dir / "hs.key");
        verifier_options options;
        options.accepted = {alg};
        const verifier v(key, options);
        const auto on = [&](int threads, bool ours) {
            std::vector<double> rates(static_cast<std::size_t>(threads));
            std::vector<std::thread> running;
            for (auto& r : rates) {
                running.emplace_back([&] {
                    claims who;
                    const auto raw = raw_verifier(alg, key, secret, parts.signing_input, parts.signature);
                    r = ours ? rate([&] { return v.verify(token, std::time(nullptr), who).has_value(); }, 0.25)
                             : rate(raw, 0.25);
                });
            }
            for (auto& t : running) t.join();
            double sum = 0;
            for (const auto r : rates) sum += r;
            return sum;
        };
        std::vector<double> raw;
        std::vector<double> ours;
        for (int round = 0; round < 5; ++round) {
            raw.push_back(on(2, false) / on(1, false));
            ours.push_back(on(2, true) / on(1, true));
        }
        std::sort(raw.begin(), raw.end());
        std::sort(ours.begin(), ours.end());
        fmt::print("{}\traw OpenSSL, 2 threads over 1\t{:.3f}\n", alg_name(alg), raw[2]);
        fmt::print("{}\tassay, 2 threads over 1\t{:.3f}\n", alg_name(alg), ours[2]);
    }
}

}  // namespace
}  // namespace assay::bench

int main(int argc, char** argv) {
    const std::vector<std::string_view> words(argv + 1, argv + argc);
    if (words.size() == 2 && words[0] == "--make") {
        assay::bench::make(words[1]);
    } else if (words.size() == 2 && words[0] == "--scaling") {
        assay::bench::measure_scaling(words[1]);
    } else if (words.size() == 1 && !words[0].starts_with("-")) {
        assay::bench::measure(words[0]);
    } else {
        std::fputs("usage: verify_bench [--make | --scaling] DIR\n", stderr);
        return 2;
    }
    return 0;
}
