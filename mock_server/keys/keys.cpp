#include "mock_server/keys/keys.hpp"

#include <array>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <mutex>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "mock_server/assets/embedded_files.hpp"

namespace assay::mock {
namespace {

std::string file_of(std::string_view alg, unsigned rotations) {
    if (alg == "second") return "keys/rsa-second.pem";
    if (alg == "unpublished") return "keys/rsa-unpublished.pem";
    const std::string kind = alg == "ES256"   ? "p256"
                             : alg == "EdDSA" ? "ed25519"
                             : alg == "PS256" ? "rsa-pss"
                                              : "rsa";
    constexpr std::array<std::string_view, 3> pool{"", "-second", "-third"};
    return fmt::format("keys/{}{}.pem", kind, pool[rotations % pool.size()]);
}

oauth::jwk load(std::string_view alg, const std::string& kid, unsigned rotations) {
    if (auto key = oauth::jwk::from_pem(key_file(file_of(alg, rotations)), kid)) return std::move(*key);
    std::fputs("assay: a development key of the binary is damaged; build it again\n", stderr);
    std::abort();
}

}  // namespace

const oauth::jwk& development_key(std::string_view alg, std::string_view kid, unsigned rotations) {
    // Consecutive signatures use the same key, so the last one is cached per thread and needs no lock.
    struct recent {
        std::string alg, kid;
        unsigned rotations = 0;
        const oauth::jwk* key = nullptr;
    };
    thread_local recent last;
    if (last.key != nullptr && last.alg == alg && last.kid == kid && last.rotations == rotations) return *last.key;
    static std::mutex lock;
    static std::map<std::pair<std::string, std::string>, oauth::jwk> keys;
    const std::lock_guard guard(lock);
    const auto name = rotations == 0 ? std::string(kid) : fmt::format("{}-{}", kid, rotations + 1);
    const auto id = std::pair(std::string(alg), name);
    auto found = keys.find(id);
    if (found == keys.end()) found = keys.emplace(id, load(alg, name, rotations)).first;
    last = {std::string(alg), std::string(kid), rotations, &found->second};
    return found->second;
}

const oauth::jwk& second_key() {
    return development_key("second", "assay-rs256-2");
}

const oauth::jwk& second_es256_key() {
    return development_key("ES256", "assay-es256", 1);
}

std::string_view key_file(std::string_view name) {
    for (const auto& file : embedded_files()) {
        if (file.name == name) return file.text;
    }
    std::fputs("assay: a development key is missing from the binary; build it again\n", stderr);
    std::abort();
}

const oauth::jwk& unpublished_key() {
    return development_key("unpublished", "unpublished");
}

}  // namespace assay::mock
