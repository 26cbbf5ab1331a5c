// Every capability that `needs` of a check, `capabilities` of a server.yaml, of a client.yaml and of a dialect may
// name, and how it is decided whether a party has it: one table for the loaders, the messages and
// `assay list capabilities`. Thread-safe: constant data.
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
    std::string_view server;  // how it is decided of a server; empty: no word of server checks
    std::string_view client;  // what the library does that has it; empty: no word of client checks
};
[[nodiscard]] std::span<const capability_row> capability_rows();

enum class side { server, client };
[[nodiscard]] bool is_capability(side s, std::string_view name);
// "; did you mean 'x'?", or where they are listed: the end of a message about a word that is none.
[[nodiscard]] std::string nearest_capability(side s, std::string_view name);

// A list of capabilities of that side, each of them one there is. Errors: bad_yaml at the word itself, with the
// nearest.
[[nodiscard]] result<std::vector<std::string>> load_capabilities(const yaml::document& d, const yaml::node& n,
                                                                 side s);

}  // namespace assay::harness
