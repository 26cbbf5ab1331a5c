#include "mock_server/issuer/claim_template.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "data/nearest.hpp"

namespace assay::mock {
namespace {

constexpr std::string_view opening = "${";
constexpr std::string_view of_request = "request.";
const std::vector<std::string> template_names{"user.username",     "user.sub",  "user.name", "user.email",
                                              "user.phone_number", "client_id", "scope"};

std::optional<std::string_view> value_of(std::string_view name, const claim_values& from) {
    if (name.starts_with(of_request)) {
        const auto* sent = from.request == nullptr ? nullptr : from.request->find(name.substr(of_request.size()));
        return sent == nullptr ? std::nullopt : std::optional<std::string_view>(*sent);
    }
    const auto found = std::find_if(from.named.begin(), from.named.end(),
                                    [&](const auto& one) { return one.first == name && !one.second.empty(); });
    return found == from.named.end() ? std::nullopt : std::optional(found->second);
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

result<void> demand_names(std::string_view v) {
    std::string wrong;
    const bool closed = split(
        v, [](std::string_view) {},
        [&](std::string_view name) {
            const bool known = std::find(template_names.begin(), template_names.end(), name) != template_names.end();
            const bool sent = name.starts_with(of_request) && name.size() > of_request.size();
            if (!known && !sent && wrong.empty()) wrong = name.empty() ? "}" : name;
        });
    if (!closed) return fail(errc::usage, fmt::format("'{}' has no '}}' for its '${{'", v));
    if (wrong.empty()) return {};
    return fail(errc::usage, fmt::format("a claim cannot be made of '{}'; take {} or request.PARAMETER{}", wrong,
                                         fmt::join(template_names, ", "), did_you_mean(wrong, template_names)));
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

}  // namespace

result<void> demand_template(const json::value& v) {
    if (const auto* text = v.as_string()) return demand_names(*text);
    if (const auto* list = v.as_array()) {
        for (const auto& one : *list) {
            if (auto ok = demand_template(one); !ok) return ok;
        }
    }
    if (const auto* object = v.as_object()) {
        for (const auto& m : object->members) {
            if (auto ok = demand_template(m.v); !ok) return ok;
        }
    }
    return {};
}

std::optional<json::value> filled_in(const json::value& v, const claim_values& from) {
    if (const auto* text = v.as_string()) {
        if (text->find(opening) == std::string::npos) return v;
        auto filled = filled_text(*text, from);
        if (!filled) return std::nullopt;
        return json::value(std::move(*filled));
    }
    if (const auto* list = v.as_array()) {
        json::array out;
        for (const auto& one : *list) {
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

}  // namespace assay::mock
