#include "oauth/scope.hpp"

#include <algorithm>

namespace assay::oauth {

scope_set parse_scope(std::string_view text) {
    scope_set out;
    if (!text.empty()) out.reserve(static_cast<std::size_t>(1 + std::count(text.begin(), text.end(), ' ')));
    while (!text.empty()) {
        const auto end = std::min(text.find(' '), text.size());
        const auto token = text.substr(0, end);
        if (!token.empty() && !has_scope(out, token)) out.emplace_back(token);
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return out;
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
    return std::all_of(part.begin(), part.end(), [&](const std::string& token) { return has_scope(whole, token); });
}

scope_set intersect(const scope_set& wanted, const scope_set& allowed) {
    scope_set out;
    for (const auto& token : wanted) {
        if (has_scope(allowed, token)) out.push_back(token);
    }
    return out;
}

}  // namespace assay::oauth
