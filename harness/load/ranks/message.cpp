#include "harness/load/ranks/message.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstring>

namespace assay::load {

std::int64_t clock_ns() {
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::nanoseconds>(now).count();
}

std::int64_t number_in(std::string_view text) {
    std::int64_t n = 0;
    std::from_chars(text.data(), text.data() + text.size(), n);
    return n;
}

// For each kind a count, then so many numbers. All ranks run the same program, on machines of one byte order.
std::string write_digests(const unique_digests& all, std::size_t of, std::size_t ranks) {
    std::string out;
    const auto put = [&](std::uint64_t n) {
        std::array<char, sizeof n> bytes{};
        std::memcpy(bytes.data(), &n, sizeof n);
        out.append(bytes.data(), bytes.size());
    };
    for (const auto& kind : all) {
        const auto mine = [&](std::uint64_t d) { return d % ranks == of; };
        put(static_cast<std::uint64_t>(std::count_if(kind.begin(), kind.end(), mine)));
        for (const std::uint64_t d : kind) {
            if (mine(d)) put(d);
        }
    }
    return out;
}

void read_digests(std::string_view text, unique_digests& out) {
    const auto take = [&](std::uint64_t& n) {
        if (text.size() < sizeof n) return false;
        std::memcpy(&n, text.data(), sizeof n);
        text.remove_prefix(sizeof n);
        return true;
    };
    for (auto& kind : out) {
        std::uint64_t count = 0;
        if (!take(count)) return;
        for (std::uint64_t d = 0; count > 0 && take(d); --count) kind.push_back(d);
    }
}

std::array<std::uint64_t, unique_kinds> repetitions(unique_digests& all) {
    std::array<std::uint64_t, unique_kinds> out{};
    for (std::size_t kind = 0; kind < unique_kinds; ++kind) {
        auto& values = all[kind];
        std::sort(values.begin(), values.end());
        const auto end = std::unique(values.begin(), values.end());
        out[kind] = static_cast<std::uint64_t>(values.end() - end);
    }
    return out;
}

}  // namespace assay::load
