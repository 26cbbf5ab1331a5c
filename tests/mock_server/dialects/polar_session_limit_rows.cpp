// §4.4, §4.6, §6.5 and §9 of Polar's behaviour, with a web session that is limited to organizations, and with an
// organization that requires single sign-on.
#include "mock_server/control/control.hpp"
#include "mock_server/issuer/people.hpp"
#include "tests/mock_server/dialects/polar_table.hpp"

namespace assay::mock::testing {
namespace {

const std::string acme = "0c9e7a52-6f0b-4a53-9d5e-3f1a7c2b8e01";
const std::string globex = "7d1f4b90-2c3e-4c86-8a1b-5e9f0d6a4c02";
const std::string only_acme = R"(~"organizations":[")" + acme + R"("],)";

using slugs = std::vector<std::string>;

// ada is a member of `member_of`; her sessions are limited to `reach`.
void limit_sessions(flow& f, const slugs& member_of, const slugs& reach) {
    user ada = *f.at->find_user("ada");
    ada.organizations = member_of;
    ada.manages.clear();
    ada.session_organizations = reach;
    const auto changed =
        f.at->change_people([&](people& all) { return put(all, ada, [] { return std::string("not needed"); }); });
    EXPECT_TRUE(changed);
}

// The session cookie of ada, who signed in after that.
std::string limited_session(flow& f, const slugs& member_of, const slugs& reach) {
    limit_sessions(f, member_of, reach);
    (void)f.authorize({{"assay_consent", "deny"}});
    const std::string cookie(f.last.head.value("set-cookie"));
    EXPECT_FALSE(cookie.empty());
    return cookie.substr(0, cookie.find(';'));
}

http::response allow(flow& f, const std::string& cookie, oauth::form request = {}, const slugs& chosen = {}) {
    oauth::form body{{"action", "allow"}};
    for (const auto& id : chosen) body.append("organizations", id);
    return consent(f, std::move(request), body, cookie);
}

http::response introspected(flow& f, const std::string& access_token) {
    return f.post("/v1/oauth2/introspect", {{"token", access_token}}, f.basic);
}
// The access of the token for the code in that redirect.
http::response of_redirect(flow& f, const http::response& back) {
    const std::string location(back.head.value("location"));
    const auto query = oauth::parse_form(location.substr(location.find('?') + 1)).value_or(oauth::form{});
    const auto t = flow::body_of(f.redeem(std::string(query.value("code")), {{"code_verifier", ""}}));
    return introspected(f, std::string(t.string_at("access_token")));
}

http::response exchange(flow& f, const std::string& cookie, oauth::form with) {
    auto c = *f.at->find_client("web");
    c.grant_types = {"web"};
    f.at->put_client(c);
    with.append("grant_type", "web");
    with.append("session_token", cookie.substr(cookie.find('=') + 1));
    return f.post("/v1/oauth2/token", with, f.basic);
}

polar_row row(const std::string& name, std::function<http::response(flow&)> ask, int status, std::string body,
              headers h = {}, unsigned in = g2026_06_26) {
    return {"session_limit_" + name, std::move(ask), status, std::move(body), std::move(h), in};
}

std::string refused(const std::string& text) {
    return R"({"error":"invalid_request","error_description":")" + text + R"("})";
}

std::vector<polar_row> consent_rows() {
    const slugs both{"acme", "globex"};
    const auto nothing = refused("The session has no accessible organizations");
    return {
        row(
            "offers_no_others", [=](flow& f) { return ask_api(f, {}, limited_session(f, both, {"acme"})); }, 200,
            R"(~"organizations":[{"id":")" + acme + R"(","slug":"acme","avatar_url":null}],)"),
        row(
            "is_inherited", [=](flow& f) { return of_redirect(f, allow(f, limited_session(f, both, {"acme"}))); },
            200, only_acme),
        row(
            "is_narrowed_by_a_choice",
            [=](flow& f) { return of_redirect(f, allow(f, limited_session(f, both, both), {}, {acme})); }, 200,
            only_acme),
        row(
            "holds_for_a_choice", [=](flow& f) { return allow(f, limited_session(f, both, {"acme"}), {}, {globex}); },
            400, refused("Organization " + globex + " is not accessible"), no_store()),
        row(
            "looks_for_malformed_ids_first",
            [=](flow& f) {
                return allow(f, limited_session(f, both, {"acme"}), {}, {globex, "acme"});
            },
            400, refused("Invalid 'organizations' UUID"), no_store()),
        row(
            "is_the_single_organization",
            [=](flow& f) {
                return of_redirect(f, allow(f, limited_session(f, both, {"acme"}), {{"sub_type", "organization"}}));
            },
            200, only_acme),
        row(
            "reaches_nothing", [=](flow& f) { return allow(f, limited_session(f, {"acme"}, {"globex"})); }, 400,
            nothing, no_store()),
        row(
            "reaches_nothing_whatever_is_chosen",
            [=](flow& f) { return allow(f, limited_session(f, {"acme"}, {"globex"}), {}, {"acme"}); }, 400, nothing,
            no_store()),
        row("is_no_matter_to_who_denies",
            [=](flow& f) {
                return consent(f, {}, {{"action", "deny"}}, limited_session(f, {"acme"}, {"globex"}));
            },
            302, "", {{"Location", "~error=access_denied"}}),
        // Membership is checked each time, the session's limit when it begins.
        row(
            "is_met_by_current_members",
            [=](flow& f) {
                const auto cookie = limited_session(f, both, both);
                limit_sessions(f, {"acme"}, {});
                return of_redirect(f, allow(f, cookie));
            },
            200, only_acme),
        row(
            "was_unknown_before", [=](flow& f) { return allow(f, limited_session(f, {"acme"}, {"globex"})); }, 302,
            "", {}, organization_tokens),
    };
}

std::vector<polar_row> silent_rows() {
    const slugs both{"acme", "globex"};
    const auto remembered = [](flow& f, const std::string& cookie) {
        f.at->tokens.remember_consent("web", f.at->find_user("ada")->sub, "", "openid email");
        return cookie;
    };
    return {
        row(
            "is_inherited_silently",
            [=](flow& f) {
                return of_redirect(f, ask_api(f, {}, remembered(f, limited_session(f, both, {"acme"}))));
            },
            200, only_acme),
        row(
            "reaches_nothing_silently",
            [=](flow& f) { return ask_api(f, {}, remembered(f, limited_session(f, {"acme"}, {"globex"}))); }, 400,
            R"({"error":"invalid_request","error_description":"The session has no accessible organizations","state":"s"})",
            no_store()),
        // Right after the sign-in, as on the page.
        row(
            "begins_with_the_sign_in",
            [=](flow& f) {
                limit_sessions(f, both, {"acme"});
                const auto t = f.tokens({});
                return introspected(f, std::string(t.string_at("access_token")));
            },
            200, only_acme),
    };
}

std::vector<polar_row> web_rows() {
    const slugs both{"acme", "globex"};
    const std::string gone = R"({"error":"invalid_grant"})";
    return {
        row(
            "web_user_inherits",
            [=](flow& f) {
                const auto t = flow::body_of(exchange(f, limited_session(f, both, {"acme"}), {}));
                return introspected(f, std::string(t.string_at("access_token")));
            },
            200, only_acme),
        row(
            "web_organization_within",
            [=](flow& f) {
                return exchange(f, limited_session(f, both, {"acme"}), {{"sub_type", "organization"}, {"sub", acme}});
            },
            200, R"(~"access_token":"polar_at_u_)"),
        row(
            "web_organization_beyond",
            [=](flow& f) {
                return exchange(f, limited_session(f, both, {"acme"}),
                                {{"sub_type", "organization"}, {"sub", globex}});
            },
            400, gone, no_store()),
        row(
            "web_reaches_nothing", [=](flow& f) { return exchange(f, limited_session(f, {"acme"}, {"globex"}), {}); },
            400, gone, no_store()),
    };
}

// ---- single sign-on

void enforce_sso(flow& f) {
    http::request r;
    r.method = "PUT";
    r.target = "/issuers/t/organizations/acme";
    r.body = R"({"slug":"acme","name":"Acme","sso_enforced":true})";
    const auto answer = std::get<http::write_response>(handle_control(f.core, r).front().what).r;
    EXPECT_EQ(answer.status, 200) << answer.body;
}
// A token of ada with organizations:read, from a session limited to `reach`.
std::string reading_token(flow& f, const slugs& reach) {
    limit_sessions(f, {"acme", "globex"}, reach);
    return std::string(f.tokens({{"scope", "openid organizations:read"}}).string_at("access_token"));
}

std::vector<polar_row> sso_session_rows() {
    const slugs both{"acme", "globex"};
    return {
        row(
            "sso_is_not_offered",
            [](flow& f) {
                enforce_sso(f);
                return ask_api(f, {}, signed_in_as(f));
            },
            200, R"(~"organizations":[{"id":")" + globex + R"(","slug":"globex","avatar_url":null}],)"),
        row(
            "sso_is_not_accessible",
            [](flow& f) {
                enforce_sso(f);
                return allow(f, signed_in_as(f), {}, {acme});
            },
            400, refused("Organization " + acme + " is not accessible"), no_store()),
        row(
            "sso_is_reached_by_its_session",
            [=](flow& f) {
                enforce_sso(f);
                return of_redirect(f, allow(f, limited_session(f, both, {"acme"})));
            },
            200, only_acme),
        row(
            "sso_web_organization",
            [=](flow& f) {
                enforce_sso(f);
                return exchange(f, signed_in_as(f), {{"sub_type", "organization"}, {"sub", acme}});
            },
            400, R"({"error":"invalid_grant"})", no_store()),
    };
}

std::vector<polar_row> sso_token_rows() {
    const std::string at_acme = "/v1/organizations/" + acme;
    return {
        row(
            "sso_is_lost_to_unlimited_tokens",
            [=](flow& f) {
                const auto token = reading_token(f, {});
                EXPECT_EQ(f.get(at_acme, token).status, 200);
                enforce_sso(f);
                EXPECT_EQ(f.get("/v1/organizations/" + globex, token).status, 200);
                return f.get(at_acme, token);
            },
            404, ""),
        row(
            "sso_ends_the_limited_tokens_before",
            [=](flow& f) {
                const auto token = reading_token(f, {"acme"});
                enforce_sso(f);
                return f.get(at_acme, token);
            },
            401, R"(~"error":"invalid_token")"),
        row(
            "sso_takes_limited_tokens_after",
            [=](flow& f) {
                enforce_sso(f);
                return f.get(at_acme, reading_token(f, {"acme"}));
            },
            200, ""),
        row(
            "sso_was_unknown_before",
            [=](flow& f) {
                const auto token = access(f, {{"scope", "openid organizations:read"}});
                enforce_sso(f);
                return f.get(at_acme, token);
            },
            200, "", {}, organization_tokens),
    };
}

}  // namespace

std::vector<polar_row> session_limit_rows() {
    auto out = consent_rows();
    for (auto rows : {silent_rows(), web_rows(), sso_session_rows(), sso_token_rows()}) {
        for (auto& one : rows) out.push_back(std::move(one));
    }
    return out;
}

}  // namespace assay::mock::testing
