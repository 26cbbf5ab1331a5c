#include "data/nearest.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace assay {
namespace {

// Optimal string alignment distance: insert, delete, replace, swap neighbours.
std::size_t distance(std::string_view a, std::string_view b) {
    std::vector<std::vector<std::size_t>> d(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
    for (std::size_t i = 0; i <= a.size(); ++i) d[i][0] = i;
    for (std::size_t j = 0; j <= b.size(); ++j) d[0][j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t cost = a[i - 1] == b[j - 1] ? 0 : 1;
            d[i][j] = std::min({d[i - 1][j] + 1, d[i][j - 1] + 1, d[i - 1][j - 1] + cost});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                d[i][j] = std::min(d[i][j], d[i - 2][j - 2] + 1);
        }
    }
    return d[a.size()][b.size()];
}

// The words of a name in alphabetical order, so that wrong_aud finds aud_wrong.
std::vector<std::string> words_of(std::string_view name) {
    std::vector<std::string> out(1);
    for (const char ch : name) {
        if (ch == '_' || ch == '.' || ch == '-') {
            out.emplace_back();
        } else {
            out.back() += ch;
        }
    }
    std::sort(out.begin(), out.end());
    return out;
}

// The shortest name that contains `typed`, for a name that was typed in part.
std::string longer_name(std::string_view typed, std::span<const std::string> names) {
    constexpr std::size_t telling = 3;
    std::string best;
    for (const auto& name : names) {
        const bool shorter = best.empty() || name.size() < best.size();
        if (typed.size() >= telling && shorter && name.find(typed) != std::string::npos) best = name;
    }
    return best;
}

// The name of one word with the longest common beginning, for another form of it: registration for register.
std::string same_stem(std::string_view typed, std::span<const std::string> names) {
    constexpr std::size_t telling = 4;
    std::string best;
    std::size_t most = telling - 1;
    for (const auto& name : names) {
        const auto end = std::mismatch(typed.begin(), typed.end(), name.begin(), name.end()).first;
        const auto common = static_cast<std::size_t>(end - typed.begin());
        const bool one_word = name.find_first_of("_.-") == std::string::npos;
        if (one_word && common > most && 2 * common > std::min(typed.size(), name.size())) {
            most = common;
            best = name;
        }
    }
    return best;
}

}  // namespace

std::string nearest(std::string_view typed, std::span<const std::string> names) {
    const auto words = words_of(typed);
    for (const auto& name : names) {
        if (name != typed && words_of(name) == words) return name;
    }
    std::string best;
    std::size_t best_distance = std::max<std::size_t>(2, typed.size() / 3) + 1;
    for (const auto& name : names) {
        // The distance is at least the difference in length. Without this a stranger's long name would be compared
        // with hundreds of names, each at the product of both lengths.
        const auto apart = std::max(name.size(), typed.size()) - std::min(name.size(), typed.size());
        if (apart >= best_distance || name.size() > 200 || typed.size() > 200) continue;
        const auto far = distance(typed, name);
        if (far < best_distance) {
            best_distance = far;
            best = name;
        }
    }
    if (best.empty()) best = longer_name(typed, names);
    return best.empty() ? same_stem(typed, names) : best;
}

std::string did_you_mean(std::string_view typed, std::span<const std::string> names) {
    if (const auto best = nearest(typed, names); !best.empty()) return fmt::format("; did you mean '{}'?", best);
    if (names.empty() || names.size() > 12) return {};
    return fmt::format("; known: {}", fmt::join(names, ", "));
}

}  // namespace assay
