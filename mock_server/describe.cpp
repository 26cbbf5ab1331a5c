#include "mock_server/describe.hpp"

#include <fmt/format.h>

#include "mock_server/dialect.hpp"
#include "mock_server/faults/fault.hpp"
#include "mock_server/pages/index.hpp"
#include "mock_server/rules.hpp"
#include "oauth/pkce.hpp"

namespace assay::mock {
namespace {

json::array texts(const std::vector<std::string>& list) {
    return {list.begin(), list.end()};
}

// Asks the metadata for an endpoint, so that the line fits every dialect.
std::string endpoint_of(const std::string& issuer, std::string_view name) {
    return fmt::format("$(curl -s {}/.well-known/openid-configuration | jq -r .{})", issuer, name);
}

// A line for a shell that meets the fault, or begins the sign-in in which it is met.
std::string curl_line(const fault& f, const std::string& issuer) {
    constexpr std::string_view as_client = "curl -is -u demo-web:demo-web-secret";
    switch (f.at) {
        case hook::metadata:
            return fmt::format("curl -is {}/.well-known/openid-configuration", issuer);
        case hook::jwks:
            return fmt::format("curl -is \"{}\"", endpoint_of(issuer, "jwks_uri"));
        case hook::introspect:
            return fmt::format("{} -d token=unknown \"{}\"", as_client,
                               endpoint_of(issuer, "introspection_endpoint"));
        case hook::revoke:
            return fmt::format("{} -d token=unknown \"{}\"", as_client, endpoint_of(issuer, "revocation_endpoint"));
        case hook::refusal:
            return fmt::format("{} -d grant_type=authorization_code -d code=unknown \"{}\"", as_client,
                               endpoint_of(issuer, "token_endpoint"));
        case hook::page:
            return fmt::format("curl -is \"{}?client_id=unknown\"", endpoint_of(issuer, "authorization_endpoint"));
        default:
            return fmt::format(
                "curl -is \"{}?response_type=code&client_id=demo-web&redirect_uri=http://localhost:8765/callback"
                "&scope=openid&state=s&nonce=n&code_challenge={}&code_challenge_method=S256\"",
                endpoint_of(issuer, "authorization_endpoint"), oauth::s256_challenge(pages::demo_verifier));
    }
}

}  // namespace

json::value describe_dialects() {
    json::array out;
    for (const auto& d : dialects()) {
        json::array lenient;
        for (const auto& r : rules()) {
            if (!d->enforces(r.id)) lenient.emplace_back(r.name);
        }
        out.emplace_back(json::object{{"name", d->name},
                                      {"aliases", texts(d->aliases)},
                                      {"title", d->title},
                                      {"capabilities", texts(d->capabilities)},
                                      {"not_enforced", std::move(lenient)}});
    }
    return out;
}

json::value describe_faults(const std::string& origin) {
    json::array out;
    for (const auto& f : faults()) {
        out.emplace_back(json::object{{"name", f.name},
                                      {"group", f.group},
                                      {"at", f.anywhere ? "endpoint" : hook_name(f.at)},
                                      {"summary", f.summary},
                                      {"breaks", f.breaks},
                                      {"correct_party", f.correct_party},
                                      {"parameters", f.parameters},
                                      {"url", origin + "/f/" + f.name},
                                      {"try", curl_line(f, origin + "/f/" + f.name)}});
    }
    return out;
}

json::value describe_rules() {
    json::array out;
    for (const auto& r : rules()) {
        out.emplace_back(json::object{{"name", r.name},
                                      {"clause", r.clause},
                                      {"summary", r.summary},
                                      {"status", r.status},
                                      {"error", r.error}});
    }
    return out;
}

}  // namespace assay::mock
