#include "mock_server/keys/keys.hpp"

#include <array>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "mock_server/assets/embedded_files.hpp"

namespace assay::mock {
namespace {

// RS384 and RS512 share the key of RS256, the PS algorithms that of PS256, and both share it above 2048 bits.
std::string kind_of(std::string_view alg, int rsa_bits) {
    const auto known = oauth::parse_alg(alg);
    const auto& row = oauth::row_of(known.value_or(oauth::jws_alg::RS256));
    if (row.curve == "P-256") return "p256";
    if (row.curve == "P-384") return "p384";
    if (row.curve == "P-521") return "p521";
    if (row.kind == oauth::jws_kind::eddsa) return "ed25519";
    if (rsa_bits > rsa_bits_default) return fmt::format("rsa-{}", rsa_bits);
    return row.kind == oauth::jws_kind::rsa_pss ? "rsa-pss" : "rsa";
}

std::string file_of(std::string_view alg, unsigned rotations, int rsa_bits) {
    if (alg == "second") return "keys/rsa-second.pem";
    if (alg == "unpublished") return "keys/rsa-unpublished.pem";
    constexpr std::array<std::string_view, 3> pool{"", "-second", "-third"};
    return fmt::format("keys/{}{}.pem", kind_of(alg, rsa_bits), pool[rotations % pool.size()]);
}

// The key in that file. There are few files, and rotations use them in turn.
oauth::jwk parsed(const std::string& file) {
    static std::mutex lock;
    static std::map<std::string, oauth::jwk> keys;
    const std::lock_guard guard(lock);
    auto found = keys.find(file);
    if (found != keys.end()) return found->second;
    auto key = oauth::jwk::from_pem(key_file(file));
    if (!key) {
        std::fputs("assay: a development key of the binary is damaged; build it again\n", stderr);
        std::abort();
    }
    return keys.emplace(file, std::move(*key)).first->second;
}

}  // namespace

oauth::jwk development_key(std::string_view alg, std::string_view kid, unsigned rotations, int rsa_bits) {
    // Consecutive signatures use the same key, so the last one is cached per thread and needs no lock.
    struct recent {
        std::string alg, kid;
        unsigned rotations = 0;
        int rsa_bits = 0;
        std::optional<oauth::jwk> key;
    };
    thread_local recent last;
    if (last.key && last.alg == alg && last.kid == kid && last.rotations == rotations && last.rsa_bits == rsa_bits)
        return *last.key;
    std::string name = rotations == 0 ? std::string(kid) : fmt::format("{}-{}", kid, rotations + 1);
    last = {std::string(alg), std::string(kid), rotations, rsa_bits,
            parsed(file_of(alg, rotations, rsa_bits)).named(std::move(name))};
    return *last.key;
}

oauth::jwk second_key() {
    return development_key("second", "assay-rs256-2");
}

oauth::jwk second_es256_key() {
    return development_key("ES256", "assay-es256", 1);
}

std::string_view key_file(std::string_view name) {
    for (const auto& file : embedded_files()) {
        if (file.name == name) return file.text;
    }
    std::fputs("assay: a development key is missing from the binary; build it again\n", stderr);
    std::abort();
}

oauth::jwk unpublished_key() {
    return development_key("unpublished", "unpublished");
}

}  // namespace assay::mock
