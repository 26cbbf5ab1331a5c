#include "harness/scenario/entropy.hpp"

#include <random>

#include <gtest/gtest.h>

namespace assay::harness {
namespace {

std::vector<std::string> samples(std::size_t n, std::size_t length, std::string_view alphabet, unsigned seed) {
    std::mt19937 random(seed);
    std::uniform_int_distribution<std::size_t> which(0, alphabet.size() - 1);
    std::vector<std::string> out(n);
    for (std::string& one : out) {
        for (std::size_t i = 0; i < length; ++i) one += alphabet[which(random)];
    }
    return out;
}

constexpr std::string_view hex = "0123456789abcdef";
constexpr std::size_t sample = 256;

// 32 hexadecimal digits are 128 bits: random variation of the sample must not give less.
TEST(entropy, of_exactly_enough_bits_is_enough) {
    for (unsigned seed = 0; seed < 200; ++seed)
        EXPECT_GE(entropy_bits_at_most(samples(sample, 32, hex, seed)), 128) << seed;
}

TEST(entropy, of_one_digit_less_is_not) {
    for (unsigned seed = 0; seed < 200; ++seed)
        EXPECT_LT(entropy_bits_at_most(samples(sample, 31, hex, seed)), 128) << seed;
}

TEST(entropy, of_a_fixed_prefix_is_nothing) {
    std::vector<std::string> texts = samples(sample, 8, hex, 1);
    const double bare = entropy_bits(texts);
    for (std::string& one : texts) one = "polar_at_" + one;
    EXPECT_DOUBLE_EQ(entropy_bits(texts), bare);
}

}  // namespace
}  // namespace assay::harness
