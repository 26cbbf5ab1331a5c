#include "oauth/scope.hpp"

#include <algorithm>
#include <numeric>
#include <vector>

namespace assay::oauth {
namespace {

// Up to this many tokens are compared one by one, which is enough for ordinary requests. More are sorted, so that a
// hostile scope costs little more than linear time; in a hash table it could consist of collisions.
constexpr std::size_t handful = 16;

class lookup {
public:
    explicit lookup(const scope_set& scope) : few_(scope) {
        if (scope.size() <= handful) return;
        many_.assign(scope.begin(), scope.end());
        std::sort(many_.begin(), many_.end());
    }
    [[nodiscard]] bool has(std::string_view token) const {
        return many_.empty() ? has_scope(few_, token) : std::binary_search(many_.begin(), many_.end(), token);
    }

private:
    const scope_set& few_;
    std::vector<std::string_view> many_;
};

// Of repeated tokens the first one stays.
void drop_repeated(scope_set& tokens) {
    std::vector<std::size_t> order(tokens.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        const auto which = tokens[a].compare(tokens[b]);
        return which < 0 || (which == 0 && a < b);
    });
    for (std::size_t n = 1, first = 0; n < order.size(); ++n) {
        if (tokens[order[n]] == tokens[order[first]]) {
            tokens[order[n]].clear();
        } else {
            first = n;
        }
    }
    std::erase_if(tokens, [](const std::string& token) { return token.empty(); });
}

}  // namespace

scope_set parse_scope(std::string_view text) {
    scope_set tokens;
    const auto spaces = static_cast<std::size_t>(std::count(text.begin(), text.end(), ' '));
    tokens.reserve(text.empty() ? 0 : std::min(spaces + 1, handful));
    while (!text.empty()) {
        const auto end = std::min(text.find(' '), text.size());
        const auto token = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        if (token.empty()) continue;
        // A handful is kept free of repetitions at once, for the sake of ordinary requests.
        if (tokens.size() >= handful || std::find(tokens.begin(), tokens.end(), token) == tokens.end())
            tokens.emplace_back(token);
    }
    if (tokens.size() > handful) drop_repeated(tokens);
    return tokens;
}

std::string format_scope(const scope_set& scope) {
    std::string out;
    for (const auto& token : scope) {
        if (!out.empty()) out += ' ';
        out += token;
    }
    return out;
}

bool is_scope_token(std::string_view token) {
    const auto allowed = [](char c) { return c >= '!' && c <= '~' && c != '"' && c != '\\'; };
    return !token.empty() && std::all_of(token.begin(), token.end(), allowed);
}

bool has_scope(const scope_set& scope, std::string_view token) {
    return std::find(scope.begin(), scope.end(), token) != scope.end();
}

bool is_subset(const scope_set& part, const scope_set& whole) {
    const lookup all(whole);
    return std::all_of(part.begin(), part.end(), [&](const std::string& token) { return all.has(token); });
}

scope_set intersect(const scope_set& wanted, const scope_set& allowed) {
    scope_set out;
    const lookup all(allowed);
    for (const auto& token : wanted) {
        if (all.has(token)) out.push_back(token);
    }
    return out;
}

}  // namespace assay::oauth
