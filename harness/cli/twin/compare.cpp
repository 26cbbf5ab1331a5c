#include "harness/cli/twin/compare.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "harness/cli/twin/placeholders.hpp"
#include "http/media_type.hpp"
#include "oauth/jwt.hpp"

namespace assay::harness::twin {
namespace {

std::string names_of(const oauth::form& f) {
    std::vector<std::string> out;
    for (const auto& field : f.fields) out.push_back(field.first);
    std::sort(out.begin(), out.end());
    return fmt::format("{}", fmt::join(out, ", "));
}

std::string is_but_was(std::string_view what, const std::string& now, const std::string& was) {
    return now == was ? std::string{} : fmt::format("{} is {}, and was {}", what, now, was);
}

// Which keys there are is a matter of the mock.
std::string shape_of_keys(const json::value& set) {
    const auto* keys = set.find("keys");
    return keys == nullptr || keys->as_array() == nullptr || keys->as_array()->empty()
               ? std::string{}
               : shape_of(keys->as_array()->front());
}

// What is said about an error: its code, and the length and the kinds of letters of its text, whose words may be
// hidden.
std::string difference_of_errors(const json::value& now, const json::value& was) {
    const auto code =
        is_but_was("the error", std::string(now.string_at("error")), std::string(was.string_at("error")));
    if (!code.empty()) return code;
    for (const auto* name : {"error_description", "message"}) {
        const bool same = wording_of(now.string_at(name)) == wording_of(was.string_at(name));
        if (!same) return fmt::format("the {} is another", name);
    }
    return {};
}

json::value as_json(const oauth::form& f) {
    json::object out;
    for (const auto& [name, value] : f.fields) out.append(name, value);
    return out;
}

std::string difference_of_tokens(const rehearsed& r) {
    const auto scope = is_but_was("the scope", std::string(r.answer.string_at("scope")),
                                  std::string(r.of->answer.string_at("scope")));
    if (!scope.empty()) return scope;
    for (const auto* name : {"id_token", "access_token"}) {
        const auto token = r.of->answer.string_at(name);
        if (token.empty() || is_masked(token)) continue;
        const auto was = claims_of(token);
        const auto now = claims_of(r.answer.string_at(name));
        if (was.is_null() != now.is_null()) return fmt::format("{} is {} JWT", name, now.is_null() ? "no" : "a");
        if (was.is_null()) continue;
        const auto told =
            is_but_was(fmt::format("the claims of {}", name), shape_of(now, false), shape_of(was, false));
        if (!told.empty()) return told;
    }
    return {};
}

}  // namespace

json::value claims_of(std::string_view token) {
    const auto parts = oauth::parse_jws(token);
    return parts ? json::parse(parts->payload).value_or(json::value()) : json::value();
}

std::string shape_of(const json::value& v, bool ordered) {
    if (v.as_number()) return "number";
    if (const auto* list = v.as_array())
        return list->empty() ? "[]" : fmt::format("[{}]", shape_of(list->front(), ordered));
    const auto* object = v.as_object();
    if (object == nullptr) return std::string(json::kind_name(v.kind()));
    std::vector<std::string> out;
    for (const auto& m : object->members) out.push_back(fmt::format("{}: {}", m.name, shape_of(m.v, ordered)));
    if (!ordered) std::sort(out.begin(), out.end());
    return fmt::format("{{{}}}", fmt::join(out, ", "));
}

std::string difference(const rehearsed& r) {
    const auto& s = *r.of;
    if (!r.skipped.empty()) return {};
    if (s.is_refused() != r.is_refused()) {
        if (s.is_refused()) return "it was refused, and is not";
        return r.refused.rule.empty() ? fmt::format("it is answered with {}", r.got.status)
                                      : fmt::format("it is refused by {}", r.refused.rule);
    }
    if (s.kind == step_kind::authorize) {
        if (s.callback.fields.empty())
            return is_but_was("the status", std::to_string(r.got.status), std::to_string(s.of.response.status));
        const auto names = is_but_was("the callback", names_of(r.callback), names_of(s.callback));
        return names.empty() ? difference_of_errors(as_json(r.callback), as_json(s.callback)) : names;
    }
    const auto told = is_but_was("the status", std::to_string(r.got.status), std::to_string(s.of.response.status));
    if (!told.empty()) return told;
    if (s.answer.is_null()) return {};
    const auto type = is_but_was("the media type", media_type(r.got.head), media_type(s.of.response.head));
    if (!type.empty()) return type;
    if (s.kind == step_kind::jwks) return is_but_was("a key", shape_of_keys(r.answer), shape_of_keys(s.answer));
    const auto body = is_but_was("the answer", shape_of(r.answer), shape_of(s.answer));
    if (!body.empty()) return body;
    if (s.is_refused()) return difference_of_errors(r.answer, s.answer);
    return s.kind == step_kind::token ? difference_of_tokens(r) : std::string{};
}

}  // namespace assay::harness::twin
