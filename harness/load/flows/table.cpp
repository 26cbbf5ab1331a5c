#include "harness/load/flows/table.hpp"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "data/nearest.hpp"
#include "harness/load/flows/one_request.hpp"
#include "harness/load/flows/token_flows.hpp"

namespace assay::load {
namespace {

std::unique_ptr<flow> make_verified_exchange(const flow_options& o, std::shared_ptr<flow_context> c) {
    flow_options own = o;
    own.verify_id_token = true;
    return make_code_exchange(own, std::move(c));
}

constexpr std::string_view code_reuse = "code_reuse";

const std::array<flow_kind, 11> table{{
    {"code_exchange", "token", "200 with an access token; user and nonce of the ID Token; no token twice",
     needs::codes, &target::token, "token_endpoint", make_code_exchange, false, true, code_reuse},
    {"sign_in", "authorize, token",
     "`state` comes back; a code; then as `code_exchange`. Where the server signs in without pages", needs::nothing,
     &target::authorize, "authorization_endpoint", make_sign_in, true, true, code_reuse},
    {"refresh", "refresh", "the new refresh token was never issued before", needs::sessions, &target::token,
     "token_endpoint", make_refresh, false, true, "refresh_reuse"},
    {"client_credentials", "token", "an access token", needs::nothing, &target::token, "token_endpoint",
     make_client_credentials},
    {"introspect", "introspect", "active; the user", needs::sessions, &target::introspect, "introspection_endpoint",
     make_introspection},
    {"userinfo", "userinfo", "the user", needs::sessions, &target::userinfo, "userinfo_endpoint", make_userinfo},
    {"id_token", "token",
     "as `code_exchange`, and the ID Token's signature and claims (OIDC Core §3.1.3.7) against the JWKS",
     needs::codes, &target::token, "token_endpoint", make_verified_exchange, false, true, code_reuse},
    {"jwks", "jwks", "a key set", needs::nothing, &target::jwks, "jwks_uri", make_jwks},
    {"metadata", "GET of the discovery document", "its `issuer` is the one that was asked for (RFC 8414 §3.3)",
     needs::nothing, &target::metadata, "metadata document of its own", make_metadata},
    {"session", "userinfo, and on 401 refresh and userinfo", "the user", needs::sessions, &target::userinfo,
     "userinfo_endpoint", make_session, true},
    {"request", "GET `--path`", "a status below 400", needs::nothing, nullptr, {}, make_request},
}};

bool needs_before(const flow_options& o, needs what) {
    const flow_kind* kind = find_flow(o.name);
    return kind != nullptr && kind->before == what;
}

}  // namespace

std::span<const flow_kind> flow_kinds() {
    return table;
}

const flow_kind* find_flow(std::string_view name) {
    const auto found = std::find_if(table.begin(), table.end(), [&](const flow_kind& k) { return k.name == name; });
    return found == table.end() ? nullptr : &*found;
}

const std::vector<std::string>& flow_names() {
    static const std::vector<std::string> names = [] {
        std::vector<std::string> out;
        for (const flow_kind& k : table) out.emplace_back(k.name);
        return out;
    }();
    return names;
}

bool needs_codes(const flow_options& o) {
    return needs_before(o, needs::codes);
}

bool needs_sessions(const flow_options& o) {
    return needs_before(o, needs::sessions);
}

bool can_verify(const flow_options& o) {
    const flow_kind* kind = find_flow(o.name);
    return kind != nullptr && kind->verifies;
}

bool can_replay(const flow_options& o) {
    const flow_kind* kind = find_flow(o.name);
    return kind != nullptr && !kind->reuse.empty();
}

result<std::unique_ptr<flow>> make_flow(const flow_options& o, const std::shared_ptr<flow_context>& c) {
    const flow_kind* kind = find_flow(o.name);
    if (kind == nullptr)
        return fail(errc::usage, fmt::format("there is no flow '{}'{}", o.name, did_you_mean(o.name, flow_names())));
    if (kind->endpoint != nullptr && (c->to.*kind->endpoint).empty()) {
        return fail(errc::unsupported,
                    fmt::format("the server's metadata names no {}; leave that flow out, or name it under "
                                "`endpoints` of a server.yaml",
                                kind->endpoint_name));
    }
    auto out = kind->make(o, c);
    // A flow of one request is not measured as a whole as well: the numbers would be the same.
    if (kind->several || o.replay > 0 || o.key_caches > 0) out->whole = c->records.id_of(o.name + "_flow") + 1;
    return out;
}

}  // namespace assay::load
