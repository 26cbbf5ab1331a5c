// The vectors of Project Wycheproof, which collect signatures that implementations got wrong: each alone and in
// batches. tests/oauth/wycheproof/fetch.sh fetches them.
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "tests/oauth/batches.hpp"
#include "tests/oauth/numbers.hpp"

namespace assay::oauth {
namespace {

std::string unhex(std::string_view hex) {
    return hex.empty() ? std::string() : from_hex(std::string(hex).c_str());
}

// "acceptable" leaves it to the implementation: ours is OpenSSL.
bool expected(jws_alg alg, const jwk& key, const json::value& vector, const known_signature& one) {
    const auto result = vector.string_at("result");
    if (result != "acceptable") return result == "valid";
    return plain::verify(alg, plain::public_key(key).get(), one.input, one.signature);
}

void add_group(std::vector<known_signature>& to, jws_alg alg, const json::value& group, const std::string& file) {
    const auto key = jwk::from_pem(group.string_at("publicKeyPem"));
    ASSERT_TRUE(key) << file << ": " << key.error().text();
    for (const auto& vector : *group.find("tests")->as_array()) {
        known_signature one{*key, alg, unhex(vector.string_at("msg")), unhex(vector.string_at("sig")), false, {}};
        one.what = fmt::format("{} {}: {}", file, json::format(*vector.find("tcId")), vector.string_at("comment"));
        one.good = expected(alg, *key, vector, one);
        EXPECT_EQ(key->verify(alg, one.input, one.signature), one.good) << one.what;
        to.push_back(std::move(one));
    }
}

TEST(wycheproof, each_vector_alone_and_in_batches) {
    const std::filesystem::path folder = ASSAY_SOURCE_DIR "/out/wycheproof";
    if (!std::filesystem::exists(folder)) GTEST_SKIP() << "run tests/oauth/wycheproof/fetch.sh to have the vectors";
    std::vector<known_signature> all;
    for (const auto& [file, alg] : {std::pair("rsa_signature_2048_sha256", jws_alg::RS256),
                                    {"rsa_signature_3072_sha256", jws_alg::RS256},
                                    {"rsa_signature_4096_sha256", jws_alg::RS256},
                                    {"rsa_pss_2048_sha256_mgf1_32", jws_alg::PS256},
                                    {"ecdsa_secp256r1_sha256_p1363", jws_alg::ES256},
                                    {"ed25519", jws_alg::EdDSA}}) {
        std::ifstream in(folder / (std::string(file) + ".json"), std::ios::binary);
        const auto document = json::parse(std::string(std::istreambuf_iterator<char>(in), {}));
        ASSERT_TRUE(document) << file;
        for (const auto& group : *document->find("testGroups")->as_array()) add_group(all, alg, group, file);
    }
    EXPECT_GT(all.size(), 1000U);
    hold_in_batches(all);
}

}  // namespace
}  // namespace assay::oauth
