// The places (hooks) where faults act. Constant data, thread-safe.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace assay::mock {

// callback: the redirect back to the client. id_token: an ID Token, before and after it is signed. refusal: the error
// answer of any endpoint. Every other one: the answer of that endpoint.
enum class hook : std::uint8_t {
    callback,
    id_token,
    token,
    refresh,
    userinfo,
    metadata,
    jwks,
    introspect,
    revoke,
    resource,
    page,
    authorize,
    registration,
    par,
    device,
    refusal
};
[[nodiscard]] std::optional<hook> parse_hook(std::string_view name);  // "register" for registration
[[nodiscard]] std::string_view hook_name(hook h);
[[nodiscard]] std::vector<std::string> hook_names();

}  // namespace assay::mock
