#include "harness/scenario/verb.hpp"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "data/nearest.hpp"

namespace assay::harness {

const verb* find_verb(verb_list all, std::string_view name) {
    const auto found = std::find_if(all.begin(), all.end(), [&](const verb* one) { return one->name() == name; });
    return found == all.end() ? nullptr : *found;
}

result<void> read_verb(const yaml::document& d, const yaml::node& n, std::span<const std::string_view> beside,
                       verb_list all, verb_use& into) {
    if (!n.is_map() || n.entries.empty())
        return fail(d.error_at(n.at, fmt::format("a step is a map: a verb, {}", fmt::join(beside, ", "))));
    const yaml::entry* chosen = nullptr;
    for (const yaml::entry& e : n.entries) {
        if (std::find(beside.begin(), beside.end(), e.key) != beside.end()) continue;
        const verb* v = find_verb(all, e.key);
        if (v == nullptr) {
            std::vector<std::string> list;
            for (const verb* known : all) list.emplace_back(known->name());
            list.insert(list.end(), beside.begin(), beside.end());
            return fail(d.error_at(e.at, fmt::format("unknown verb '{}'{}", e.key, did_you_mean(e.key, list))));
        }
        if (chosen != nullptr) {
            return fail(
                d.error_at(e.at, fmt::format("a step has one verb; '{}' is the second, give it its own '-'", e.key)));
        }
        chosen = &e;
        into.what = v;
        into.at = e.at;
    }
    if (chosen == nullptr) return fail(d.error_at(n.at, "a step needs a verb"));
    return into.what->read(d, chosen->value, all, into);
}

json::object schema_of_keys(std::string_view description, json::object properties, bool more) {
    return {{"description", description},
            {"type", json::array{"object", "null"}},
            {"properties", std::move(properties)},
            {"additionalProperties", more}};
}

result<void> read_nothing(const yaml::document& d, const yaml::node& n, std::string_view verb) {
    if (n.kind == yaml::kind::null) return {};
    if (!n.is_map()) return fail(d.error_at(n.at, fmt::format("'{}' takes a map of what differs", verb)));
    return yaml::only_keys(d, n, {}, fmt::format("'{}'", verb));
}

}  // namespace assay::harness
