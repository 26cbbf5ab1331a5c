#include "mock_server/faults/fault_value.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "data/nearest.hpp"

namespace assay::mock {
namespace {

using json::kind;

// The value to check, and how a message names it.
struct judged {
    const fault& of;
    const std::string& parameter;
    std::string called;  // "parameter 'members' of fault 'json_type'", "'expires_in' in …"
};

std::vector<std::string> names_of(const json::object& parameters) {
    std::vector<std::string> out;
    for (const auto& p : parameters.members) out.push_back(p.name);
    return out;
}

std::vector<std::string> texts_of(const json::value& list) {
    std::vector<std::string> out;
    for (const auto& one : *list.as_array()) out.push_back(*one.as_string());
    return out;
}

std::string as_text(const json::value& v) {
    return v.is_string() ? *v.as_string() : json::format(v);
}

result<void> among(const std::vector<std::string>& texts, const std::string& text, const std::string& called) {
    if (std::find(texts.begin(), texts.end(), text) != texts.end()) return {};
    const auto near = nearest(text, texts);
    return fail(errc::usage, fmt::format("{} must be one of {}, not '{}'{}", called, fmt::join(texts, ", "), text,
                                         near.empty() ? "" : fmt::format("; did you mean '{}'?", near)));
}

result<void> check_kind(const judged& j, kind wanted, const json::value& like, const json::value& v) {
    if (wanted == v.kind()) return {};
    return fail(errc::usage, fmt::format("{} must be of type {}, as its default {}, not {}", j.called,
                                         json::kind_name(wanted), json::format(like), json::format(v)));
}

result<void> check_range(const judged& j, const json::value& v) {
    const auto* bounds = j.of.limits.find(j.parameter);
    if (bounds == nullptr) return {};
    const auto least = *bounds->as_array()->at(0).as_integer();
    const auto most = *bounds->as_array()->at(1).as_integer();
    if (v.as_integer() && *v.as_integer() >= least && *v.as_integer() <= most) return {};
    return fail(errc::usage,
                fmt::format("{} must be an integer from {} to {}, not {}", j.called, least, most, json::format(v)));
}

// A single value, or a value in a list or a map.
result<void> check_single(const judged& j, const json::value& v) {
    if (const auto* choices = j.of.choices.find(j.parameter)) return among(texts_of(*choices), as_text(v), j.called);
    return check_range(j, v);
}

result<void> check_list(const judged& j, const json::array& defaults, const json::array& given) {
    if (given.empty())
        return fail(errc::usage, fmt::format("{} must not be empty: it would change nothing", j.called));
    for (const auto& one : given) {
        const judged inner{j.of, j.parameter, fmt::format("each value in {}", j.called)};
        if (auto ok = check_kind(inner, defaults.front().kind(), defaults.front(), one); !ok) return ok;
        if (auto ok = check_single(inner, one); !ok) return ok;
    }
    return {};
}

result<void> check_map(const judged& j, const json::object& given) {
    if (given.empty())
        return fail(errc::usage, fmt::format("{} must not be empty: it would change nothing", j.called));
    for (const auto& m : given.members) {
        if (const auto* keys = j.of.keys.find(j.parameter)) {
            if (auto ok = among(texts_of(*keys), m.name, fmt::format("a name in {}", j.called)); !ok) return ok;
        }
        if (auto ok = check_single({j.of, j.parameter, fmt::format("'{}' in {}", m.name, j.called)}, m.v); !ok)
            return ok;
    }
    return {};
}

}  // namespace

result<void> check_parameter(const fault& f, const std::string& name, const json::value& v) {
    const auto* like = f.parameters.find(name);
    if (like == nullptr) {
        const auto names = names_of(f.parameters);
        return fail(errc::usage, fmt::format("fault '{}' has no parameter '{}'; {}", f.name, name,
                                             names.empty() ? "it takes none"
                                                           : fmt::format("it takes {}", fmt::join(names, ", "))));
    }
    const judged j{f, name, fmt::format("parameter '{}' of fault '{}'", name, f.name)};
    // A text parameter takes any JSON value: it may be a whole body.
    if (!like->is_string()) {
        if (auto ok = check_kind(j, like->kind(), *like, v); !ok) return ok;
    }
    if (const auto* list = like->as_array()) return check_list(j, *list, *v.as_array());
    if (like->is_object()) return check_map(j, *v.as_object());
    return check_single(j, v);
}

}  // namespace assay::mock
