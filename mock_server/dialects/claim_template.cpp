#include "mock_server/dialects/claim_template.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "data/nearest.hpp"

namespace assay::mock {
namespace {

constexpr std::string_view opening = "${";
constexpr std::string_view of_request = "request.";
using strings = std::vector<std::string>;
const strings template_names{"user.username",
                             "user.sub",
                             "user.name",
                             "user.given_name",
                             "user.family_name",
                             "user.email",
                             "user.email_domain",
                             "user.phone_number",
                             "user.number",
                             "user.digits",
                             "user.roles",
                             "user.groups",
                             "organization.id",
                             "organization.slug",
                             "organization.name",
                             "client_id",
                             "client.name",
                             "client.roles",
                             "roles",
                             "scope",
                             "scopes",
                             "session",
                             "issuer"};
const strings& answer_names() {
    static const strings all = [] {
        strings out = template_names;
        for (const auto* one :
             {"user_scope", "base", "now", "time", "uuid", "access_token", "token_type", "expires_in",
              "refresh_token", "refresh_expires_in", "id_token", "error", "error_description", "status", "state"}) {
            out.emplace_back(one);
        }
        return out;
    }();
    return all;
}

std::optional<std::string> value_of(std::string_view name, const claim_values& from) {
    if (const auto* typed = from.named.find(name))
        return typed->is_string() ? *typed->as_string() : json::format(*typed);
    if (!name.starts_with(of_request)) return std::nullopt;
    const auto* sent = from.request == nullptr ? nullptr : from.request->find(name.substr(of_request.size()));
    return sent == nullptr ? std::nullopt : std::optional(*sent);
}

// Calls `text` for what stands as it is, `name` for what stands between "${" and "}". False: no "}".
template <class Text, class Name>
bool split(std::string_view v, Text text, Name name) {
    while (!v.empty()) {
        const auto begin = v.find(opening);
        text(v.substr(0, begin));
        if (begin == std::string_view::npos) return true;
        const auto end = v.find('}', begin);
        if (end == std::string_view::npos) return false;
        name(v.substr(begin + opening.size(), end - begin - opening.size()));
        v.remove_prefix(end + 1);
    }
    return true;
}

result<void> demand_names(std::string_view v, const strings& names) {
    std::string wrong;
    const bool closed = split(
        v, [](std::string_view) {},
        [&](std::string_view name) {
            const bool known = std::find(names.begin(), names.end(), name) != names.end();
            const bool sent = name.starts_with(of_request) && name.size() > of_request.size();
            if (!known && !sent && wrong.empty()) wrong = name.empty() ? "}" : name;
        });
    if (!closed) return fail(errc::usage, fmt::format("'{}' has no '}}' for its '${{'", v));
    if (wrong.empty()) return {};
    return fail(errc::usage, fmt::format("a claim cannot be made of '{}'; take {} or request.PARAMETER{}", wrong,
                                         fmt::join(names, ", "), did_you_mean(wrong, names)));
}

std::optional<std::string> filled_text(std::string_view v, const claim_values& from) {
    std::string out;
    bool whole = true;
    split(
        v, [&](std::string_view text) { out += text; },
        [&](std::string_view name) {
            const auto value = value_of(name, from);
            whole = whole && value.has_value();
            out += value.value_or("");
        });
    return whole ? std::optional(out) : std::nullopt;
}

result<void> demand_made_of(const json::value& v, const strings& names) {
    if (const auto* text = v.as_string()) return demand_names(*text, names);
    if (const auto* list = v.as_array()) {
        for (const auto& one : *list) {
            if (auto ok = demand_made_of(one, names); !ok) return ok;
        }
    }
    if (const auto* object = v.as_object()) {
        for (const auto& m : object->members) {
            if (auto ok = demand_made_of(m.v, names); !ok) return ok;
        }
    }
    return {};
}

// The value with its type if the text is one name and nothing else.
const json::value* typed_value(std::string_view text, const claim_values& from) {
    if (!text.starts_with(opening) || text.find('}') != text.size() - 1) return nullptr;
    return from.named.find(text.substr(opening.size(), text.size() - opening.size() - 1));
}

// The list that an element of a list names.
const json::array* named_list(const json::value& element, const claim_values& from) {
    const auto* typed = element.is_string() ? typed_value(*element.as_string(), from) : nullptr;
    return typed == nullptr ? nullptr : typed->as_array();
}

constexpr std::string_view condition_mark = " ?";

std::optional<json::value> filled_in(const json::value& v, const claim_values& from) {
    if (const auto* text = v.as_string()) {
        if (text->find(opening) == std::string::npos) return v;
        if (const auto* typed = typed_value(*text, from)) return *typed;
        auto filled = filled_text(*text, from);
        if (!filled) return std::nullopt;
        return json::value(std::move(*filled));
    }
    if (const auto* list = v.as_array()) {
        json::array out;
        for (const auto& one : *list) {
            if (const auto* all = named_list(one, from)) {
                out.insert(out.end(), all->begin(), all->end());
                continue;
            }
            auto filled = filled_in(one, from);
            if (!filled) return std::nullopt;
            out.push_back(std::move(*filled));
        }
        return json::value(std::move(out));
    }
    if (const auto* object = v.as_object()) {
        json::object out;
        for (const auto& m : object->members) {
            auto filled = filled_in(m.v, from);
            if (!filled) return std::nullopt;
            out.append(m.name, std::move(*filled));
        }
        return json::value(std::move(out));
    }
    return v;
}

}  // namespace

result<void> demand_template(const json::value& v) {
    return demand_made_of(v, template_names);
}

result<void> demand_answer_template(const json::value& v) {
    return demand_made_of(v, answer_names());
}

std::optional<json::value> filled_claim(const json::value& v, const claim_values& from) {
    auto out = filled_in(v, from);
    if (!v.is_string() || !out) return out;
    const bool nothing = out->is_array() ? out->as_array()->empty() : *out == json::value("") && *v.as_string() != "";
    return nothing ? std::nullopt : std::move(out);
}

json::value filled_answer(const json::value& v, const claim_values& from) {
    if (const auto* list = v.as_array()) {
        json::array out;
        for (const auto& one : *list) {
            const auto* all = named_list(one, from);
            if (all != nullptr) out.insert(out.end(), all->begin(), all->end());
            if (all == nullptr) out.push_back(filled_answer(one, from));
        }
        return out;
    }
    const auto* object = v.as_object();
    if (object == nullptr) return filled_in(v, from).value_or(json::value());
    json::object out;
    for (const auto& m : object->members) {
        const auto mark = m.name.find(condition_mark);
        if (mark != std::string::npos &&
            value_of(m.name.substr(mark + condition_mark.size()), from).value_or("").empty())
            continue;
        const bool whole = m.v.is_object() || m.v.is_array() || filled_in(m.v, from).has_value();
        if (whole) out.append(m.name.substr(0, mark), filled_answer(m.v, from));
    }
    return out;
}

}  // namespace assay::mock
