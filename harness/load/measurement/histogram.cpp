#include "harness/load/measurement/histogram.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>

#include <zlib.h>

#include "oauth/base64url.hpp"

namespace assay::load {
namespace {

// 2 * 10^3 rounded up to a power of two: three significant digits.
constexpr unsigned half_magnitude = 10;
constexpr std::int64_t half_count = 1 << half_magnitude;
constexpr std::int64_t sub_bucket_mask = 2 * half_count - 1;
constexpr std::int32_t digits = 3;

constexpr std::uint32_t cookie_v2 = 0x1c849313;             // V2 with ZigZag LEB128 counts
constexpr std::uint32_t cookie_compressed_v2 = 0x1c849314;  // the same, compressed by zlib
constexpr std::size_t header_bytes = 40;
constexpr std::size_t encoded_bytes_max = 4U << 20U;

std::size_t index_of(std::int64_t value) {
    const auto bits = static_cast<std::uint64_t>(value | sub_bucket_mask);
    const auto bucket = 64 - static_cast<unsigned>(std::countl_zero(bits)) - (half_magnitude + 1);
    const std::int64_t sub = value >> bucket;
    return static_cast<std::size_t>(((std::int64_t{bucket} + 1) << half_magnitude) + sub - half_count);
}

std::int64_t low_of(std::size_t index) {
    const auto i = static_cast<std::int64_t>(index);
    const std::int64_t bucket = (i >> half_magnitude) - 1;
    const std::int64_t sub = i & (half_count - 1);
    return bucket < 0 ? sub : (sub + half_count) << bucket;
}

std::int64_t high_of(std::size_t index) {
    const std::int64_t bucket = (static_cast<std::int64_t>(index) >> half_magnitude) - 1;
    return low_of(index) + (std::int64_t{1} << std::max<std::int64_t>(bucket, 0)) - 1;
}

const std::size_t indexes = index_of(histogram::highest_us) + 1;

template <class T>
void put(std::string& out, T value) {
    for (int shift = static_cast<int>(sizeof(T)) * 8 - 8; shift >= 0; shift -= 8) {
        out.push_back(static_cast<char>(static_cast<std::uint64_t>(value) >> static_cast<unsigned>(shift)));
    }
}

std::uint64_t get(std::string_view bytes, std::size_t at, std::size_t size) {
    std::uint64_t out = 0;
    for (std::size_t i = 0; i < size; ++i) out = out << 8U | static_cast<unsigned char>(bytes[at + i]);
    return out;
}

// ZigZag LEB128, at most nine bytes: the ninth holds eight bits.
void put_zigzag(std::string& out, std::int64_t value) {
    auto rest = static_cast<std::uint64_t>(value) << 1U ^ static_cast<std::uint64_t>(value >> 63U);
    for (int n = 0; n < 8; ++n) {
        if (rest < 0x80) {
            out.push_back(static_cast<char>(rest));
            return;
        }
        out.push_back(static_cast<char>((rest & 0x7fU) | 0x80U));
        rest >>= 7U;
    }
    out.push_back(static_cast<char>(rest));
}

bool get_zigzag(std::string_view bytes, std::size_t& at, std::int64_t& value) {
    std::uint64_t out = 0;
    for (unsigned n = 0; n < 9; ++n) {
        if (at >= bytes.size()) return false;
        const auto byte = static_cast<unsigned char>(bytes[at++]);
        if (n == 8 || byte < 0x80) {
            out |= static_cast<std::uint64_t>(byte) << (7U * n);
            value = static_cast<std::int64_t>(out >> 1U) ^ -static_cast<std::int64_t>(out & 1U);
            return true;
        }
        out |= static_cast<std::uint64_t>(byte & 0x7fU) << (7U * n);
    }
    return false;
}

std::string deflated(const std::string& plain) {
    uLongf size = compressBound(static_cast<uLong>(plain.size()));
    std::string out(size, '\0');
    // zlib is a C library: its bytes are unsigned char.
    compress(reinterpret_cast<Bytef*>(out.data()), &size, reinterpret_cast<const Bytef*>(plain.data()),
             static_cast<uLong>(plain.size()));
    out.resize(size);
    return out;
}

result<std::string> inflated(std::string_view packed) {
    std::string out(header_bytes + 9 * indexes, '\0');
    auto size = static_cast<uLongf>(out.size());
    if (uncompress(reinterpret_cast<Bytef*>(out.data()), &size, reinterpret_cast<const Bytef*>(packed.data()),
                   static_cast<uLong>(packed.size())) != Z_OK) {
        return fail(errc::malformed, "a histogram that does not decompress");
    }
    out.resize(size);
    return out;
}

}  // namespace

void histogram::record(std::int64_t value_us, std::uint64_t times) {
    const std::size_t at = index_of(std::clamp<std::int64_t>(value_us, 0, highest_us));
    if (at >= counts_.size()) counts_.resize(std::min(indexes, at + half_count));
    counts_[at] += times;
    total_ += times;
}

void histogram::add(const histogram& other) {
    if (other.counts_.size() > counts_.size()) counts_.resize(other.counts_.size());
    for (std::size_t i = 0; i < other.counts_.size(); ++i) counts_[i] += other.counts_[i];
    total_ += other.total_;
}

void histogram::clear() {
    std::fill(counts_.begin(), counts_.end(), 0);
    total_ = 0;
}

std::int64_t histogram::percentile(double percent) const {
    if (total_ == 0) return 0;
    const double wanted = std::clamp(percent, 0.0, 100.0) / 100.0 * static_cast<double>(total_);
    const auto rank = std::max<std::uint64_t>(1, static_cast<std::uint64_t>(std::ceil(wanted - 1e-9)));
    std::uint64_t seen = 0;
    for (std::size_t i = 0; i < counts_.size(); ++i) {
        seen += counts_[i];
        if (seen >= rank) return high_of(i);
    }
    return max();
}

std::int64_t histogram::max() const {
    for (std::size_t i = counts_.size(); i-- > 0;) {
        if (counts_[i] != 0) return high_of(i);
    }
    return 0;
}

std::int64_t histogram::min() const {
    for (std::size_t i = 0; i < counts_.size(); ++i) {
        if (counts_[i] != 0) return low_of(i);
    }
    return 0;
}

double histogram::mean() const {
    if (total_ == 0) return 0;
    double sum = 0;
    for (const bar& b : bars()) sum += static_cast<double>(b.count) * static_cast<double>(b.low + b.high) / 2;
    return sum / static_cast<double>(total_);
}

std::vector<histogram::bar> histogram::bars() const {
    std::vector<bar> out;
    for (std::size_t i = 0; i < counts_.size(); ++i) {
        if (counts_[i] != 0) out.push_back({low_of(i), high_of(i), counts_[i]});
    }
    return out;
}

bool histogram::bars_equal(const histogram& other) const {
    const std::size_t both = std::min(counts_.size(), other.counts_.size());
    const auto zero = [](std::uint64_t n) { return n == 0; };
    const auto at = static_cast<std::ptrdiff_t>(both);
    return total_ == other.total_ && std::equal(counts_.begin(), counts_.begin() + at, other.counts_.begin()) &&
           std::all_of(counts_.begin() + at, counts_.end(), zero) &&
           std::all_of(other.counts_.begin() + at, other.counts_.end(), zero);
}

std::string histogram::encode() const {
    std::string counts;
    std::size_t end = counts_.size();
    while (end > 0 && counts_[end - 1] == 0) --end;
    for (std::size_t i = 0; i < end;) {
        if (counts_[i] != 0) {
            put_zigzag(counts, static_cast<std::int64_t>(counts_[i++]));
            continue;
        }
        std::int64_t zeros = 0;
        for (; i < end && counts_[i] == 0; ++i) ++zeros;
        put_zigzag(counts, zeros == 1 ? 0 : -zeros);
    }
    std::string plain;
    put(plain, cookie_v2);
    put(plain, static_cast<std::uint32_t>(counts.size()));
    put(plain, std::uint32_t{0});  // normalizing index offset
    put(plain, digits);
    put(plain, std::int64_t{1});  // lowest discernible value
    put(plain, highest_us);
    put(plain, std::bit_cast<std::uint64_t>(1.0));  // integer to double conversion ratio
    plain += counts;
    const std::string body = deflated(plain);
    std::string packed;
    put(packed, cookie_compressed_v2);
    put(packed, static_cast<std::uint32_t>(body.size()));
    return oauth::base64_encode(packed + body);
}

result<histogram> histogram::decode(std::string_view base64) {
    if (base64.size() > encoded_bytes_max) return fail(errc::limit, "a histogram of more than 4 MiB");
    auto packed = oauth::base64_decode(base64);
    if (!packed) return fail(packed.error());
    if (packed->size() < 8 || get(*packed, 0, 4) != cookie_compressed_v2) {
        return fail(errc::malformed, "no compressed HdrHistogram V2");
    }
    auto plain = inflated(std::string_view(*packed).substr(8));
    if (!plain) return fail(plain.error());
    if (plain->size() < header_bytes || get(*plain, 0, 4) != cookie_v2 || get(*plain, 12, 4) != digits ||
        get(*plain, 16, 8) != 1) {
        return fail(errc::malformed, "a histogram of another resolution than 1 µs and three digits");
    }
    histogram out;
    std::size_t index = 0;
    for (std::size_t at = header_bytes; at < plain->size();) {
        std::int64_t count = 0;
        if (!get_zigzag(*plain, at, count)) return fail(errc::malformed, "a histogram that ends within a number");
        // A run of empty buckets is encoded as its negative length. The bound is checked first, so that the sum
        // cannot overflow.
        const std::uint64_t step = count < 0 ? 0 - static_cast<std::uint64_t>(count) : 1;
        if (step > indexes - index) return fail(errc::malformed, "a histogram with more buckets than it can have");
        if (count > 0) out.record(low_of(index), static_cast<std::uint64_t>(count));
        index += step;
    }
    return out;
}

}  // namespace assay::load
