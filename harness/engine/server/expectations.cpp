#include "harness/engine/server/expectations.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "http/media_type.hpp"

namespace assay::harness {
namespace {

using found = std::optional<deviation>;

found from(std::string at, const std::optional<mismatch>& m, const yaml::place& place) {
    if (!m) return std::nullopt;
    return deviation{std::move(at), m->expected, m->actual, m->place.line > 0 ? m->place : place};
}

// "400 {"error":"invalid_request"}": the answer in place of a redirect.
std::string in_short(const observation& a) {
    if (a.redirected) return "a redirect to " + a.location;
    if (!a.response) return "no answer";
    constexpr std::size_t longest = 160;
    std::string body = a.response->body.substr(0, longest);
    std::replace(body.begin(), body.end(), '\n', ' ');
    return fmt::format("{} {}", a.response->status, body);
}

found judge_json(const assertion& what, const matcher& m, const observation& a) {
    if (what.name.empty()) {
        const auto m_found = match(m, a.json ? &*a.json : nullptr);
        return from(m_found && !m_found->at.empty() ? "json " + m_found->at : "json", m_found, what.at);
    }
    const std::string at = what.name.starts_with('/') ? what.name : "/" + what.name;
    const json::value* v = nullptr;
    if (a.json) v = what.name.starts_with('/') ? a.json->at_pointer(at) : a.json->find(what.name);
    auto m_found = match(m, v);
    if (!m_found) return std::nullopt;
    if (!a.json && a.response) m_found->actual = "no JSON: " + in_short(a);
    const std::string below = m_found->at;
    return from("json " + at + below, m_found, what.at);
}

found judge_members(const assertion& what, const matcher& m, const observation& a) {
    json::array names;
    if (a.json && a.json->is_object()) {
        std::vector<std::string> list;
        for (const json::member& one : a.json->as_object()->members) list.push_back(one.name);
        std::sort(list.begin(), list.end());
        names.assign(list.begin(), list.end());
    }
    const json::value v(std::move(names));
    return from("json members", match(m, &v), what.at);
}

found judge_flag(const assertion& what, const matcher& m, bool actual, const std::string& yes, const std::string& no,
                 const observation& a) {
    const bool wanted = m.literal.as_boolean().value_or(true);
    if (wanted == actual) return std::nullopt;
    return deviation{what.what == aspect::page       ? "page"
                     : what.what == aspect::redirect ? "redirect"
                                                     : "status",
                     wanted ? yes : no, in_short(a), what.at};
}

found judge_redirect_part(const assertion& what, const matcher& m, const observation& a) {
    const bool query = what.what == aspect::redirect_query;
    return from(fmt::format("redirect {} {}", query ? "query" : "fragment", what.name),
                match_text(m, (query ? a.query : a.fragment).find(what.name)), what.at);
}

found judge_member(const assertion& what, const matcher& m, const std::optional<json::object>& o,
                   std::string_view part) {
    const json::value whole(o.value_or(json::object{}));
    const json::value* v = what.name.empty()            ? &whole
                           : what.name.starts_with('/') ? whole.at_pointer(what.name)
                                                        : whole.find(what.name);
    return from(fmt::format("jwt {} {}", part, what.name), match(m, v), what.at);
}

found judge_lifetime(const assertion& what, const matcher& m, const observation& a) {
    const json::value* exp = a.claims ? a.claims->find("exp") : nullptr;
    const json::value* iat = a.claims ? a.claims->find("iat") : nullptr;
    if (exp == nullptr || iat == nullptr || !exp->as_integer() || !iat->as_integer()) {
        return from("jwt exp - iat", match(m, nullptr), what.at);
    }
    const json::value lifetime(*exp->as_integer() - *iat->as_integer());
    return from("jwt exp - iat", match(m, &lifetime), what.at);
}

found judge_response(const assertion& what, const matcher& m, const observation& a) {
    const json::value status = a.response ? json::value(a.response->status) : json::value();
    switch (what.what) {
        case aspect::status:
            return from("status", match(m, a.response ? &status : nullptr), what.at);
        case aspect::header: {
            const std::string* v = a.response ? a.response->head.find(what.name) : nullptr;
            return from("header " + what.name, match_text(m, v), what.at);
        }
        case aspect::content_type: {
            const bool named = a.response && a.response->head.find("content-type") != nullptr;
            const std::string media = named ? http::media_type(a.response->head) : std::string{};
            return from("content type", match_text(m, named ? &media : nullptr), what.at);
        }
        case aspect::body:
            return from("body", match_text(m, a.response ? &a.response->body : nullptr), what.at);
        default:
            return judge_flag(what, m, a.response && a.response->status < 500, "no server error", "a server error",
                              a);
    }
}

found judge_one(const assertion& what, const matcher& m, const observation& a) {
    const std::string target = a.location.substr(0, a.location.find_first_of("?#"));
    switch (what.what) {
        case aspect::json:
            return judge_json(what, m, a);
        case aspect::json_members:
            return judge_members(what, m, a);
        case aspect::page:
            return judge_flag(what, m, !a.redirected, "an answer for the person, no redirect", "a redirect", a);
        case aspect::redirect:
            return judge_flag(what, m, a.at_client, "a redirect to the client", "no redirect to the client", a);
        case aspect::redirect_to:
            return from("redirect to", match_text(m, a.redirected ? &target : nullptr), what.at);
        case aspect::redirect_query:
        case aspect::redirect_fragment:
            return judge_redirect_part(what, m, a);
        case aspect::jwt_header:
            return judge_member(what, m, a.jose, "header");
        case aspect::jwt_claim:
            return judge_member(what, m, a.claims, "claim");
        case aspect::jwt_signature:
            return from("jwt signature", match_text(m, a.signature.empty() ? nullptr : &a.signature), what.at);
        case aspect::jwt_lifetime:
            return judge_lifetime(what, m, a);
        default:
            return judge_response(what, m, a);
    }
}

}  // namespace

result<std::vector<deviation>> judge(const std::vector<assertion>& expect, const observation& a,
                                     const variables& vars) {
    std::vector<deviation> out;
    for (const assertion& what : expect) {
        // Without a redirect there is no query: the first finding reports that for all of its parameters.
        const bool part = what.what == aspect::redirect_query || what.what == aspect::redirect_fragment;
        if (part && !a.redirected && !out.empty()) continue;
        // A token that cannot be parsed has no claims: the finding is that it is not a JWS.
        const bool claims = what.what == aspect::jwt_header || what.what == aspect::jwt_claim;
        if (claims && !a.jose && !a.signature.empty()) continue;
        auto m = vars.expand(what.wants);
        if (!m) return fail(m.error());
        if (auto bad = judge_one(what, *m, a)) out.push_back(std::move(*bad));
    }
    return out;
}

}  // namespace assay::harness
