// Signatures with precomputed nonces, verified by plain EVP.
#include "oauth/es256_sign.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include <sys/wait.h>
#include <unistd.h>

#include "tests/oauth/numbers.hpp"

namespace assay::oauth {
namespace {

constexpr std::size_t half = 32;

plain::pkey fresh_key() {
    return plain::pkey(EVP_EC_gen("P-256"));
}

sha256_digest as_digest(const std::string& raw) {
    sha256_digest out{};
    std::copy(raw.begin(), raw.end(), out.begin());
    return out;
}

TEST(Es256Sign, EverySignatureOfManyBatchesVerifies) {
    const auto key = fresh_key();
    const es256_signer signer(key.get());
    ASSERT_TRUE(signer.usable());
    std::set<std::string> r;
    for (int i = 0; i < 500; ++i) {
        const auto digest = digest_of("message " + std::to_string(i));
        const auto signature = signer.sign(as_digest(digest));
        ASSERT_EQ(signature.size(), 2 * half);
        ASSERT_TRUE(plain::verify_digest(key.get(), digest, signature)) << i;
        EXPECT_FALSE(plain::verify_digest(key.get(), digest_of("another"), signature)) << i;
        EXPECT_TRUE(r.insert(signature.substr(0, half)).second) << "a number was used twice";
    }
}

TEST(Es256Sign, DigestsAtTheEdgesOfTheOrder) {
    const auto key = fresh_key();
    const es256_signer signer(key.get());
    for (const auto* hex : {"0000000000000000000000000000000000000000000000000000000000000000",
                            "0000000000000000000000000000000000000000000000000000000000000001",
                            "FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632550",  // the order - 1
                            "FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551",  // the order
                            "FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632552",  // the order + 1
                            "FFFFFFFF00000001000000000000000000000000FFFFFFFFFFFFFFFFFFFFFFFF",  // the prime
                            "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF"}) {
        const auto digest = from_hex(hex);
        for (int i = 0; i < 20; ++i)
            EXPECT_TRUE(plain::verify_digest(key.get(), digest, signer.sign(as_digest(digest)))) << hex;
    }
}

// The nonces of a thread do not depend on the key: two signatures with the same nonce would reveal the key.
TEST(Es256Sign, ThreadsAndKeysNeverShareANumber) {
    const auto first = fresh_key();
    const auto second = fresh_key();
    const es256_signer one(first.get());
    const es256_signer other(second.get());
    const auto digest = digest_of("the same message");
    std::array<std::vector<std::string>, 4> made;
    std::vector<std::thread> threads;
    for (auto& own : made) {
        threads.emplace_back([&] {
            for (int i = 0; i < 200; ++i) own.push_back((i % 2 == 0 ? one : other).sign(as_digest(digest)));
        });
    }
    for (auto& t : threads) t.join();
    std::set<std::string> r;
    for (const auto& own : made) {
        for (std::size_t i = 0; i < own.size(); ++i) {
            EXPECT_TRUE(plain::verify_digest((i % 2 == 0 ? first : second).get(), digest, own[i]));
            EXPECT_TRUE(r.insert(own[i].substr(0, half)).second) << "a number was used twice";
        }
    }
}

TEST(Es256Sign, AChildProcessTakesNoNumberOfItsParent) {
    const auto key = fresh_key();
    const es256_signer signer(key.get());
    const auto digest = as_digest(digest_of("before and after"));
    ASSERT_EQ(signer.sign(digest).size(), 2 * half);  // the nonces are precomputed, and some are left
    std::array<int, 2> ends{};
    ASSERT_EQ(pipe(ends.data()), 0);
    const auto child = fork();
    if (child == 0) {
        const auto signature = signer.sign(digest);
        const auto written = write(ends[1], signature.data(), signature.size());
        _exit(written == static_cast<ssize_t>(2 * half) ? 0 : 1);
    }
    ASSERT_GT(child, 0);
    int status = -1;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    ASSERT_EQ(status, 0);
    std::string of_child(2 * half, '\0');
    ASSERT_EQ(read(ends[0], of_child.data(), of_child.size()), static_cast<ssize_t>(of_child.size()));
    close(ends[0]);
    close(ends[1]);
    EXPECT_NE(signer.sign(digest).substr(0, half), of_child.substr(0, half));
}

TEST(Es256Sign, APublicKeySignsNothing) {
    const auto key = fresh_key();
    unsigned char* der = nullptr;
    const int size = i2d_PUBKEY(key.get(), &der);
    const unsigned char* at = der;
    const plain::pkey only_public(d2i_PUBKEY(nullptr, &at, size));
    OPENSSL_free(der);
    const es256_signer signer(only_public.get());
    EXPECT_FALSE(signer.usable());
    EXPECT_EQ(signer.sign(as_digest(digest_of("nothing"))), "");
}

}  // namespace
}  // namespace assay::oauth
