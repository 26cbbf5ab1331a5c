// Reads checks from YAML. Every error names file, line and column, and the nearest valid word. Thread-safe.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "data/file_tree.hpp"
#include "data/result.hpp"
#include "data/yaml.hpp"
#include "harness/scenario/check.hpp"

namespace assay::harness {

// The verbs of the steps: engine/server/verbs/table.hpp, engine/client/verbs/table.hpp.
struct vocabulary {
    verb_list server;
    verb_list client;
};

// Errors: bad_yaml.
[[nodiscard]] result<check> load_check(const yaml::document& d, const vocabulary& v);
// Errors: bad_yaml if the file does not have the name of the check.
[[nodiscard]] result<void> demand_file_of(const yaml::document& d, const check& c);
// Every *.yaml below server/ and client/, sorted by id. Stops at the first error; two files with one id are an error.
// Messages name files from "scenarios/" on.
[[nodiscard]] result<std::vector<check>> load_checks(const file_tree& scenarios, const vocabulary& v);

// The words of the check language, for docs/schema/check.json and messages.
struct language {
    std::span<const std::string_view> matchers, levels, expect_keys, client_expect_keys, check_keys, parties;
};
[[nodiscard]] language words();

}  // namespace assay::harness
