#include "mock_server/faults/operations/members.hpp"

#include <fmt/format.h>

#include "mock_server/faults/operations/arguments.hpp"

namespace assay::mock::operations {
namespace {

json::value retyped(const json::value& v, std::string_view kind) {
    if (kind == "null") return nullptr;
    if (kind == "string") return text_of(v);
    if (kind == "number") return v.as_integer().value_or(1);
    if (kind == "float") {
        const auto n = v.as_integer().value_or(1);
        return json::decimal{static_cast<double>(n), fmt::format("{}.0", n)};
    }
    if (kind == "array") return json::array{v};
    if (kind == "object") return json::object{{"value", v}};
    return v;
}

}  // namespace

void set(json::object& target, const json::value& members) {
    for (const auto& m : members_of(members).members) target.set(m.name, m.v);
}

void drop(json::object& target, const json::value& names) {
    for (const auto& name : names_of(names)) target.erase(text_of(name));
}

void add(json::object& target, const json::value& members) {
    for (const auto& m : members_of(members).members) target.append(m.name, m.v);
}

void set_null(json::object& target, const json::value& names) {
    for (const auto& name : names_of(names)) target.set(text_of(name), nullptr);
}

void retype(json::object& target, const json::value& kinds) {
    for (const auto& m : members_of(kinds).members) {
        if (const auto* old = target.find(m.name)) target.set(m.name, retyped(*old, text_of(m.v)));
    }
}

void shift(json::object& target, const json::value& seconds) {
    for (const auto& m : members_of(seconds).members) {
        const auto* old = target.find(m.name);
        if (old == nullptr) old = target.find("iat");
        const auto base = old != nullptr ? old->as_integer() : std::nullopt;
        target.set(m.name, base.value_or(0) + m.v.as_integer().value_or(0));
    }
}

void take_previous(json::object& target, const json::value& before, const json::value& names) {
    for (const auto& name : names_of(names)) {
        if (const auto* v = before.find(text_of(name))) target.set(text_of(name), *v);
    }
}

}  // namespace assay::mock::operations
