// Issuers of the mock, created through its control API.
#include <algorithm>
#include <array>
#include <ctime>

#include <fmt/format.h>

#include "harness/engine/core/control.hpp"
#include "harness/engine/server/capabilities.hpp"
#include "harness/engine/server/subject.hpp"
#include "harness/scenario/words.hpp"
#include "http/url.hpp"

namespace assay::harness {
namespace {

constexpr std::int64_t lifetime_s = 300;  // an issuer that is not deleted expires after this

std::string_view method_of(std::string_view role) {
    if (role == "public") return "none";
    if (role == "key") return "private_key_jwt";
    if (role == "jwt_secret") return "client_secret_jwt";
    return role == "post" ? "client_secret_post" : "client_secret_basic";
}

json::object registration(std::string_view role, const json::object& differs) {
    const std::string base = fmt::format("http://127.0.0.1:1/{}/", role);  // never fetched
    json::object out{{"client_name", role},
                     {"token_endpoint_auth_method", method_of(role)},
                     {"redirect_uris", json::array{base + "cb", base + "other"}},
                     {"scope", "openid profile email user:read organizations:read"}};
    if (const json::value* own = differs.find(role); own != nullptr && own->is_object()) {
        for (const json::member& m : own->as_object()->members) out.set(m.name, m.v);
    }
    return out;
}

bool needs(const check& c, std::string_view capability) {
    return std::find(c.needs.begin(), c.needs.end(), capability) != c.needs.end();
}

// Some grants a client has only in checks that need them.
json::array grants_for(const check& c) {
    json::array grants{"authorization_code", "refresh_token"};
    for (const auto& [capability, grant] : grants_by_capability) {
        if (needs(c, capability)) grants.emplace_back(grant);
    }
    return grants;
}

// Clients that authenticate by JWT are registered only for checks that need them.
json::value request_body(const check& c, const std::string& dialect, const check_setup& how, bool with_jwt) {
    json::array clients;
    for (const std::string_view role : client_roles()) {
        const auto method = method_of(role);
        const bool by_jwt = method.ends_with("_jwt");
        if (by_jwt && (!with_jwt || !needs(c, method))) continue;
        auto one = registration(role, c.clients);
        if (needs(c, "request_object") || method == "private_key_jwt") {
            one.set("jwks", json::object{{"keys", json::array{client_signing_key().public_json(),
                                                              next_client_signing_key().public_json()}}});
        }
        if (one.find("grant_types") == nullptr) one.set("grant_types", grants_for(c));
        clients.emplace_back(std::move(one));
    }
    json::object out{{"dialect", dialect},     {"sign_in", "by_request"}, {"clients", std::move(clients)},
                     {"tls", needs(c, "tls")}, {"faults", how.faults},    {"ttl_s", lifetime_s},
                     {"seed", how.seed}};
    if (needs(c, "jwt_bearer")) {
        out.set("trusted_issuers",
                json::array{
                    json::object{{"issuer", trusted_issuer_of_checks},
                                 {"jwks", json::object{{"keys", json::array{client_signing_key().public_json()}}}}}});
    }
    return out;
}

std::vector<std::string> texts_at(const json::value& v, std::string_view name) {
    std::vector<std::string> out;
    const json::value* list = v.find(name);
    if (list == nullptr || list->as_array() == nullptr) return out;
    for (const json::value& item : *list->as_array()) {
        if (const std::string* text = item.as_string()) out.push_back(*text);
    }
    return out;
}

issuer_view view_of(const json::value& document, const std::string& control_origin) {
    issuer_view out;
    out.issuer = document.string_at("issuer");
    out.control = control_origin + "/issuers/" + std::string(document.string_at("name"));
    out.pages.user = "ada";
    read_issuer_document(document, out);
    if (const json::value* clients = document.find("clients"); clients != nullptr && clients->is_array()) {
        for (const json::value& one : *clients->as_array()) {
            out.clients.push_back({std::string(one.string_at("client_name")), std::string(one.string_at("client_id")),
                                   std::string(one.string_at("client_secret")),
                                   std::string(one.string_at("token_endpoint_auth_method")),
                                   texts_at(one, "redirect_uris"), client_signing_key(), next_client_signing_key()});
        }
    }
    return out;
}

// The mock is one node with two addresses: a race across them shows that a check sends to both.
void name_nodes(issuer_view& out) {
    const auto url = http::parse_url(out.issuer);
    if (!url || url->scheme != "http" || url->port.empty() || url->host != "127.0.0.1") return;
    out.nodes = {url->origin(), "http://localhost:" + url->port};
    out.capabilities.emplace_back("nodes");
}

class mock_subject : public server_subject {
public:
    mock_subject(std::string control_origin, std::string dialect, std::string ca_file)
        : control_origin_(std::move(control_origin)), dialect_(std::move(dialect)), ca_file_(std::move(ca_file)) {}

    std::string name() const override { return "mock"; }
    std::string dialect() const override { return dialect_; }
    std::string issuer() const override { return {}; }
    std::string arguments() const override { return fmt::format("--dialect {}", dialect_); }

    result<issuer_view> open(const check& c, const check_setup& how) override {
        json::value body = request_body(c, dialect_, how, true);
        auto made = call_control("POST", control_origin_ + "/issuers", body);
        // A dialect without these methods refuses such clients; the check is then skipped because of its `needs`.
        if (!made) {
            body = request_body(c, dialect_, how, false);
            made = call_control("POST", control_origin_ + "/issuers", body);
        }
        if (!made) return fail(made.error());
        issuer_view out = view_of(*made, control_origin_);
        name_nodes(out);
        out.made_by = std::move(body);
        out.ca_file = ca_file_;
        if (how.clock) {
            const std::int64_t ahead = *how.clock - static_cast<std::int64_t>(std::time(nullptr));
            auto moved = call_control("POST", out.control + "/clock", json::object{{"advance_s", ahead}});
            if (!moved) return fail(moved.error());
            out.clock_ahead_s += ahead;
        }
        return out;
    }

    void close(const issuer_view& at) override {
        // If this fails, the issuer expires by itself.
        [[maybe_unused]] const auto gone = call_control("DELETE", at.control, {});
    }

private:
    std::string control_origin_;
    std::string dialect_;
    std::string ca_file_;
};

}  // namespace

const registered_client* issuer_view::find_client(std::string_view role) const {
    const auto at = std::find_if(clients.begin(), clients.end(), [&](const auto& c) { return c.role == role; });
    return at == clients.end() ? nullptr : &*at;
}

bool issuer_view::can(std::string_view capability) const {
    if (capability == "tls") return issuer.starts_with("https://");
    if (capability == "plain_http") return issuer.starts_with("http://");
    return std::find(capabilities.begin(), capabilities.end(), capability) != capabilities.end();
}

void read_issuer_document(const json::value& document, issuer_view& out) {
    out.dialect = document.string_at("dialect");
    out.capabilities = texts_at(document, "capabilities");
    out.by_request = document.string_at("sign_in") == "by_request";
    if (const json::value* users = document.find("users")) out.users = *users;
    if (const json::value* organizations = document.find("organizations")) out.organizations = *organizations;
    if (const json::value* now = document.find("now"); now != nullptr && now->as_integer()) {
        out.clock_ahead_s = *now->as_integer() - static_cast<std::int64_t>(std::time(nullptr));
    }
}

std::unique_ptr<server_subject> make_mock_subject(std::string control_origin, std::string dialect,
                                                  std::string ca_file) {
    return std::make_unique<mock_subject>(std::move(control_origin), std::move(dialect), std::move(ca_file));
}

}  // namespace assay::harness
