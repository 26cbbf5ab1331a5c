// Dynamic client registration (RFC 7591 §3).
#include "mock_server/endpoints/endpoints.hpp"
#include "mock_server/protocol/registration.hpp"
#include "mock_server/protocol/session.hpp"
#include "mock_server/request/client_json.hpp"
#include "mock_server/request/refusals.hpp"

namespace assay::mock::endpoints {

answer register_client(context& c) {
    if (auto no = refuse_api_token(c)) return std::move(*no);
    const auto document = parse_client_json(c.in.request.body);
    auto fresh = read_registration(c, document);
    if (!fresh) return refusal_response(c, fresh.error());
    fresh->client_id = c.at->make_token("client_id");
    fresh->client_secret.clear();  // the server chooses it (RFC 7591 §3.2.1)
    give_secret(c, *fresh);
    fresh->registration_access_token = c.at->make_token("registration_access_token");
    fresh->issued_at = c.now;
    if (const auto who = session_user(c); c.speaks().registration.owned && who != nullptr) fresh->owner = who->sub;
    c.client_id = fresh->client_id;
    auto body = registration_answer(c, *fresh, true);
    if (!c.at->put_client(std::move(*fresh))) return refusal_response(c, no_room(c, "client"));
    return token_json(c, 201, std::move(body));
}

}  // namespace assay::mock::endpoints
