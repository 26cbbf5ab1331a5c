// Reads the steps of server and client checks from YAML, for the loader. Errors: bad_yaml. Thread-safe.
#pragma once

#include <string_view>
#include <vector>

#include "data/result.hpp"
#include "data/yaml.hpp"
#include "harness/scenario/check.hpp"

namespace assay::harness {

[[nodiscard]] result<std::vector<step>> load_steps(const yaml::document& d, const yaml::node& n, verb_list verbs);
[[nodiscard]] result<std::vector<client_step>> load_client_steps(const yaml::document& d, const yaml::node& n,
                                                                 verb_list verbs);

// Shared by both.
[[nodiscard]] result<parameter> load_parameter(const yaml::document& d, const yaml::entry& e);
[[nodiscard]] result<std::vector<parameter>> load_parameters(const yaml::document& d, const yaml::node& n,
                                                             std::string_view what);
[[nodiscard]] result<sign_in_spec> load_sign_in(const yaml::document& d, const yaml::node& n);
[[nodiscard]] result<std::vector<named_matcher>> load_named(const yaml::document& d, const yaml::node& n,
                                                            std::string_view what);
[[nodiscard]] result<std::vector<assertion>> load_expect(const yaml::document& d, const yaml::node& n, step& owner);

}  // namespace assay::harness
