#include "mock_server/faults/operations.hpp"

#include <fmt/format.h>

namespace assay::mock {
namespace {

std::string as_text(const json::value& v) {
    return v.is_string() ? *v.as_string() : json::format(v);
}

// Parameter, or the value of the call; nullptr where neither has the name.
const json::value* named(std::string_view name, const json::object& parameters, const json::object& call) {
    const auto* p = parameters.find(name);
    return p != nullptr ? p : call.find(name);
}

std::string filled_text(std::string_view text, const json::object& parameters, const json::object& call) {
    std::string out;
    while (!text.empty()) {
        const auto begin = text.find("${");
        const auto end = begin == std::string_view::npos ? begin : text.find('}', begin);
        if (end == std::string_view::npos) return out.append(text);
        out.append(text.substr(0, begin));
        const auto hole = text.substr(begin, end - begin + 1);
        const auto* v = named(hole.substr(2, hole.size() - 3), parameters, call);
        out += v != nullptr ? as_text(*v) : std::string(hole);
        text.remove_prefix(end + 1);
    }
    return out;
}

json::value retyped(const json::value& v, std::string_view kind) {
    if (kind == "null") return nullptr;
    if (kind == "string") return as_text(v);
    if (kind == "number") return v.as_integer().value_or(1);
    if (kind == "float") {
        const auto n = v.as_integer().value_or(1);
        return json::decimal{static_cast<double>(n), fmt::format("{}.0", n)};
    }
    if (kind == "array") return json::array{v};
    if (kind == "object") return json::object{{"value", v}};
    return v;
}

void shift(json::object& target, const json::object& by) {
    for (const auto& m : by.members) {
        const auto* old = target.find(m.name);
        if (old == nullptr) old = target.find("iat");
        const auto base = old != nullptr ? old->as_integer() : std::nullopt;
        target.set(m.name, base.value_or(0) + m.v.as_integer().value_or(0));
    }
}

void apply_verb(json::object& target, std::string_view verb, const json::value& arguments) {
    if (const auto* names = arguments.as_array(); names != nullptr && verb == ".drop") {
        for (const auto& name : *names) {
            if (const auto* s = name.as_string()) target.erase(*s);
        }
    }
    if (const auto* names = arguments.as_array(); names != nullptr && verb == ".null") {
        for (const auto& name : *names) target.set(as_text(name), nullptr);
    }
    const auto* members = arguments.as_object();
    if (members == nullptr) return;
    if (verb == ".shift") shift(target, *members);
    for (const auto& m : members->members) {
        if (verb == ".set") target.set(m.name, m.v);
        if (verb == ".add") target.append(m.name, m.v);
        if (verb == ".retype") {
            const auto* old = target.find(m.name);
            if (old != nullptr) target.set(m.name, retyped(*old, as_text(m.v)));
        }
    }
}

}  // namespace

json::value filled(const json::value& v, const json::object& parameters, const json::object& call) {
    if (const auto* s = v.as_string()) {
        if (s->starts_with("${") && s->find('}') == s->size() - 1) {
            const auto* whole = named(std::string_view(*s).substr(2, s->size() - 3), parameters, call);
            return whole != nullptr ? *whole : v;
        }
        return filled_text(*s, parameters, call);
    }
    if (const auto* a = v.as_array()) {
        json::array out;
        for (const auto& item : *a) out.push_back(filled(item, parameters, call));
        return out;
    }
    if (const auto* o = v.as_object()) {
        json::object out;
        for (const auto& m : o->members)
            out.append(filled_text(m.name, parameters, call), filled(m.v, parameters, call));
        return out;
    }
    return v;
}

void apply_members(json::object& target, const std::vector<operation>& operations, std::string_view prefix) {
    for (const auto& op : operations) {
        if (op.name.starts_with(prefix))
            apply_verb(target, std::string_view(op.name).substr(prefix.size()), op.arguments);
    }
}

}  // namespace assay::mock
