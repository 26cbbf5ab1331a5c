// Dynamic client registration (RFC 7591 §3).
#include "mock_server/endpoints/bearer.hpp"
#include "mock_server/endpoints/endpoints.hpp"
#include "mock_server/endpoints/registration.hpp"
#include "mock_server/endpoints/session.hpp"
#include "oauth/client_auth.hpp"

namespace assay::mock::endpoints {
namespace {

// Where people own their clients, a person's API token is not what registers them.
bool comes_with_a_user_token(const context& c) {
    const auto text = oauth::parse_bearer(c.request.head.value("authorization"));
    const auto token = text ? c.at->tokens.pairs.find_access(*text) : std::nullopt;
    return token && token->grant->of.sub_type == "user";
}

}  // namespace

answer register_client(context& c) {
    if (c.request.method != "POST") return no_such_route(c, 405);
    const bool owned = c.speaks().registration.owned;
    if (owned && comes_with_a_user_token(c)) {
        return json_response(403, json::object{{"error", "NotPermitted"}, {"detail", "Not permitted"}});
    }
    const auto document = json::parse(c.request.body).value_or(json::value());
    auto fresh = read_registration(c, document);
    if (!fresh) return refusal_response(c, fresh.error());
    fresh->client_id = c.at->make_token("client_id");
    fresh->client_secret.clear();  // the server's to choose, RFC 7591 §3.2.1
    give_secret(c, *fresh);
    fresh->registration_access_token = c.at->make_token("registration_access_token");
    fresh->issued_at = c.now;
    if (const auto* who = session_user(c); owned && who != nullptr) fresh->owner = who->sub;
    c.client_id = fresh->client_id;
    auto body = registration_answer(c, *fresh, true);
    c.at->put_client(std::move(*fresh));
    return token_json(c, 201, std::move(body));
}

}  // namespace assay::mock::endpoints
