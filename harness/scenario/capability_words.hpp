// Every capability that `needs` of a check and `capabilities` of a server.yaml, client.yaml or dialect may name, and
// how it is determined whether a server or client has it: one table for loaders, messages and `assay list
// capabilities`. Thread-safe: constant data.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "data/result.hpp"
#include "data/yaml.hpp"

namespace assay::harness {

struct capability_row {
    std::string_view name;
    std::string_view server;  // how it is determined for a server; empty: not for server checks
    std::string_view client;  // what a library does that has it; empty: not for client checks
};
[[nodiscard]] std::span<const capability_row> capability_rows();

enum class side { server, client };
[[nodiscard]] bool is_capability(side s, std::string_view name);
// The end of a message about an unknown word: "; did you mean 'x'?", or where the words are listed.
[[nodiscard]] std::string nearest_capability(side s, std::string_view name);

// A list of capabilities of that side. Errors: bad_yaml at an unknown word, with the nearest
// one.
[[nodiscard]] result<std::vector<std::string>> load_capabilities(const yaml::document& d, const yaml::node& n,
                                                                 side s);

}  // namespace assay::harness
