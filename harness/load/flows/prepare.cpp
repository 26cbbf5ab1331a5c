#include "harness/load/flows/prepare.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "data/json.hpp"
#include "harness/load/flows/flow_parts.hpp"
#include "http/client.hpp"
#include "http/url.hpp"
#include "oauth/base64url.hpp"
#include "oauth/form.hpp"
#include "oauth/metadata_url.hpp"

namespace assay::load {
namespace {

constexpr std::size_t batch = 500;

result<json::value> get_json(http::client& client, const std::string& url) {
    auto at = http::parse_url(url);
    if (!at) return fail(at.error());
    http::call c;
    c.origin = at->origin();
    c.r.target = at->target();
    c.r.head.set("Accept", "application/json");
    auto done = client.send(std::move(c));
    if (!done) return fail(done.error().code, fmt::format("{} cannot be reached: {}", url, done.error().message));
    auto document = json::parse(done->received.body);
    if (done->received.status != 200 || !document || !document->is_object()) {
        return fail(errc::environment,
                    fmt::format("{} answered {} without a JSON object", url, done->received.status));
    }
    return std::move(*document);
}

http::call token_call(const target& to, const std::string& origin, const grant& g) {
    oauth::form body{{"grant_type", "authorization_code"}, {"code", g.code}};
    if (!g.redirect_uri.empty()) body.append("redirect_uri", g.redirect_uri);
    if (!g.code_verifier.empty()) body.append("code_verifier", g.code_verifier);
    http::call c;
    c.origin = origin;
    c.r.method = "POST";
    c.r.target = to.token;
    c.r.head.set("Content-Type", "application/x-www-form-urlencoded");
    if (to.auth_method == "client_secret_basic") {
        c.r.head.set("Authorization", "Basic " + oauth::base64_encode(oauth::form_encode(to.client_id) + ":" +
                                                                      oauth::form_encode(to.client_secret)));
    } else {
        body.append("client_id", to.client_id);
        if (!to.client_secret.empty()) body.append("client_secret", to.client_secret);
    }
    c.r.body = oauth::format_form(body);
    return c;
}

}  // namespace

result<void> discover(const std::string& issuer, const json::object& own, const std::string& ca_file, target& out,
                      std::string& origin) {
    http::client_options options;
    options.ca_file = ca_file;
    http::client client(options);
    json::value metadata{json::object{}};
    const std::string metadata_at = oauth::openid_configuration_url(issuer);
    auto found = get_json(client, metadata_at);
    const bool has_metadata = found.has_value();
    if (found) {
        metadata = std::move(*found);
    } else if (own.empty()) {
        return fail(found.error());
    }
    out.issuer = metadata.string_at("issuer").empty() ? issuer : std::string(metadata.string_at("issuer"));
    struct row {
        const char* member;
        std::string target::*path;
    };
    const std::array<row, 5> rows{{{"token_endpoint", &target::token},
                                   {"authorization_endpoint", &target::authorize},
                                   {"introspection_endpoint", &target::introspect},
                                   {"userinfo_endpoint", &target::userinfo},
                                   {"jwks_uri", &target::jwks}}};
    std::string keys_at;
    for (const row& r : rows) {
        const json::value* named = own.find(r.member) != nullptr ? own.find(r.member) : metadata.find(r.member);
        if (named == nullptr || !named->is_string()) continue;
        auto url = http::parse_url(*named->as_string());
        if (!url) return fail(url.error());
        if (r.path == &target::jwks) keys_at = *named->as_string();
        if (origin.empty()) origin = url->origin();
        // An endpoint at another origin is not used: a worker has connections to one origin only.
        if (url->origin() == origin) out.*r.path = url->target();
    }
    if (origin.empty()) return fail(errc::not_found, fmt::format("{} names no endpoint at all", issuer));
    const auto described = http::parse_url(metadata_at);
    if (has_metadata && described && described->origin() == origin) out.metadata = described->target();
    if (keys_at.empty()) return {};
    auto document = get_json(client, keys_at);
    if (!document) return fail(document.error());
    auto keys = oauth::parse_jwks(*document);
    if (!keys) return fail(keys.error());
    out.keys = std::move(*keys);
    return {};
}

result<std::vector<session>> make_sessions(const target& to, const std::string& origin, const std::string& ca_file,
                                           const mint& codes, std::size_t count, std::int64_t issuer_ahead_s) {
    http::client_options options;
    options.ca_file = ca_file;
    http::client client(options);
    std::vector<session> out;
    while (out.size() < count) {
        // Few at a time: on most servers a code lives for one minute.
        auto grants = codes(std::min(batch, count - out.size()));
        if (!grants) return fail(grants.error());
        if (grants->empty()) return fail(errc::environment, "the server gave no authorization code");
        for (const grant& g : *grants) {
            auto done = client.send(token_call(to, origin, g));
            if (!done) return fail(done.error());
            load::response a;
            a.status = done->received.status;
            a.body = done->received.body;
            token_response got;
            if (const judgement bad = read_tokens(a, got); !bad.kind.empty()) {
                return fail(errc::environment,
                            fmt::format("no session could be made: the token endpoint answered {}: {}", bad.kind,
                                        bad.sample));
            }
            out.push_back({got.access_token, got.refresh_token, g.sub, renew_at_ms(issuer_ahead_s, got.expires_in)});
        }
    }
    return out;
}

}  // namespace assay::load
