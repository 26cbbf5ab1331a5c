#include "mock_server/protocol/client_authentication.hpp"

#include <algorithm>

#include "data/text.hpp"
#include "mock_server/observe/diagnosis/diagnosis.hpp"
#include "mock_server/protocol/client_assertion.hpp"
#include "oauth/base64url.hpp"
#include "oauth/client_auth.hpp"
#include "oauth/crypto.hpp"
#include "oauth/scope.hpp"

namespace assay::mock {
namespace {

struct presented {
    std::string method = "none";
    std::string client_id;
    std::string client_secret;
    std::optional<client_assertion> assertion{};
};

// Stripe: the secret is the API key of a platform, and alone says whose it is.
void find_by_secret(const context& c, presented& p) {
    if (!c.speaks().client_found_by_secret || !p.client_id.empty()) return;
    if (p.client_secret.empty())
        p.client_secret = oauth::parse_bearer(c.in.request.head.value("authorization")).value_or("");
    for (const auto& one : c.at->clients()) {
        if (!one.client_secret.empty() && oauth::equal_constant_time(p.client_secret, one.client_secret))
            p.client_id = one.client_id;
    }
}

// For a server that does not form-decode Basic credentials.
result<oauth::basic_credentials> undecoded_basic(std::string_view header) {
    const auto plain = oauth::base64_decode(header.substr(std::min<std::size_t>(6, header.size())));
    if (!plain) return fail(plain.error());
    const auto colon = plain->find(':');
    if (colon == std::string::npos) return fail(errc::malformed, "no colon");
    return oauth::basic_credentials{plain->substr(0, colon), plain->substr(colon + 1)};
}

// Neither Basic nor Bearer credentials contain a comma; two fields joined by a proxy do.
std::string_view first_credentials(std::string_view header) {
    return header.substr(0, header.find(','));
}

std::optional<refusal> demand_one_authorization(context& c) {
    const auto fields = c.in.request.head.count("Authorization");
    const auto header = c.in.request.head.value("Authorization");
    const bool once = fields <= 1 && first_credentials(header).size() == header.size();
    return c.demand(rule::client_credentials_not_repeated, once, "several credentials in Authorization", "one");
}

outcome<presented> read_credentials(context& c) {
    if (auto no = demand_one_authorization(c)) return refuse(*no);
    presented p{"none", std::string(c.in.body.value("client_id")), std::string(c.in.body.value("client_secret")), {}};
    if (p.client_secret.empty() && !c.enforces(rule::client_credentials_not_in_uri) &&
        c.in.query.find("client_secret") != nullptr) {
        p.client_id = std::string(c.in.query.value("client_id"));
        p.client_secret = std::string(c.in.query.value("client_secret"));
    }
    find_by_secret(c, p);
    if (!p.client_secret.empty()) p.method = "client_secret_post";
    if (c.speaks().client_secret_is_assertion) p.client_secret.clear();  // read as an assertion below
    if (auto assertion = read_client_assertion(c)) {
        const bool alone = p.client_secret.empty() && c.in.request.head.find("Authorization") == nullptr;
        if (auto no = c.demand(rule::client_single_method, alone, "an assertion and a secret", "one method"))
            return refuse(*no);
        p.client_id = assertion->client_id;
        p.assertion = std::move(*assertion);
        return p;
    }
    const auto header = first_credentials(c.in.request.head.value("authorization"));
    if (!http::iequals(header.substr(0, 5), "basic")) return p;
    auto basic = c.enforces(rule::client_basic_form_decoded) ? oauth::parse_basic(header) : undecoded_basic(header);
    if (auto no = c.demand(rule::client_credentials_present, basic.has_value(), "a malformed Basic header",
                           "Basic base64(form(client_id):form(client_secret))")) {
        return refuse(*no);
    }
    if (!basic) return p;
    if (auto no = c.demand(rule::client_single_method, p.client_secret.empty(), "Basic and client_secret in the body",
                           "one method")) {
        return refuse(*no);
    }
    if (auto no = c.demand(rule::client_id_consistent, p.client_id.empty() || p.client_id == basic->client_id,
                           p.client_id, basic->client_id)) {
        return refuse(*no);
    }
    return presented{"client_secret_basic", basic->client_id, basic->client_secret, {}};
}

// An unknown client, as a server without that rule accepts it.
std::shared_ptr<const client> made_up(const context& c, const presented& p) {
    client out;
    out.client_id = p.client_id;
    out.client_secret = p.client_secret;
    out.token_endpoint_auth_method = p.method;
    out.scope = oauth::format_scope(c.speaks().scopes_supported);
    return std::make_shared<const client>(std::move(out));
}

// How the received secret differs from the client's: for the journal and its diagnosis, never for the answer.
std::string_view secret_difference(const context& c, const presented& p, const client& known) {
    const auto same = [&](std::string_view text) {
        return !known.client_secret.empty() && oauth::equal_constant_time(text, known.client_secret);
    };
    const auto header = c.in.request.head.value("authorization");
    if (p.method == "client_secret_basic") {
        const auto plain = oauth::base64_decode(header.substr(std::min<std::size_t>(6, header.size())));
        if (plain && same(plain->substr(plain->find(':') + 1))) return got::secret_not_form_encoded;
    }
    const std::string_view sent = p.client_secret;
    const auto bare = trimmed(sent, " \t\r\n");
    if (!bare.empty() && same(bare)) return got::secret_with_white_space;
    if (const auto once = oauth::form_decode(sent); once && same(*once)) return got::secret_encoded_twice;
    const auto others = c.at->clients();
    const bool of_another = std::any_of(others.begin(), others.end(), [&](const client& one) {
        return !one.client_secret.empty() && oauth::equal_constant_time(sent, one.client_secret);
    });
    return of_another ? got::secret_of_another_client : got::another_secret;
}

// Endpoints other than the token endpoint have their own rules about public clients.
bool takes_public_clients(const context& c) {
    const auto& methods = c.auth_methods();
    return c.endpoint != "token" || std::find(methods.begin(), methods.end(), "none") != methods.end();
}

outcome<authenticated_client> identify(context& c) {
    auto p = read_credentials(c);
    if (!p) return refuse(p.error());
    if (auto no = c.demand(rule::client_id_present, !p->client_id.empty(), "no client_id", "client_id"))
        return refuse(*no);
    // With the rule switched off the server takes the client_id of the code.
    if (p->client_id.empty()) {
        const auto g = c.at->tokens.find_code(std::string(c.in.body.value("code")));
        if (g) p->client_id = g->client_id;
    }
    c.client_id = p->client_id;
    auto known = c.at->find_client(p->client_id);
    if (auto no = c.demand(rule::client_known, known != nullptr, p->client_id, "a registered client_id"))
        return refuse(*no);
    if (!known) return authenticated_client{made_up(c, *p), p->method};
    if (p->assertion && !c.speaks().client_secret_is_assertion) p->method = assertion_method(*p->assertion, *known);
    const bool sends_secret = p->method != "none";
    if (auto no = c.demand(rule::client_credentials_present,
                           sends_secret || (known->is_public() && takes_public_clients(c)), "client_id alone",
                           known->token_endpoint_auth_method)) {
        return refuse(*no);
    }
    if (!sends_secret) return authenticated_client{std::move(known), p->method};
    if (auto no = c.tolerate(rule::client_advertised_methods_accepted, p->method != "client_secret_basic", p->method))
        return refuse(*no);
    const bool any_method = c.speaks().method_checked_for_tokens_only && c.endpoint != "token";
    if (auto no =
            c.demand(rule::client_method_registered, any_method || p->method == known->token_endpoint_auth_method,
                     p->method, known->token_endpoint_auth_method)) {
        return refuse(*no);
    }
    if (p->assertion) {
        if (auto no = demand_client_assertion(c, *p->assertion, *known)) return refuse(*no);
        return authenticated_client{std::move(known), p->method};
    }
    const bool matches = known->has_secret() && oauth::equal_constant_time(p->client_secret, known->client_secret);
    if (auto no = c.demand(rule::client_secret_matches, matches,
                           matches ? std::string_view{} : secret_difference(c, *p, *known),
                           "the client's own client_secret")) {
        return refuse(*no);
    }
    return authenticated_client{std::move(known), p->method};
}

}  // namespace

outcome<authenticated_client> authenticate_client(context& c) {
    auto who = identify(c);
    const auto bearable = c.speaks().failed_authentications;
    if (bearable == 0 || c.client_id.empty()) return who;
    auto& memory = c.at->short_lived;
    const bool failed = !who && who.error().where == channel::client_authentication;
    if (failed && who.error().id != rule::client_known) memory.note_failure(c.client_id, c.now);
    // Throttled requests get the same answer, right or wrong, so that guessing reveals nothing.
    if (auto no = c.demand(rule::client_guessing_throttled, memory.failures(c.client_id, c.now) <= bearable,
                           "too many failed authentications", std::to_string(bearable) + " in a minute")) {
        return refuse(*no);
    }
    return who;
}

}  // namespace assay::mock
