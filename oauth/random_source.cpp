#include "oauth/random_source.hpp"

#include <fmt/format.h>

#include "oauth/crypto.hpp"

namespace assay::oauth {
namespace {

// OpenSSL's generator makes two system calls for each request (to detect a fork), so each thread fetches many bytes
// at once. Used bytes are erased from the pool.
std::string from_pool(std::size_t count) {
    constexpr std::size_t pool_bytes = 4096;
    thread_local std::string pool;
    if (count > pool_bytes) return random_bytes(count);
    if (pool.size() < count) pool = random_bytes(pool_bytes);
    auto out = pool.substr(pool.size() - count);
    pool.replace(pool.size() - count, count, count, '\0');
    pool.resize(pool.size() - count);
    return out;
}

}  // namespace

std::string random_source::bytes(std::string_view kind, std::size_t count) {
    if (seed_.empty()) return from_pool(count);
    std::string out;
    const auto n = counter_.fetch_add(1, std::memory_order_relaxed);
    for (int block = 0; out.size() < count; ++block) {
        out += hmac_sha256(seed_, fmt::format("{}\n{}\n{}\n{}", label_, kind, n, block));
    }
    out.resize(count);
    return out;
}

}  // namespace assay::oauth
