#include "harness/scenario/entropy.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "harness/scenario/variables.hpp"

namespace assay::harness {
namespace {

// The estimate for one position, and its error: the variance of the Shannon entropy of a uniform sample.
struct estimate {
    double bits = 0;
    double variance = 0;
};

estimate bits_at(const std::vector<std::string>& texts, std::size_t position) {
    std::array<std::size_t, 256> seen{};
    std::size_t samples = 0;
    for (const std::string& text : texts) {
        if (position >= text.size()) continue;
        ++seen.at(static_cast<unsigned char>(text[position]));
        ++samples;
    }
    if (samples < 2) return {};
    const auto n = static_cast<double>(samples);
    double bits = 0;
    std::size_t alphabet = 0;
    for (const std::size_t count : seen) {
        if (count == 0) continue;
        const double p = static_cast<double>(count) / n;
        bits -= p * std::log2(p);
        ++alphabet;
    }
    const double bias = static_cast<double>(alphabet - 1) / (2 * n * std::log(2.0));
    const double variance = static_cast<double>(alphabet - 1) / 2 / (n * n) / (std::log(2.0) * std::log(2.0));
    return {std::min(bits + bias, std::log2(static_cast<double>(alphabet))), variance};
}

}  // namespace

std::vector<std::string> distinct_texts(const json::array& items) {
    std::vector<std::string> out;
    for (const json::value& item : items) out.push_back(text_of(item));
    std::sort(out.begin(), out.end());
    out.erase(std::unique(out.begin(), out.end()), out.end());
    return out;
}

namespace {

estimate bits_of(const std::vector<std::string>& texts) {
    std::size_t longest = 0;
    for (const std::string& text : texts) longest = std::max(longest, text.size());
    estimate sum;
    for (std::size_t i = 0; i < longest; ++i) {
        const estimate one = bits_at(texts, i);
        sum.bits += one.bits;
        sum.variance += one.variance;
    }
    return sum;
}

}  // namespace

double entropy_bits(const std::vector<std::string>& texts) {
    return bits_of(texts).bits;
}

double entropy_bits_at_most(const std::vector<std::string>& texts) {
    constexpr double standard_errors = 6;
    const estimate e = bits_of(texts);
    return e.bits + standard_errors * std::sqrt(e.variance);
}

}  // namespace assay::harness
