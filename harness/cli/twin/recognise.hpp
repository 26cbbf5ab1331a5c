// What one exchange is, by what it carries. Thread-safe: pure functions over plain values.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "harness/cli/twin/capture.hpp"

namespace assay::harness::twin {

// What the whole archive tells about its URLs, each without its query.
struct known_urls {
    std::map<std::string, step_kind> endpoints;  // named by metadata
    std::set<std::string> callbacks;  // redirect_uri of authorization requests: of the client, not the provider
};
[[nodiscard]] known_urls learn_urls(const std::vector<exchange>& all);

// nullopt: it is no exchange with an authorization server.
[[nodiscard]] std::optional<step> recognise(const exchange& e, const known_urls& urls);

// Takes what `e` shows of the way back to the client; true if it did.
bool take_callback(step& authorization, const exchange& e);

[[nodiscard]] bool is_metadata(const json::value& answer);
// The members of metadata that are URLs of endpoints, with what they are.
struct named_endpoint {
    std::string_view member;
    step_kind kind;
};
[[nodiscard]] std::span<const named_endpoint> named_endpoints();

}  // namespace assay::harness::twin
