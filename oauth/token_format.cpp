#include "oauth/token_format.hpp"

#include <algorithm>

#include "oauth/crypto.hpp"

namespace assay::oauth {
namespace {

constexpr std::string_view base62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
constexpr std::size_t random_size = 37;
constexpr std::size_t checksum_size = 6;

std::string checksum(std::string_view random) {
    std::string out(checksum_size, '0');
    auto left = crc32(random);
    for (auto place = out.rbegin(); place != out.rend() && left != 0; ++place, left /= 62) *place = base62[left % 62];
    return out;
}

}  // namespace

std::string format_polar_token(std::string_view prefix, std::string_view random37) {
    std::string out(prefix);
    out += random37;
    out += checksum(random37);
    return out;
}

std::string random37_from(std::string_view entropy) {
    std::string out;
    for (const char byte : entropy) {
        if (out.size() == random_size) break;
        // Six bits give 0..63; the two values outside the alphabet are skipped, so every symbol is equally likely.
        const auto draw = static_cast<unsigned char>(byte) & 63U;
        if (draw < base62.size()) out += base62[draw];
    }
    return out;
}

bool is_polar_token(std::string_view prefix, std::string_view token) {
    if (!token.starts_with(prefix)) return false;
    token.remove_prefix(prefix.size());
    if (token.size() != random_size + checksum_size) return false;
    const auto random = token.substr(0, random_size);
    const auto known = [](char c) { return base62.find(c) != std::string_view::npos; };
    return std::all_of(random.begin(), random.end(), known) && token.substr(random_size) == checksum(random);
}

}  // namespace assay::oauth
