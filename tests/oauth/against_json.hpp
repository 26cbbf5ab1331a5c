// Compares the streaming reader of claims with the strict JSON parser: both must accept, refuse and read the same.
#pragma once

#include <string>
#include <string_view>

#include "data/json.hpp"
#include "oauth/claims.hpp"

namespace assay::oauth {

// Empty when both agree about the document, else the difference.
inline std::string disagreement(std::string_view text) {
    const auto parsed = json::parse(text);
    claims reader;
    const auto read = reader.read(text);
    const bool object = parsed && parsed->is_object();
    if (object != read.has_value())
        return read ? "the reader takes it" : "the reader refuses it: " + read.error().text();
    if (!object) return {};
    const auto& members = parsed->as_object()->members;
    if (members.size() != reader.all().size()) return "not the same number of members";
    for (std::size_t i = 0; i < members.size(); ++i) {
        const auto& c = reader.all()[i];
        if (c.name != members[i].name) return "another name: " + std::string(c.name);
        if (c.kind != members[i].v.kind() || !(c.value() == members[i].v))
            return "another value of " + members[i].name;
        if (const auto n = members[i].v.as_integer(); n && *n != c.integer) return "another integer";
        if (const auto n = members[i].v.as_number(); n && *n != c.number) return "another number";
    }
    if (reader.duplicate().has_value() == parsed->as_object()->duplicates().empty()) return "duplicates";
    return {};
}

}  // namespace assay::oauth
