#include "tests/mock_server/dialects/polar_table.hpp"

namespace assay::mock::testing {
namespace {

const std::string callback = "http://127.0.0.1:1/cb?";
const std::string form_text = "The+resource+owner+or+authorization+server+denied+the+request";

headers to(const std::string& query) {
    return {{"Location", callback + query}, {"Cache-Control", "private, no-store"}, {"Content-Type", ""}};
}
headers invalid(const std::string& text) {
    return to("error=invalid_request&error_description=" + text + "&state=s");
}
std::string json_error(const std::string& error, const std::string& text) {
    return R"({"error":")" + error + R"(","error_description":")" + text + R"(","state":"s"})";
}
std::string page_error(const std::string& error, const std::string& text) {
    return R"({"error":")" + error + R"(","error_description":")" + text + R"("})";
}

// A row for the validation of requests: the changes to a good request of client `web`.
polar_row request(const std::string& name, oauth::form changes, int status, std::string body, headers h = {},
                  unsigned in = every) {
    return {name,         [changes = std::move(changes)](flow& f) { return ask_api(f, changes); },
            status,       std::move(body),
            std::move(h), in};
}

const std::string challenge = oauth::s256_challenge("spec-verifier-0123456789-ABCDEFGHIJ-abcdefghij");

std::vector<polar_row> request_rows() {
    return {
        request("response_type_other", {{"response_type", "token"}}, 302, "",
                to("error=unsupported_response_type&error_description=token&state=s")),
        request("response_type_missing", {{"response_type", "-"}}, 302, "",
                to("error=unsupported_response_type&state=s")),
        request("response_type_first", {{"response_type", "token"}, {"client_id", "nobody"}}, 400,
                json_error("unsupported_response_type", "token"), no_store()),
        request("response_type_with_a_bad_redirect_uri", {{"response_type", "token"}, {"redirect_uri", "http://x/"}},
                400, json_error("unsupported_response_type", "token"), no_store()),
        request("response_type_without_redirect_uri", {{"response_type", "token"}, {"redirect_uri", "-"}}, 302, "",
                to("error=unsupported_response_type&error_description=token&state=s")),
        request("client_id_twice", {{"client_id", "+web"}}, 400,
                json_error("invalid_request", "Multiple 'client_id' in request."), no_store()),
        request("state_twice", {{"state", "+t"}}, 400, json_error("invalid_request", "Multiple 'state' in request.")),
        request("redirect_uri_twice", {{"redirect_uri", "+http://127.0.0.1:1/cb"}}, 400,
                json_error("invalid_request", "Multiple 'redirect_uri' in request.")),
        request("scope_twice", {{"scope", "+openid"}}, 400,
                json_error("invalid_request", "Multiple 'scope' in request.")),
        request("nonce_twice_is_no_matter", {{"nonce", "a"}, {"nonce", "+b"}}, 401, R"({"detail":"Unauthorized"})"),
        request("client_id_missing", {{"client_id", "-"}}, 400,
                json_error("invalid_client", "Missing 'client_id' parameter."), no_store()),
        request("client_unknown", {{"client_id", "nobody"}}, 400,
                json_error("invalid_client", "The client does not exist on this server.")),
        request("redirect_uri_port_counts", {{"redirect_uri", "http://127.0.0.1:2/cb"}}, 400,
                json_error("invalid_request", "Redirect URI http://127.0.0.1:2/cb is not supported by client.")),
        request("redirect_uri_slash_counts", {{"redirect_uri", "http://127.0.0.1:1/cb/"}}, 400,
                json_error("invalid_request", "Redirect URI http://127.0.0.1:1/cb/ is not supported by client.")),
        request("redirect_uri_omitted", {{"redirect_uri", "-"}, {"prompt", "none"}}, 302, "",
                to("error=login_required&state=s")),
        request("scope_unknown", {{"scope", "openid bogus"}}, 302, "",
                to("error=invalid_scope&error_description=The+requested+scope+is+invalid%2C+unknown%2C+or+"
                   "malformed.&state=s")),
        request("scope_reserved", {{"scope", "openid organization_access_tokens:read"}}, 401, ""),
        request("scope_missing", {{"scope", "-"}}, 302, "", invalid("Missing+%27scope%27+in+request."), g2025_02),
        request("scope_omitted", {{"scope", "-"}}, 200,
                R"(~"scopes":["openid","email","user:read","organizations:read"])", {},
                g2025_10 | g2026_06_17 | g2026_06_26),
        request("sub_type_unknown", {{"sub_type", "foo"}}, 400, json_error("invalid_request", "Invalid sub_type")),
        request("sub_for_a_user", {{"sub", "0c9e7a52-6f0b-4a53-9d5e-3f1a7c2b8e01"}}, 400,
                json_error("invalid_request", "Can't specify sub for user sub_type"), {}, organization_tokens),
        request("sub_is_ignored", {{"sub", "x"}}, 401, R"({"detail":"Unauthorized"})", {}, g2026_06_26),
        request("state_is_not_echoed_when_empty", {{"state", ""}, {"prompt", "none"}}, 302, "",
                to("error=login_required")),
    };
}

// What the client registered decides.
std::vector<polar_row> client_rows() {
    return {
        {"redirect_uri_of_a_client_without",
         [](flow& f) {
             auto c = *f.at->find_client("web");
             c.redirect_uris.clear();
             f.at->put_client(c);
             return ask_api(f, {{"redirect_uri", "-"}});
         },
         400, json_error("invalid_request", "Missing 'redirect_uri' in request."), no_store()},
        {"response_type_not_registered",
         [](flow& f) {
             auto c = *f.at->find_client("web");
             c.response_types.clear();
             f.at->put_client(c);
             return ask_api(f, {});
         },
         302, "",
         to("error=unauthorized_client&error_description=The+client+is+not+authorized+to+use+%27response_type%3Dcode%"
            "27"
            "&state=s")},
    };
}

std::vector<polar_row> pkce_rows() {
    return {
        request("method_without_challenge", {{"code_challenge_method", "S256"}}, 302, "",
                invalid("Missing+%27code_challenge%27")),
        request("challenge_twice", {{"code_challenge", challenge}, {"code_challenge", "+" + challenge}}, 302, "",
                invalid("Multiple+%27code_challenge%27+in+request.")),
        request(
            "method_twice",
            {{"code_challenge", challenge}, {"code_challenge_method", "S256"}, {"code_challenge_method", "+S256"}},
            302, "", invalid("Multiple+%27code_challenge_method%27+in+request.")),
        request("challenge_short", {{"code_challenge", "short"}}, 302, "", invalid("Invalid+%27code_challenge%27")),
        request("challenge_padded", {{"code_challenge", challenge + "="}, {"code_challenge_method", "S256"}}, 302, "",
                invalid("Invalid+%27code_challenge%27")),
        request("method_unknown", {{"code_challenge", challenge}, {"code_challenge_method", "S512"}}, 302, "",
                invalid("Unsupported+%27code_challenge_method%27")),
        request("plain_is_allowed", {{"code_challenge", challenge}, {"code_challenge_method", "plain"}}, 401, ""),
        request("public_client_without_pkce", {{"client_id", "spa"}}, 401, ""),
        {"nonce_of_an_unredeemed_code",
         [](flow& f) {
             (void)fresh_code(f, {{"nonce", "n"}});
             return ask_api(f, {{"nonce", "n"}});
         },
         302, "", invalid("Replay+attack")},
        {"nonce_of_a_redeemed_code",
         [](flow& f) {
             (void)user_tokens(f, {{"nonce", "n"}});
             return ask_api(f, {{"nonce", "n"}});
         },
         401},
    };
}

// ---- prompt (the matrix)

// The answer for the signed-in user ada, with or without remembered consent to openid email.
polar_row signed_in(const std::string& name, oauth::form changes, bool remembered, int status, std::string body,
                    headers h = {}) {
    return {name,
            [=](flow& f) {
                const auto cookie = signed_in_as(f);
                const auto sub = f.at->find_user("ada")->sub;
                if (remembered) f.at->tokens.remember_consent("web", sub, "", "openid email");
                return ask_api(f, changes, cookie);
            },
            status, std::move(body), std::move(h)};
}

std::vector<polar_row> prompt_rows() {
    const std::string unauthorized = R"({"detail":"Unauthorized"})";
    const std::string page = R"(~"scopes":["openid","email"])";
    return {
        request("nobody_openid", {}, 401, unauthorized, {{"WWW-Authenticate", ""}}),
        request("nobody_no_openid", {{"scope", "user:read"}}, 200, R"(~"sub":null,)"),
        request("nobody_none", {{"prompt", "none"}}, 302, "", to("error=login_required&state=s")),
        request("nobody_other", {{"prompt", "consent"}}, 401, unauthorized),
        request("none_and_another", {{"prompt", "none login"}}, 302, "", invalid("Invalid+%27prompt%27+parameter.")),
        signed_in("user_remembered", {}, true, 302, "", {{"Location", "~" + callback + "code=polar_ac_"}}),
        signed_in("user_fresh", {}, false, 200, page),
        signed_in("user_fewer_remembered", {{"scope", "openid email user:read"}}, true, 200, ""),
        signed_in("none_fresh", {{"prompt", "none"}}, false, 302, "", to("error=consent_required&state=s")),
        signed_in("none_remembered", {{"prompt", "none"}}, true, 200, page),
        signed_in("login_openid", {{"prompt", "login"}}, true, 401, unauthorized),
        signed_in("login_no_openid", {{"prompt", "login"}, {"scope", "email"}}, true, 200, ""),
        signed_in("consent_remembered", {{"prompt", "consent"}}, true, 200, page),
        signed_in("select_account", {{"prompt", "select_account"}}, true, 200, page),
        signed_in("empty_prompt", {{"prompt", ""}}, true, 200, page),
        signed_in("unknown_prompt", {{"prompt", "undefined"}}, true, 200, page),
        {"first_party",
         [](flow& f) {
             auto own = *f.at->find_client("web");
             own.first_party = true;
             f.at->put_client(own);
             return ask_api(f, {}, signed_in_as(f));
         },
         302,
         "",
         {{"Location", "~code=polar_ac_"}}},
        {"api_token_is_no_session",
         [](flow& f) {
             http::request r;
             r.target = "/v1/oauth2/authorize?response_type=code&client_id=web&scope=openid";
             r.head.append("Authorization", "Bearer " + access(f));
             return f.send(std::move(r));
         },
         403, R"({"error":"NotPermitted","detail":"Not permitted"})"},
    };
}

std::vector<polar_row> page_rows() {
    return {
        {"page_body", [](flow& f) { return ask_api(f, {}, signed_in_as(f)); }, 200,
         R"(~"client_id":"web","client_name":"","client_uri":null,"logo_uri":null,"tos_uri":null,"policy_uri":null},"sub_type":"user","sub":{"id":"6f0f3c0e-1b7d-4e0a-9c55-2a8d3e4f5b11","email":"ada@example.com","avatar_url":null},"scopes":["openid","email"],"organizations":[{"id":"0c9e7a52-6f0b-4a53-9d5e-3f1a7c2b8e01","slug":"acme","avatar_url":null})"},
        {"page_of_a_single_organization",
         [](flow& f) {
             return ask_api(f, {{"sub_type", "organization"}}, signed_in_as(f));
         },
         200,
         R"(~"requires_single_organization":true)",
         {},
         g2026_06_26},
        {"page_of_an_organization_token",
         [](flow& f) {
             return ask_api(f, {{"sub_type", "organization"}}, signed_in_as(f));
         },
         200,
         R"(~"sub_type":"organization","sub":null,)",
         {},
         organization_tokens},
        {"page_names_scopes", [](flow& f) { return ask_api(f, {}, signed_in_as(f)); }, 200,
         R"(~"scope_display_names":{"openid":"OpenID","profile":"Read your profile","email":"Read your email address",)"},
        {"page_names_every_scope",
         [](flow& f) {
             auto r = ask_api(f, {}, signed_in_as(f));
             EXPECT_EQ(flow::body_of(r).find("scope_display_names")->as_object()->members.size(), 63U);
             return r;
         },
         200},
        {"members_who_do_not_manage",
         [](flow& f) { return ask_api(f, {}, signed_in_as(f, "grace")); },
         200,
         R"(~"organizations":[])",
         {},
         g2026_06_17},
    };
}

// ---- consent

polar_row consenting(const std::string& name, oauth::form changes, oauth::form body, int status, std::string answer,
                     headers h = {}, unsigned in = every) {
    return {name,         [=](flow& f) { return consent(f, changes, body, signed_in_as(f)); },
            status,       std::move(answer),
            std::move(h), in};
}

std::vector<polar_row> consent_rows() {
    const oauth::form allow{{"action", "allow"}};
    return {
        {"consent_without_session",
         [](flow& f) {
             return consent(f, {}, {{"action", "allow"}}, {});
         },
         401,
         R"({"error":"Unauthorized","detail":"Unauthorized"})",
         {{"WWW-Authenticate", "Bearer realm=\"polar\""}}},
        {"consent_by_api_token",
         [](flow& f) {
             return f.post("/v1/oauth2/consent", {{"action", "allow"}}, "Bearer " + access(f));
         },
         403, R"({"error":"NotPermitted","detail":"Not permitted"})"},
        consenting("consent_without_action", {}, {}, 422, R"(~{"error":"RequestValidationError","detail":[{"type")"),
        consenting("consent_other_action", {}, {{"action", "maybe"}}, 422, R"(~"RequestValidationError")"),
        consenting("deny", {}, {{"action", "deny"}}, 302, "",
                   to("error=access_denied&error_description=" + form_text + "&state=s")),
        consenting("deny_looks_at_no_organization", {{"sub_type", "organization"}},
                   {{"action", "deny"}, {"organizations", "x"}}, 302, "",
                   to("error=access_denied&error_description=" + form_text + "&state=s")),
        consenting("allow", {}, allow, 302, "", {{"Location", "~" + callback + "code=polar_ac_"}}),
        consenting("consent_errors_have_no_state", {{"scope", "bogus"}}, allow, 302, "",
                   to("error=invalid_scope&error_description=The+requested+scope+is+invalid%2C+unknown%2C+or+"
                      "malformed.")),
    };
}

// The introspection of the token for the code in that redirect.
http::response introspected(flow& f, const http::response& back) {
    const auto location = std::string(back.head.value("location"));
    const auto query = oauth::parse_form(location.substr(location.find('?') + 1)).value_or(oauth::form{});
    const auto tokens = flow::body_of(f.redeem(std::string(query.value("code")), {{"code_verifier", ""}}));
    return f.post("/v1/oauth2/introspect", {{"token", std::string(tokens.string_at("access_token"))}}, f.basic);
}

std::vector<polar_row> choice_rows() {
    const std::string acme = "0c9e7a52-6f0b-4a53-9d5e-3f1a7c2b8e01";
    const std::string nowhere = "0c9e7a52-6f0b-4a53-9d5e-3f1a7c2b8eff";
    const oauth::form allow{{"action", "allow"}};
    const auto allowing = [](const std::string& organizations) {
        return oauth::form{{"action", "allow"}, {"organizations", organizations}};
    };
    return {
        // Organization tokens: one organization, which the user belongs to or, later, manages
        consenting("organization_missing", {{"sub_type", "organization"}}, allow, 400, R"({"error":"invalid_sub"})",
                   no_store(), organization_tokens),
        consenting("organization_of_others", {{"sub_type", "organization"}, {"sub", nowhere}}, allow, 400,
                   R"({"error":"invalid_sub"})", no_store(), organization_tokens),
        consenting("organization_chosen", {{"sub_type", "organization"}, {"sub", acme}}, allow, 302, "",
                   {{"Location", "~code=polar_ac_"}}, organization_tokens),
        {"organization_not_managed",
         [](flow& f) {
             return consent(f, {{"sub_type", "organization"}, {"sub", f.at->find_organization("globex")->id}},
                            {{"action", "allow"}}, signed_in_as(f, "grace"));
         },
         400, R"({"error":"invalid_sub"})", no_store(), g2026_06_17},
        // Limits: errors are never redirected
        consenting("limit_no_uuid", {}, allowing("acme"), 400,
                   page_error("invalid_request", "Invalid 'organizations' UUID"), no_store(), g2026_06_26),
        consenting("limit_not_accessible", {}, allowing(nowhere), 400,
                   page_error("invalid_request", "Organization " + nowhere + " is not accessible"), no_store(),
                   g2026_06_26),
        consenting("limit_needed", {{"sub_type", "organization"}}, allow, 400,
                   page_error("invalid_request", "sub_type=organization requires selecting an organization"),
                   no_store(), g2026_06_26),
        consenting("limit_chosen", {{"sub_type", "organization"}}, allowing(acme), 302, "",
                   {{"Location", "~code=polar_ac_"}}, g2026_06_26),
        {"narrower_consent_overwrites",
         [](flow& f) {
             const auto cookie = signed_in_as(f);
             (void)consent(f, {}, {{"action", "allow"}}, cookie);
             (void)consent(f, {{"scope", "openid"}}, {{"action", "allow"}}, cookie);
             return ask_api(f, {}, cookie);
         },
         200},
        {"denial_is_not_remembered",
         [](flow& f) {
             const auto cookie = signed_in_as(f);
             (void)consent(f, {}, {{"action", "deny"}}, cookie);
             return ask_api(f, {}, cookie);
         },
         200},
    };
}

std::vector<polar_row> limit_rows() {
    const std::string acme = "0c9e7a52-6f0b-4a53-9d5e-3f1a7c2b8e01";
    const auto allowing = [](const std::string& organizations) {
        return oauth::form{{"action", "allow"}, {"organizations", organizations}};
    };
    return {
        {"several_chosen_for_a_single_one",
         [=](flow& f) {
             // The one whose id sorts first is kept.
             const oauth::form body{{"action", "allow"},
                                    {"organizations", f.at->find_organization("globex")->id},
                                    {"organizations", acme},
                                    {"organizations", acme}};
             return introspected(f, consent(f, {{"sub_type", "organization"}}, body, signed_in_as(f)));
         },
         200,
         R"(~"organizations":[")" + acme + R"("],)",
         {},
         g2026_06_26},
        {"several_chosen",
         [=](flow& f) {
             const oauth::form body{{"action", "allow"},
                                    {"organizations", f.at->find_organization("globex")->id},
                                    {"organizations", acme},
                                    {"organizations", acme}};
             return introspected(f, consent(f, {}, body, signed_in_as(f)));
         },
         200,
         R"(~"organizations":[")" + acme + R"(","7d1f4b90-2c3e-4c86-8a1b-5e9f0d6a4c02"],)",
         {},
         g2026_06_26},
        {"remembered_consent_forgets_the_limit",
         [=](flow& f) {
             const auto cookie = signed_in_as(f);
             (void)consent(f, {}, allowing(acme), cookie);
             return introspected(f, ask_api(f, {}, cookie));
         },
         200,
         R"(~"organizations":[],)",
         {},
         g2026_06_26},
        {"remembered_consent_needs_an_organization",
         [=](flow& f) {
             const auto cookie = signed_in_as(f);
             (void)consent(f, {{"sub_type", "organization"}}, allowing(acme), cookie);
             return ask_api(f, {{"sub_type", "organization"}}, cookie);
         },
         400, json_error("invalid_request", "sub_type=organization requires selecting an organization"), no_store(),
         g2026_06_26},
    };
}

}  // namespace

std::vector<polar_row> authorization_rows() {
    auto out = request_rows();
    for (auto rows :
         {client_rows(), pkce_rows(), prompt_rows(), page_rows(), consent_rows(), choice_rows(), limit_rows()}) {
        for (auto& row : rows) out.push_back(std::move(row));
    }
    return out;
}

}  // namespace assay::mock::testing
