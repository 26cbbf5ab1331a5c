// Pushed authorization requests (RFC 9126).
#include <fmt/format.h>

#include "mock_server/endpoints/endpoints.hpp"
#include "mock_server/protocol/authorization.hpp"
#include "mock_server/protocol/client_authentication.hpp"
#include "mock_server/protocol/dpop.hpp"
#include "mock_server/protocol/request_form.hpp"
#include "mock_server/protocol/request_object.hpp"
#include "mock_server/request/refusals.hpp"

namespace assay::mock::endpoints {
namespace {

http::response refused(context& c, refusal no) {
    if (no.where == channel::page || no.where == channel::redirect) no.where = channel::json;
    return refusal_response(c, no);
}

oauth::form request_parameters(const context& c, const client& who) {
    auto p = c.in.body;
    for (const auto* name : {"client_secret", "client_assertion", "client_assertion_type", "request_uri"})
        p.erase(name);
    p.set("client_id", who.client_id);
    return p;
}

// RFC 9449 §10.1: the key of a DPoP proof is used as if the request had its dpop_jkt.
std::optional<refusal> bind_key(context& c, const client& who, oauth::form& p) {
    if (c.in.request.head.find("DPoP") == nullptr) return std::nullopt;
    if (auto no = demand_dpop_proof(c, who)) return no;
    const auto asked = p.value("dpop_jkt");
    if (auto no = c.demand(rule::dpop_par_key_consistent, asked.empty() || asked == c.dpop_jkt, asked, c.dpop_jkt))
        return no;
    if (asked.empty() && !c.dpop_jkt.empty()) p.set("dpop_jkt", c.dpop_jkt);
    return std::nullopt;
}

std::string make_request_uri(context& c, const client& who) {
    const auto random = c.at->make_token("request_uri");
    const bool unguessable = c.enforces(rule::par_request_uri_unguessable);
    return "urn:ietf:params:oauth:request_uri:" + (unguessable ? random : fmt::format("{}-{}", who.client_id, c.now));
}

}  // namespace

answer par(context& c) {
    if (auto no = c.demand(rule::par_method_post, c.in.request.method == "POST", c.in.request.method, "POST"))
        return refused(c, *no);
    if (c.in.request.method != "POST") c.in.body = c.in.query;
    if (auto no = demand_form_of(c, rule::par_media_type_form)) return refused(c, *no);
    auto who = authenticate_client(c);
    if (!who) return refusal_response(c, who.error());
    if (auto no = c.demand(rule::par_request_uri_not_nested, c.in.body.find("request_uri") == nullptr,
                           "a request_uri", "none")) {
        return refused(c, *no);
    }
    auto p = request_parameters(c, *who->who);
    auto effective = effective_parameters(c, p);
    if (!effective) return refused(c, effective.error());
    if (*effective) p = std::move(**effective);
    if (auto no = bind_key(c, *who->who, p)) return refused(c, *no);
    if (c.enforces(rule::par_request_validated)) {
        if (auto valid = validate_authorization(c, p); !valid) return refused(c, valid.error().why);
    }
    const auto uri = make_request_uri(c, *who->who);
    c.client_id = who->who->client_id;
    if (!c.at->short_lived.put_request(uri,
                                       {c.client_id, std::move(p), c.now + c.speaks().request_uri_lifetime, false}))
        return refused(c, no_room(c, "request"));
    return token_json(c, 201, json::object{{"request_uri", uri}, {"expires_in", c.speaks().request_uri_lifetime}});
}

}  // namespace assay::mock::endpoints
