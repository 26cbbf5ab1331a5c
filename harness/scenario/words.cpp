// The words of the check language, in one place for the loader, the schema's test and the messages.
#include "harness/scenario/words.hpp"

#include <algorithm>
#include <array>

#include "harness/scenario/loader.hpp"

namespace assay::harness {
namespace {

constexpr std::array<std::string_view, 5> levels{"must", "should", "may", "info", "rob"};
constexpr std::array<std::string_view, 12> expect_keys{"status",       "headers", "content_type", "json",
                                                       "json_members", "body",    "not_5xx",      "page",
                                                       "redirect",     "jwt",     "exactly_one",  "others"};
constexpr std::array<std::string_view, 9> client_expect_keys{"outcome", "code",   "error", "report",         "seen",
                                                             "never",   "memory", "user",  "secrets_printed"};
constexpr std::array<std::string_view, 20> check_keys{
    "id",          "title",       "source",         "says",    "binds",  "level", "needs",
    "dialects",    "witness",     "matrix",         "clients", "steps",  "fault", "control",
    "description", "destructive", "may_miss_fault", "load",    "issuer", "takes"};
// Servers, clients, and roles that either can have: issuer or recipient of a JWT, TLS implementation.
constexpr std::array<std::string_view, 10> parties{
    "authorization_server", "openid_provider", "resource_server", "http_server", "client",
    "relying_party",        "http_client",     "issuer",          "recipient",   "implementation"};
constexpr std::array<std::string_view, 6> roles{"confidential", "post", "public", "second", "key", "jwt_secret"};

}  // namespace

std::span<const std::string_view> bound_parties() {
    return parties;
}

std::optional<reports::level> parse_level(std::string_view name) {
    const auto at = std::find(levels.begin(), levels.end(), name);
    if (at == levels.end()) return std::nullopt;
    return static_cast<reports::level>(at - levels.begin());
}

std::span<const std::string_view> client_roles() {
    return roles;
}

language words() {
    return {matcher_tags(), levels, expect_keys, client_expect_keys, check_keys, parties};
}

}  // namespace assay::harness
