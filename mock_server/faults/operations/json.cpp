// The JSON of an answer: its members, and what a JSON value cannot express (escapes, depth beyond any parser).
#include <algorithm>

#include <fmt/format.h>

#include "mock_server/faults/operations/arguments.hpp"
#include "mock_server/faults/operations/encodings.hpp"
#include "mock_server/faults/operations/families.hpp"
#include "mock_server/faults/operations/members.hpp"

namespace assay::mock::operations {
namespace {

using enum operation_argument;

void reverse(json::object& body, const json::value&) {
    std::reverse(body.members.begin(), body.members.end());
}

void rename(json::object& body, const json::value& names) {
    for (auto& member : body.members) {
        if (const json::value* other = members_of(names).find(member.name)) member.name = text_of(*other);
    }
}

void add_unknown(json::object& body, const json::value& count) {
    for (std::size_t n = 1; n <= size_of(count); ++n) body.append(fmt::format("extra_{}", n), "x");
}

void grow(json::object& body, const json::value& lengths) {
    for (const auto& m : members_of(lengths).members) {
        const auto* old = body.find(m.name);
        auto longer = old != nullptr && old->is_string() ? *old->as_string() : std::string{};
        longer.resize(std::max(longer.size(), size_of(m.v)), 'x');
        body.set(m.name, std::move(longer));
    }
}

void escape(std::string& body, const json::value& names) {
    const auto doc = json::parse(body);
    for (const auto& name : names_of(names)) {
        const auto* v = doc ? doc->find(text_of(name)) : nullptr;
        if (v == nullptr || !v->is_string()) continue;
        const auto key = json::quote(text_of(name)) + ":";
        const auto value = json::quote(*v->as_string());
        const auto at = body.find(key + value);
        if (at != std::string::npos) body.replace(at + key.size(), value.size(), escaped_json(*v->as_string()));
    }
}

void nest(std::string& body, const json::value& depths) {
    for (const auto& m : members_of(depths).members) {
        const auto deep = json::quote(m.name) + ":" + std::string(size_of(m.v), '[') + std::string(size_of(m.v), ']');
        body.insert(1, body.size() > 2 ? deep + "," : deep);
    }
}

constexpr operation_row rows[] = {
    {"json.set", std::nullopt, members, "Sets these members.", of_members{set}},
    {"json.drop", std::nullopt, names, "Removes these members.", of_members{drop}},
    {"json.add", std::nullopt, members, "Adds these members; others of the same name stay.", of_members{add}},
    {"json.rename", std::nullopt, members, "Gives these members another name; value and place stay.",
     of_members{rename}},
    {"json.retype", std::nullopt, members, "Gives these members another JSON type.", of_members{retype}},
    {"json.null", std::nullopt, names, "Sets these members to null.", of_members{set_null}},
    {"json.escape", std::nullopt, names, "Writes every character of these members as an escape.",
     of_json_text{escape}},
    {"json.nest", std::nullopt, members, "Adds these members, nested this deeply.", of_json_text{nest}},
    {"json.extra", std::nullopt, number, "Adds this many unknown members.", of_members{add_unknown}},
    {"json.reverse", std::nullopt, anything, "Sends the members in reverse order.", of_members{reverse}},
    {"json.grow", std::nullopt, members, "Pads these members to this many characters.", of_members{grow}},
};

}  // namespace

family json_operations() {
    return rows;
}

}  // namespace assay::mock::operations
