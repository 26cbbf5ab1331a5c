#include "mock_server/issuer/configured_claims.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "data/nearest.hpp"
#include "mock_server/faults/fault.hpp"
#include "mock_server/issuer/issuer_request.hpp"

namespace assay::mock {
namespace {

using sv = std::string_view;
constexpr std::array<sv, 6> members{"claims", "user", "client_id", "scope", "request", "in"};
// Claims that the server itself sets (RFC 7519 §4.1, OIDC Core §2, RFC 9068 §2.2, RFC 7800 §3.1, OpenID Connect
// Logout).
constexpr std::array<sv, 21> reserved{"iss",       "sub",    "aud", "exp",   "nbf",       "iat",    "jti",
                                      "auth_time", "nonce",  "acr", "amr",   "azp",       "sid",    "at_hash",
                                      "c_hash",    "s_hash", "cnf", "scope", "client_id", "events", "typ"};
const std::vector<std::string> places{"id_token", "userinfo", "access_token"};

bool holds(const std::vector<std::string>& list, sv one) {
    return std::find(list.begin(), list.end(), one) != list.end();
}

// RFC 9068 §2.2: who the token is for is the server's choice, so configuration may make it.
result<void> demand_audience(const json::value& v, const std::vector<std::string>& in) {
    if (in.size() != 1 || in.front() != "access_token") {
        return fail(errc::usage,
                    "'aud' of an ID Token is the client (OIDC Core §2); to set that of access tokens, say in: "
                    "[access_token]; to send a wrong one, switch the fault id_token_aud_wrong on");
    }
    const auto is_text = [](const json::value& one) { return one.is_string() && !one.as_string()->empty(); };
    const auto* list = v.as_array();
    if (is_text(v) || (list != nullptr && !list->empty() && std::all_of(list->begin(), list->end(), is_text)))
        return {};
    return fail(errc::usage, "'aud' must be a text or a list of texts (RFC 7519 §4.1.3)");
}

// A wrong value for such a claim needs a fault: a fault names the violated clause and is recorded in the journal.
result<void> demand_free(const std::string& name) {
    if (name.empty()) return fail(errc::usage, "a claim needs a name");
    if (std::find(reserved.begin(), reserved.end(), name) == reserved.end()) return {};
    const auto wrong = fmt::format("id_token_{}_wrong", name);
    const std::string fault = find_fault(wrong) ? wrong : "id_token_member_set";
    return fail(
        errc::usage,
        fmt::format("the server itself sets '{}'; to send a wrong value, switch the fault {} on (assay explain {})",
                    name, fault, fault));
}

result<void> read_condition(const json::value& v, sv name, std::string& out) {
    const auto* m = v.find(name);
    if (m == nullptr) return {};
    if (!m->is_string() || m->as_string()->empty())
        return fail(errc::usage, fmt::format("'{}' of a row of claims must be a text", name));
    out = *m->as_string();
    return {};
}

result<void> read_parameters(const json::value& v, claim_row& row) {
    const auto* m = v.find("request");
    if (m == nullptr) return {};
    if (m->is_object() && !m->as_object()->members.empty()) {
        for (const auto& [name, value] : m->as_object()->members) {
            if (!value.is_string())
                return fail(errc::usage, fmt::format("'{}' in 'request' of a row of claims must be a text", name));
            row.request.emplace_back(name, *value.as_string());
        }
        return {};
    }
    return fail(errc::usage,
                "'request' of a row of claims must be an object of parameters and their values, such as "
                R"({"grant_type": "client_credentials"})");
}

bool has_parameters(const claim_row& row, const oauth::form* request) {
    return std::all_of(row.request.begin(), row.request.end(), [&](const auto& one) {
        const auto* value = request == nullptr ? nullptr : request->find(one.first);
        return value != nullptr && *value == one.second;
    });
}

result<void> read_places(const json::value& v, claim_row& row) {
    const auto* in = v.find("in");
    if (in == nullptr) return {};
    if (!in->is_array() || in->as_array()->empty())
        return fail(errc::usage, fmt::format("'in' must be a list of {}", fmt::join(places, ", ")));
    row.in.clear();
    for (const auto& one : *in->as_array()) {
        const auto place = one.is_string() ? *one.as_string() : json::format(one);
        if (!holds(places, place)) {
            return fail(errc::usage, fmt::format("claims are in {}, not in '{}'{}", fmt::join(places, ", "), place,
                                                 did_you_mean(place, places)));
        }
        row.in.push_back(place);
    }
    return {};
}

}  // namespace

result<claim_row> claim_row_from_json(const json::value& v, const dialect& speaks) {
    if (auto ok = only_members(v, members, "a row of claims"); !ok) return fail(ok.error());
    claim_row row;
    const auto* claims = v.find("claims");
    if (claims == nullptr || !claims->is_object() || claims->as_object()->members.empty())
        return fail(errc::usage, "a row of claims needs 'claims', an object of names and values");
    if (auto ok = read_places(v, row); !ok) return fail(ok.error());
    if (auto ok = read_parameters(v, row); !ok) return fail(ok.error());
    for (const auto& m : claims->as_object()->members) {
        const auto ok = m.name == "aud" ? demand_audience(m.v, row.in) : demand_free(m.name);
        if (!ok) return fail(ok.error());
        if (auto good = demand_template(m.v); !good) return fail(good.error());
        row.claims.set(m.name, m.v);
    }
    for (auto& [name, field] :
         {std::pair<sv, std::string&>{"user", row.user}, {"client_id", row.client_id}, {"scope", row.scope}}) {
        if (auto ok = read_condition(v, name, field); !ok) return fail(ok.error());
    }
    if (!row.scope.empty() && !holds(speaks.scopes_supported, row.scope)) {
        return fail(errc::usage,
                    fmt::format("{} has no scope '{}'{}; a dialect of your own adds one (scopes_supported)",
                                speaks.name, row.scope, did_you_mean(row.scope, speaks.scopes_supported)));
    }
    return row;
}

json::object to_json(const claim_row& row) {
    json::object out{{"claims", row.claims}};
    for (const auto& [name, field] :
         {std::pair<sv, const std::string&>{"user", row.user}, {"client_id", row.client_id}, {"scope", row.scope}}) {
        if (!field.empty()) out.append(std::string(name), field);
    }
    if (!row.request.empty()) {
        json::object request;
        for (const auto& [name, value] : row.request) request.append(name, value);
        out.append("request", std::move(request));
    }
    out.append("in", json::array(row.in.begin(), row.in.end()));
    return out;
}

result<void> demand_known(const claim_row& row, const std::vector<std::string>& users,
                          const std::vector<std::string>& client_ids) {
    if (!row.user.empty() && !holds(users, row.user))
        return fail(errc::usage, fmt::format("claims for a user '{}' that is not there{}", row.user,
                                             did_you_mean(row.user, users)));
    if (!row.client_id.empty() && !holds(client_ids, row.client_id)) {
        return fail(errc::usage, fmt::format("claims for a client '{}' that is not there{}", row.client_id,
                                             did_you_mean(row.client_id, client_ids)));
    }
    return {};
}

void add_configured_claims(const std::vector<claim_row>& rows, const claim_question& q, json::object& out) {
    for (const auto& row : rows) {
        const bool is_theirs = row.user.empty() || (!q.sub.empty() && (row.user == q.sub || row.user == q.username));
        const bool by_scope = row.scope.empty() || q.scope == nullptr || holds(*q.scope, row.scope);
        const bool by_client = row.client_id.empty() || row.client_id == q.client_id;
        if (!is_theirs || !by_scope || !by_client || !holds(row.in, q.place)) continue;
        if (!has_parameters(row, q.values.request)) continue;
        for (const auto& m : row.claims.members) {
            if (auto filled = filled_claim(m.v, q.values)) out.set(m.name, std::move(*filled));
        }
    }
}

}  // namespace assay::mock
