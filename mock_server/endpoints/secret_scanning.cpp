// GitHub secret scanning, as for Polar: a signed report of leaked tokens. Valid leaked tokens are revoked; their
// owners are not notified. The report must be signed with the published P-256 development key, which takes the place
// of GitHub's.
#include <algorithm>
#include <array>

#include "data/text.hpp"
#include "mock_server/endpoints/endpoints.hpp"
#include "mock_server/keys/keys.hpp"
#include "mock_server/request/client_json.hpp"
#include "mock_server/request/refusals.hpp"
#include "oauth/base64url.hpp"
#include "oauth/evp.hpp"

namespace assay::mock::endpoints {
namespace {

constexpr std::string_view key_header = "Github-Public-Key-Identifier";
constexpr std::string_view signature_header = "Github-Public-Key-Signature";

oauth::jwk key_of_github() {
    return development_key("ES256", "github-secret-scanning");
}

std::optional<refusal> demand_signature(context& c) {
    const auto id = c.in.request.head.value(key_header);
    const auto signature = c.in.request.head.value(signature_header);
    if (auto no = c.demand(rule::secret_scanning_signed, !id.empty() && !signature.empty(),
                           id.empty() ? key_header : signature_header, "a header")) {
        return no;
    }
    const auto& key = key_of_github();
    if (auto no = c.demand(rule::secret_scanning_key_known, id == key.thumbprint(), id, key.thumbprint())) return no;
    const auto der = oauth::base64_decode(signature);
    const bool verifies = der && key.verify(oauth::jws_alg::ES256, c.in.request.body, oauth::raw_from_der(*der));
    return c.demand(rule::secret_scanning_signature_verifies, verifies, "another signature",
                    "that of the body by the development key");
}

// Types of Polar that the mock does not issue are accepted, too.
bool is_known(std::string_view type) {
    constexpr std::array<std::string_view, 9> types{"polar_client_secret",
                                                    "polar_client_registration_token",
                                                    "polar_authorization_code",
                                                    "polar_access_token",
                                                    "polar_refresh_token",
                                                    "polar_personal_access_token",
                                                    "polar_organization_access_token",
                                                    "polar_customer_session_token",
                                                    "polar_user_session_token"};
    return std::find(types.begin(), types.end(), type) != types.end();
}

// Replaces a leaked value by a new one; false: no client has that value.
bool rotate(const context& c, std::string client::*member, std::string_view kind, const std::string& leaked) {
    for (auto& one : c.at->clients()) {
        if (leaked.empty() || one.*member != leaked) continue;
        one.*member = c.at->make_token(kind);
        c.at->put_client(std::move(one));
        return true;
    }
    return false;
}

bool end_pair(const context& c, const std::optional<token_pair>& pair) {
    if (pair) c.at->tokens.pairs.revoke(*pair, true, true);
    return pair.has_value();
}

// Revokes a leaked token. True when it was issued here, even if it was revoked before.
bool make_worthless(const context& c, std::string_view type, const std::string& token) {
    auto& tokens = c.at->tokens;
    if (type == "polar_client_secret") return rotate(c, &client::client_secret, "client_secret", token);
    if (type == "polar_client_registration_token")
        return rotate(c, &client::registration_access_token, "registration_access_token", token);
    if (type == "polar_access_token") return end_pair(c, tokens.pairs.find_access(token));
    if (type == "polar_refresh_token") return end_pair(c, tokens.pairs.find_refresh(token));
    if (type == "polar_user_session_token") return tokens.end_session(token).has_value();
    if (type != "polar_authorization_code" || !tokens.find_code(token)) return false;
    (void)tokens.redeem_code(token);
    return true;
}

http::response application_refusal(context& c, const refusal& r) {
    if (r.where == channel::validation) return refusal_response(c, r);
    return json_response(r.status, json::object{{"error", r.error}, {"detail", r.description}});
}

}  // namespace

answer report_secrets(context& c) {
    if (auto no = demand_signature(c)) return application_refusal(c, *no);
    const auto report = parse_client_json(c.in.request.body);
    const json::array none;
    const auto& list = report.is_array() ? *report.as_array() : none;
    const bool fits = report.is_array() && std::all_of(list.begin(), list.end(), [](const json::value& one) {
                          return !one.string_at("token").empty() && is_known(lowered(one.string_at("type")));
                      });
    if (auto no = c.demand(rule::secret_scanning_report_well_formed, fits, "", "Input should be a list of tokens"))
        return application_refusal(c, *no);
    json::array out;
    for (const auto& one : list) {
        const auto type = lowered(one.string_at("type"));
        const std::string token(one.string_at("token"));
        out.emplace_back(
            json::object{{"token_raw", token},
                         {"token_type", type},
                         {"label", make_worthless(c, type, token) ? "true_positive" : "false_positive"}});
    }
    return json_response(200, std::move(out));
}

}  // namespace assay::mock::endpoints
