// Client management (RFC 7592): a client reads, replaces and deletes its own registration. Where users own clients,
// also the list of a user's clients.
#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "mock_server/endpoints/endpoints.hpp"
#include "mock_server/protocol/bearer.hpp"
#include "mock_server/protocol/registration.hpp"
#include "mock_server/protocol/session.hpp"
#include "mock_server/request/client_json.hpp"
#include "mock_server/request/refusals.hpp"
#include "oauth/client_auth.hpp"
#include "oauth/crypto.hpp"

namespace assay::mock::endpoints {
namespace {

// The client in the path, if the caller may manage it: by the client's own token, or by the session of its owner.
outcome<client> managed_client(context& c, const std::string& client_id) {
    const auto found = c.at->find_client(client_id);
    if (auto no = demand_one_bearer(c)) return refuse(*no);
    const auto who = c.speaks().registration.owned ? session_user(c) : nullptr;
    const auto token = oauth::parse_bearer(c.in.request.head.value("authorization"));
    if (auto no = c.demand(rule::management_token_present, token.has_value() || who != nullptr,
                           "no registration_access_token", "Authorization: Bearer …")) {
        return refuse(*no);
    }
    const bool nobody_asked = !token && who == nullptr;
    const bool by_token = token && found && !found->registration_access_token.empty() &&
                          oauth::equal_constant_time(*token, found->registration_access_token);
    const bool own = nobody_asked || (who != nullptr ? found && found->owner == who->sub : by_token);
    if (auto no = c.demand(rule::management_token_matches, found != nullptr && own,
                           found ? "another registration_access_token" : client_id, "the client's own")) {
        return refuse(*no);
    }
    // With the rule switched off anyone may manage any client that exists.
    if (!found) return refuse({rule::management_token_matches, 404, "not_found", "", channel::json, "", client_id});
    return *found;
}

answer update(context& c, const client& before) {
    const auto document = parse_client_json(c.in.request.body);
    const auto id = document.string_at("client_id");
    if (auto no = c.demand(rule::management_client_id_matches, id == before.client_id, id, before.client_id))
        return refusal_response(c, *no);
    const auto* secret = document.find("client_secret");
    const bool unchanged = secret == nullptr || document.string_at("client_secret") == before.client_secret;
    if (auto no = c.demand(rule::management_secret_not_chosen, unchanged, "another client_secret",
                           "the client's own client_secret"))
        return refusal_response(c, *no);
    auto after = read_registration(c, document, &before);
    if (!after) return refusal_response(c, after.error());
    after->client_id = before.client_id;
    after->client_secret = unchanged ? before.client_secret : document.string_at("client_secret");
    give_secret(c, *after);
    after->registration_access_token = before.registration_access_token;
    after->issued_at = before.issued_at;
    after->owner = before.owner;
    after->any_loopback_redirect_uri = before.any_loopback_redirect_uri;
    after->roles = before.roles;
    auto body = registration_answer(c, *after, false);
    if (!c.at->put_client(std::move(*after))) return refusal_response(c, no_room(c, "client"));
    return token_json(c, 200, std::move(body));
}

answer remove(context& c, const client& who) {
    if (c.enforces(rule::management_deletion_takes_effect)) c.at->remove_client(who.client_id);
    if (c.enforces(rule::management_deletion_ends_tokens)) c.at->tokens.forget_client(who.client_id);
    auto out = token_json(c, 204, json::value());
    out.head.erase("Content-Type");
    out.body.clear();
    return out;
}

json::object listed(const context& c, const client& one) {
    json::object out{{"created_at", iso_8601(one.issued_at)}, {"modified_at", nullptr}};
    for (auto& m : metadata_json(one).members) out.append(m.name, std::move(m.v));
    for (const auto* name : {"client_uri", "logo_uri", "tos_uri", "policy_uri"}) {
        if (out.find(name) == nullptr) out.append(name, nullptr);
    }
    out.append("default_sub_type", one.default_sub_type.empty() ? c.speaks().default_sub_type : one.default_sub_type);
    out.append("client_id", one.client_id);
    out.append("client_secret", one.client_secret);
    out.append("client_id_issued_at", one.issued_at);
    out.append("client_secret_expires_at", 0);
    return out;
}

std::int64_t number(std::string_view text, std::int64_t otherwise) {
    constexpr std::int64_t pages_max = 1'000'000;
    std::int64_t out = otherwise;
    std::from_chars(text.data(), text.data() + text.size(), out);
    return std::clamp<std::int64_t>(out, 1, pages_max);
}

}  // namespace

answer manage_client(context& c, std::string_view client_id) {
    const auto& method = c.in.request.method;
    c.client_id = std::string(client_id);
    auto who = managed_client(c, c.client_id);
    if (!who) return refusal_response(c, who.error());
    if (method == "PUT") return update(c, *who);
    if (method == "DELETE") return remove(c, *who);
    return token_json(c, 200, registration_answer(c, *who, false));
}

answer list_clients(context& c) {
    if (auto no = refuse_api_token(c)) return std::move(*no);
    const auto who = session_user(c);
    if (who == nullptr) {
        auto out = json_response(401, json::object{{"error", "Unauthorized"}, {"detail", "Unauthorized"}});
        out.head.append("WWW-Authenticate", fmt::format("Bearer realm=\"{}\"", c.speaks().www_authenticate_realm));
        return out;
    }
    auto own = c.at->clients();
    std::erase_if(own, [&](const client& one) { return one.owner != who->sub; });
    std::reverse(own.begin(), own.end());  // the newest first
    const auto limit = std::min<std::int64_t>(number(c.in.query.value("limit"), 10), 100);
    const auto total = static_cast<std::int64_t>(own.size());
    const auto first = std::min(total, (number(c.in.query.value("page"), 1) - 1) * limit);
    json::array items;
    for (auto i = first; i < std::min(total, first + limit); ++i)
        items.emplace_back(listed(c, own[static_cast<std::size_t>(i)]));
    return json_response(200, json::object{{"items", std::move(items)},
                                           {"pagination", json::object{{"total_count", total},
                                                                       {"max_page", (total + limit - 1) / limit}}}});
}

}  // namespace assay::mock::endpoints
