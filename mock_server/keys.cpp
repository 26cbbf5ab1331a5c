#include "mock_server/keys.hpp"

#include <cstdio>
#include <cstdlib>
#include <map>
#include <mutex>
#include <string>
#include <utility>

#include "mock_server/embedded_files.hpp"

namespace assay::mock {
namespace {

std::string_view file_of(std::string_view alg) {
    if (alg == "second") return "keys/rsa-second.pem";
    if (alg == "ES256") return "keys/p256.pem";
    if (alg == "EdDSA") return "keys/ed25519.pem";
    if (alg == "unpublished") return "keys/rsa-unpublished.pem";
    return "keys/rsa.pem";
}

oauth::jwk load(std::string_view alg, const std::string& kid) {
    if (auto key = oauth::jwk::from_pem(key_file(file_of(alg)), kid)) return std::move(*key);
    std::fputs("assay: a development key of the binary is damaged; build it again\n", stderr);
    std::abort();
}

}  // namespace

const oauth::jwk& development_key(std::string_view alg, std::string_view kid) {
    static std::mutex lock;
    static std::map<std::pair<std::string, std::string>, oauth::jwk> keys;
    const std::lock_guard guard(lock);
    const auto id = std::pair(std::string(alg), std::string(kid));
    auto found = keys.find(id);
    if (found == keys.end()) found = keys.emplace(id, load(alg, std::string(kid))).first;
    return found->second;
}

const oauth::jwk& second_key() {
    return development_key("second", "assay-rs256-2");
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
