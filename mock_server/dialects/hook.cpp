#include "mock_server/dialects/hook.hpp"

#include <algorithm>
#include <array>

namespace assay::mock {
namespace {

constexpr std::array<std::string_view, 16> names{
    "callback", "id_token", "token", "refresh",   "userinfo", "metadata", "jwks",   "introspect",
    "revoke",   "resource", "page",  "authorize", "register", "par",      "device", "refusal"};

}  // namespace

std::optional<hook> parse_hook(std::string_view name) {
    const auto* found = std::find(names.begin(), names.end(), name);
    if (found == names.end()) return std::nullopt;
    return static_cast<hook>(found - names.begin());
}

std::string_view hook_name(hook h) {
    return names[static_cast<std::size_t>(h)];
}

std::vector<std::string> hook_names() {
    return {names.begin(), names.end()};
}

}  // namespace assay::mock
