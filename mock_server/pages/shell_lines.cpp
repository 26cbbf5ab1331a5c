#include "mock_server/pages/shell_lines.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "mock_server/pages/index.hpp"
#include "oauth/pkce.hpp"

namespace assay::mock {
namespace {

constexpr std::string_view as_client = "-u demo-web:demo-web-secret";
constexpr std::string_view redirect_uri = "http://localhost:8765/callback";

// Shell functions that read a member of JSON and look up an endpoint in the metadata, so that the lines fit every
// dialect.
constexpr std::string_view helpers =
    "member() { grep -o \"\\\"$1\\\":\\\"[^\\\"]*\" | cut -d'\"' -f4; }\n"
    "at() { curl -s \"$issuer/.well-known/openid-configuration\" | member \"$1\"; }\n";

std::string authorize_url() {
    return fmt::format(
        "\"$(at authorization_endpoint)?response_type=code&client_id=demo-web&redirect_uri={}&scope=openid+email"
        "&state=$(openssl rand -hex 4)&nonce=$(openssl rand -hex 8)&code_challenge={}&code_challenge_method=S256\"",
        redirect_uri, oauth::s256_challenge(pages::demo_verifier));
}

std::string sign_in() {
    return fmt::format(
        "code=$(curl -s -o /dev/null -w '%{{redirect_url}}' {} |\n  grep -o '[?&]code=[^&]*' | cut -d= -f2)\n",
        authorize_url());
}

std::string redeeming(std::string_view flags) {
    return fmt::format(
        "curl {} {} -d grant_type=authorization_code -d \"code=$code\" \\\n  -d code_verifier={} --data-urlencode "
        "redirect_uri={} \"$(at token_endpoint)\"",
        flags, as_client, pages::demo_verifier, redirect_uri);
}

std::string member_of_tokens(std::string_view name) {
    return fmt::format("{}=$({} | member {})\n", name, redeeming("-s"), name);
}

std::string refreshing() {
    return fmt::format(
        "curl -isS -m 10 {} -d grant_type=refresh_token -d \"refresh_token=$refresh_token\" \"$(at token_endpoint)\"",
        as_client);
}

// Shows the token with its header and claims, then the other documents that the fault changes.
std::string reading_id_token(const fault& f) {
    std::string out =
        member_of_tokens("id_token") +
        "echo \"$id_token\"\n"
        "for part in 1 2; do echo \"$id_token\" | cut -d. -f$part | tr '_-' '/+' | base64 -d 2>/dev/null; echo; "
        "done";
    for (const auto& part : f.also) {
        if (part.at == hook::jwks) out += "\ncurl -sS \"$(at jwks_uri)\"";
        if (part.at == hook::metadata) out += "\ncurl -sS \"$issuer/.well-known/openid-configuration\"";
    }
    return out;
}

// Shows the answer as it is on the wire, as far as a terminal can.
std::string exchange(const fault& f) {
    if (has_operation(f.operations, "tcp.close_idle")) return redeeming("-sSv") + " \"$(at token_endpoint)\"";
    const std::string line =
        redeeming(has_operation(f.operations, "body.chunked") ? "-isS -m 10 --raw" : "-isS -m 10");
    return f.group == "body" ? line + " | cat -v | head -c 2000" : line;
}

std::string steps_of(const fault& f) {
    const auto post = [](std::string_view form, std::string_view endpoint) {
        return fmt::format("curl -isS -m 10 {} {} \"$(at {})\"", as_client, form, endpoint);
    };
    switch (f.at) {
        case hook::metadata:
            return "curl -isS \"$issuer/.well-known/openid-configuration\"";
        case hook::jwks:
            return "curl -isS -m 10 \"$(at jwks_uri)\"";
        case hook::callback:
            return "curl -isS " + authorize_url();
        case hook::id_token:
            return sign_in() + reading_id_token(f);
        case hook::userinfo:
        case hook::resource:
            return sign_in() + member_of_tokens("access_token") +
                   "curl -isS -m 10 -H \"Authorization: Bearer $access_token\" \"$(at userinfo_endpoint)\"";
        case hook::introspect:
            return sign_in() + member_of_tokens("access_token") +
                   post("-d \"token=$access_token\"", "introspection_endpoint");
        case hook::refresh:
            return sign_in() + member_of_tokens("refresh_token") + "echo \"$refresh_token\"\n" + refreshing() +
                   (has_operation(f.operations, "refresh.grace") ? "\n" + refreshing() : "");
        case hook::revoke:
            return post("-d token=unknown", "revocation_endpoint");
        case hook::refusal:
            return post("-d grant_type=authorization_code -d code=unknown", "token_endpoint");
        case hook::registration:
            return "curl -isS -m 10 -H 'Content-Type: application/json' \"$(at registration_endpoint)\" \\\n"
                   "  -d '{\"client_name\":\"Mine\",\"redirect_uris\":[\"http://localhost:8765/callback\"]}'";
        case hook::par:
            return post(
                fmt::format(
                    "-d response_type=code -d client_id=demo-web -d scope=openid --data-urlencode redirect_uri={} "
                    "-d code_challenge={} -d code_challenge_method=S256",
                    redirect_uri, oauth::s256_challenge(pages::demo_verifier)),
                "pushed_authorization_request_endpoint");
        case hook::device:
            return post("-d scope=openid", "device_authorization_endpoint");
        case hook::page:
            return "curl -isS \"$(at authorization_endpoint)?client_id=%3Cb%3Eunknown&redirect_uri="
                   "https://elsewhere.example/\"";
        case hook::token:
        case hook::authorize:
            return sign_in() + exchange(f);
    }
    return {};
}

// If the mock has TLS, curl must trust its authority (docs/tls.md).
std::string preamble(const fault& f, std::string issuer) {
    if (f.group == "tls" && issuer.starts_with("http:")) issuer.insert(4, "s");
    const std::string_view trust =
        issuer.starts_with("https:")
            ? "export CURL_CA_BUNDLE=\"${XDG_STATE_HOME:-$HOME/.local/state}/assay/tls/ca.pem\"\n"
            : "";
    return fmt::format("issuer={}\n{}", issuer, trust);
}

// What the client must offer so that the weakness of the server shows.
std::string_view offer_for(const fault& f) {
    static constexpr std::array<std::pair<std::string_view, std::string_view>, 4> offers{
        {{"tls_old_versions", "--tlsv1.0 --tls-max 1.1 --ciphers 'DEFAULT@SECLEVEL=0'"},
         {"tls_null_ciphers", "--tls-max 1.2 --ciphers 'eNULL:!aNULL@SECLEVEL=0'"},
         {"tls_anonymous_ciphers", "--tls-max 1.2 --ciphers 'aNULL:!eNULL@SECLEVEL=0'"},
         {"tls_static_rsa", "--tls-max 1.2 --ciphers 'kRSA:!eNULL@SECLEVEL=0'"}}};
    for (const auto& [name, offer] : offers) {
        if (f.name == name) return offer;
    }
    return {};
}

// Connects to the endpoint in the metadata; the handshake shows the fault.
std::string meeting(const fault& f) {
    const std::string endpoint = *f.parameters.find("endpoint")->as_string();
    if (f.name == "tls_plain_http_too")
        return fmt::format("curl -isS -m 10 \"$(at {} | sed 's/^https/http/')\"", endpoint);
    if (const auto offer = offer_for(f); !offer.empty())
        return fmt::format("curl -sSv -m 10 {} \"$(at {})\" 2>&1 | grep 'SSL connection using'", offer, endpoint);
    return fmt::format("curl -isS -m 10 \"$(at {})\"", endpoint);
}

}  // namespace

std::string shell_lines(const fault& f, const std::string& issuer) {
    std::string steps = steps_of(f);
    if (has_operation(f.operations, "endpoint.origin") || f.name == "metadata_unreachable")
        steps += "\n" + meeting(f);
    const bool repeated = f.when == "2+";
    std::string out = preamble(f, issuer);
    if (steps.find("$(at ") != std::string::npos) out += helpers;
    return out + (repeated ? "for time in 1 2; do\n" + steps + "\ndone" : steps);
}

}  // namespace assay::mock
