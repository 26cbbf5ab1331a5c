#include "harness/engine/server/registration.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "harness/engine/server/capabilities.hpp"
#include "harness/scenario/variables.hpp"
#include "http/url.hpp"

namespace assay::harness {
namespace {

// Members such as grant_types and redirect_uris are lists without an order (RFC 7591 §2).
bool are_the_same(const json::value& wanted, const json::value& registered) {
    if (!wanted.is_array() || !registered.is_array()) return wanted == registered;
    return std::is_permutation(wanted.as_array()->begin(), wanted.as_array()->end(), registered.as_array()->begin(),
                               registered.as_array()->end());
}

}  // namespace

registration registration_of(const json::value& answer) {
    return {std::string(answer.string_at("client_id")), std::string(answer.string_at("registration_client_uri")),
            std::string(answer.string_at("registration_access_token"))};
}

bool delete_registration(http::client& client, const registration& which) {
    const auto at = http::parse_url(which.uri);
    if (!at || which.access_token.empty()) return false;
    http::call c;
    c.origin = at->origin();
    c.r.method = "DELETE";
    c.r.target = at->target();
    c.r.head.set("Authorization", "Bearer " + which.access_token);
    const auto done = client.send(std::move(c));
    // RFC 7592 §2.3: 204; a client that no longer exists is answered 401.
    return done && (done->received.status == 204 || done->received.status == 401);
}

result<registration> register_client(http::client& client, const std::string& endpoint,
                                     const std::string& initial_access_token, registered_client& who,
                                     const json::object& more) {
    const auto at = http::parse_url(endpoint);
    if (!at) return fail(errc::environment, fmt::format("registration_endpoint '{}' is no URL", endpoint));
    json::array uris(who.redirect_uris.begin(), who.redirect_uris.end());
    http::call c;
    c.origin = at->origin();
    c.r.method = "POST";
    c.r.target = at->target();
    c.r.head.set("Content-Type", "application/json");
    c.r.head.set("Accept", "application/json");
    if (!initial_access_token.empty()) c.r.head.set("Authorization", "Bearer " + initial_access_token);
    json::object body{{"client_name", "assay " + who.role},
                      {"redirect_uris", std::move(uris)},
                      {"token_endpoint_auth_method", who.auth_method},
                      {"grant_types", json::array{"authorization_code", "refresh_token"}},
                      {"response_types", json::array{"code"}}};
    json::array keys;
    for (const auto& key : {who.key, who.next}) {
        if (key) keys.emplace_back(key->public_json());
    }
    if (!keys.empty()) body.set("jwks", json::object{{"keys", std::move(keys)}});
    for (const json::member& m : more.members) body.set(m.name, m.v);
    c.r.body = json::format(body);
    auto done = client.send(std::move(c));
    if (!done) return fail(done.error());
    const auto document = json::parse(done->received.body);
    if (done->received.status == 401 || done->received.status == 403) {
        return fail(errc::unsupported,
                    fmt::format("registration is protected (the server answered {}); name the initial_access_token "
                                "in the server file",
                                done->received.status));
    }
    if (done->received.status >= 300 || !document || document->string_at("client_id").empty()) {
        return fail(errc::environment, fmt::format("the server did not register the client '{}': {} {}", who.role,
                                                   done->received.status, done->received.body.substr(0, 200)));
    }
    // RFC 7591 §3.2.1: the server returns all metadata that it registered, which may differ from the request.
    for (const json::member& m : more.members) {
        if (m.name == "redirect_uris" && m.v.is_array()) {
            who.redirect_uris.clear();
            for (const json::value& uri : *m.v.as_array()) who.redirect_uris.push_back(text_of(uri));
        }
        const json::value* registered = document->find(m.name);
        if (registered != nullptr && are_the_same(m.v, *registered)) continue;
        (void)delete_registration(client, registration_of(*document));
        return fail(errc::unsupported,
                    fmt::format("the server does not register a client with {}: {}", m.name, json::format(m.v)));
    }
    who.client_id = std::string(document->string_at("client_id"));
    who.client_secret = std::string(document->string_at("client_secret"));
    if (const auto method = document->string_at("token_endpoint_auth_method"); !method.empty())
        who.auth_method = std::string(method);
    return registration_of(*document);
}

result<registration> register_with_grants(http::client& client, const std::string& endpoint, const issuer_view& at,
                                          registered_client& who) {
    json::array grants{"authorization_code", "refresh_token"};
    for (const auto& [capability, grant] : grants_by_capability) {
        // The others are for clients that authenticate (RFC 6749 §4.4).
        const bool fits = who.auth_method != "none" || grant == oauth::device_code_grant;
        if (fits && at.can(capability)) grants.emplace_back(grant);
    }
    if (grants.size() > 2) {
        auto made = register_client(client, endpoint, at.initial_access_token, who, {{"grant_types", grants}});
        if (made) return made;
    }
    return register_client(client, endpoint, at.initial_access_token, who);
}

}  // namespace assay::harness
