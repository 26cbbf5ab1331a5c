#include "oauth/scope.hpp"

#include <algorithm>
#include <unordered_set>
#include <vector>

namespace assay::oauth {
namespace {

// Up to this many tokens are compared one by one, which is enough for ordinary requests. More are put in a hash set,
// so that a hostile scope costs linear, not quadratic, time.
constexpr std::size_t handful = 16;

class lookup {
public:
    explicit lookup(const scope_set& scope) : few_(scope) {
        if (scope.size() > handful) many_.insert(scope.begin(), scope.end());
    }
    [[nodiscard]] bool has(std::string_view token) const {
        return many_.empty() ? has_scope(few_, token) : many_.contains(token);
    }

private:
    const scope_set& few_;
    std::unordered_set<std::string_view> many_;
};

}  // namespace

scope_set parse_scope(std::string_view text) {
    std::vector<std::string_view> tokens;
    std::unordered_set<std::string_view> seen;
    while (!text.empty()) {
        const auto end = std::min(text.find(' '), text.size());
        const auto token = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        if (token.empty()) continue;
        if (tokens.size() == handful && seen.empty()) seen.insert(tokens.begin(), tokens.end());
        const bool fresh = tokens.size() < handful ? std::find(tokens.begin(), tokens.end(), token) == tokens.end()
                                                   : seen.insert(token).second;
        if (fresh) tokens.push_back(token);
    }
    return {tokens.begin(), tokens.end()};
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
