// Compares the documents about verbs, docs/schema/check.json and docs/scenarios.md, with the verbs of one side.
#pragma once

#include <algorithm>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "harness/scenario/verb.hpp"
#include "tests/support/json_schema.hpp"

namespace assay::tests {

// `repository`: its folder. `step`: "server_step" or "client_step". `beside`: the keys of a step besides its verb.
inline void expect_schema_of_verbs(const std::string& repository, const std::string& step, harness::verb_list verbs,
                                   const std::vector<std::string>& beside) {
    const json::value schema = read_schema(repository + "/docs/schema/check.json");
    const json::value* written = schema.at_pointer("/$defs/" + step + "/properties");
    ASSERT_NE(written, nullptr);
    for (const harness::verb* one : verbs) {
        const json::value wanted(one->schema(verbs));
        const json::value* found = written->find(one->name());
        ASSERT_NE(found, nullptr) << "docs/schema/check.json lacks in " << step << " \"" << one->name()
                                  << "\": " << json::format_pretty(wanted);
        EXPECT_EQ(*found, wanted) << "docs/schema/check.json should have in " << step << " \"" << one->name()
                                  << "\": " << json::format_pretty(wanted);
    }
    for (const json::member& m : written->as_object()->members) {
        const bool is_beside = std::find(beside.begin(), beside.end(), m.name) != beside.end();
        EXPECT_EQ(harness::find_verb(verbs, m.name) != nullptr, !is_beside) << m.name;
    }
}

inline void expect_verbs_in_manual(const std::string& repository, harness::verb_list verbs) {
    std::ifstream in(repository + "/docs/scenarios.md", std::ios::binary);
    const std::string manual{std::istreambuf_iterator<char>(in), {}};
    for (const harness::verb* one : verbs) {
        const std::string row = fmt::format("| `{}` | {} |\n", one->name(), one->help());
        EXPECT_NE(manual.find(row), std::string::npos) << "docs/scenarios.md lacks the row\n" << row;
    }
}

inline void expect_names_of_their_own(harness::verb_list verbs) {
    std::vector<std::string_view> names;
    for (const harness::verb* one : verbs) names.push_back(one->name());
    std::sort(names.begin(), names.end());
    EXPECT_EQ(std::adjacent_find(names.begin(), names.end()), names.end());
}

}  // namespace assay::tests
