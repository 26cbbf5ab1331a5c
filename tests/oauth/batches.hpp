// Holds verify_signatures() against results that are known already, by plain EVP or by whoever published them.
#pragma once

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "oauth/signature_batch.hpp"

namespace assay::oauth {

struct known_signature {
    jwk key;
    jws_alg alg;
    std::string input;
    std::string signature;
    bool good;
    std::string what;
};

// In groups of 1 to 24 of a random order: full and partial groups of eight, good lanes beside bad ones.
inline void hold_in_batches(const std::vector<known_signature>& all) {
    std::mt19937 random(52);
    std::vector<const known_signature*> order;
    for (const auto& one : all) order.push_back(&one);
    for (int round = 0; round < 3; ++round) {
        std::shuffle(order.begin(), order.end(), random);
        for (std::size_t from = 0; from < order.size();) {
            const auto size = std::min<std::size_t>(1 + random() % 24, order.size() - from);
            std::vector<signature_check> checks;
            for (auto i = from; i < from + size; ++i)
                checks.push_back(
                    {&order[i]->key, order[i]->alg, order[i]->input, order[i]->signature, !order[i]->good});
            verify_signatures(checks);
            for (std::size_t i = 0; i < size; ++i)
                EXPECT_EQ(checks[i].good, order[from + i]->good) << order[from + i]->what << ", one of " << size;
            from += size;
        }
    }
}

}  // namespace assay::oauth
