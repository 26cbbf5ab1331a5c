// §4 of Polar's behaviour, details: what is checked at the request and what at consent, and which limits apply.
#include "tests/mock_server/dialects/polar_table.hpp"

namespace assay::mock::testing {
namespace {

const std::string acme = "0c9e7a52-6f0b-4a53-9d5e-3f1a7c2b8e01";
const std::string globex = "7d1f4b90-2c3e-4c86-8a1b-5e9f0d6a4c02";
const std::string ada = "6f0f3c0e-1b7d-4e0a-9c55-2a8d3e4f5b11";
const std::string unauthorized = R"({"detail":"Unauthorized"})";
const std::string callback = "http://127.0.0.1:1/cb?";

headers with_code() {
    return {{"Location", "~" + callback + "code=polar_ac_"}};
}
headers redirect(const std::string& query) {
    return {{"Location", callback + query}};
}
std::string refused(const std::string& text) {
    return R"({"error":"invalid_request","error_description":")" + text + R"("})";
}

polar_row asking(const std::string& name, oauth::form changes, int status, std::string body, headers h = {},
                 unsigned in = every) {
    return {name,         [changes = std::move(changes)](flow& f) { return ask_api(f, changes); },
            status,       std::move(body),
            std::move(h), in};
}
// A request of ada, who has consented to `remembered` (for that organization).
polar_row ada_asks(const std::string& name, oauth::form changes, const std::string& remembered, int status,
                   std::string body, headers h = {}, unsigned in = every, const std::string& organization = {}) {
    return {name,
            [=](flow& f) {
                const auto cookie = signed_in_as(f);
                if (!remembered.empty()) f.at->tokens.remember_consent("web", ada, organization, remembered);
                return ask_api(f, changes, cookie);
            },
            status,
            std::move(body),
            std::move(h),
            in};
}
// Submits the consent form with parameters of the request in the form, too, and with repeated ones.
http::response allowing(flow& f, const oauth::form& in_query, oauth::form in_form) {
    oauth::form p{{"response_type", "code"},
                  {"client_id", "web"},
                  {"redirect_uri", "http://127.0.0.1:1/cb"},
                  {"scope", "openid email"},
                  {"sub_type", "user"}};
    for (const auto& [name, value] : in_query.fields) p.append(name, value);
    in_form.append("action", "allow");
    return f.post("/v1/oauth2/consent?" + oauth::format_form(p), in_form, {}, signed_in_as(f));
}
std::string organization_token(flow& f) {
    const auto t = f.tokens({{"sub_type", "organization"}, {"assay_organization", "acme"}});
    return "Bearer " + std::string(t.string_at("access_token"));
}

std::vector<polar_row> request_rows() {
    return {
        asking(
            "response_type_twice", {{"response_type", "+code"}}, 400,
            R"({"error":"invalid_request","error_description":"Multiple 'response_type' in request.","state":"s"})",
            no_store()),
        asking("sub_type_empty", {{"sub_type", ""}}, 401, unauthorized),
        asking(
            "other_parameters_are_ignored",
            {{"response_mode", "fragment"}, {"max_age", "x"}, {"claims", "x"}, {"request", "x"}, {"acr_values", "x"}},
            401, unauthorized),
        {"the_query_of_a_redirect_uri_stays",
         [](flow& f) {
             auto c = *f.at->find_client("web");
             c.redirect_uris = {"http://127.0.0.1:1/cb?tenant=t"};
             f.at->put_client(c);
             return ask_api(f, {{"redirect_uri", "http://127.0.0.1:1/cb?tenant=t"}, {"prompt", "none"}});
         },
         302, "", redirect("tenant=t&error=login_required&state=s")},
        {"nonce_without_openid_is_no_matter",
         [](flow& f) {
             (void)fresh_code(f, {{"nonce", "n"}});
             return ask_api(f, {{"nonce", "n"}, {"scope", "email"}});
         },
         200},
        {"nonce_of_an_expired_code",
         [](flow& f) {
             (void)fresh_code(f, {{"nonce", "n"}});
             f.at->advance(3600);
             return ask_api(f, {{"nonce", "n"}});
         },
         302, "", redirect("error=invalid_request&error_description=Replay+attack&state=s")},
        {"nonce_of_another_client",
         [](flow& f) {
             (void)fresh_code(f, {{"nonce", "n"}, {"client_id", "spa"}});
             return ask_api(f, {{"nonce", "n"}});
         },
         401},
        {"an_organization_token_is_nobody",
         [](flow& f) {
             http::request r;
             r.target = "/v1/oauth2/authorize?response_type=code&client_id=web&scope=openid";
             r.head.append("Authorization", organization_token(f));
             return f.send(std::move(r));
         },
         401,
         unauthorized,
         {},
         organization_tokens},
    };
}

std::vector<polar_row> prompt_rows() {
    const std::string page = R"(~"scopes":["openid","email"])";
    return {
        {"none_and_another_of_a_user",
         [](flow& f) {
             return ask_api(f, {{"prompt", "login none"}}, signed_in_as(f));
         },
         302, "", redirect("error=invalid_request&error_description=Invalid+%27prompt%27+parameter.&state=s")},
        {"page_is_not_cached",
         [](flow& f) { return ask_api(f, {}, signed_in_as(f)); },
         200,
         page,
         {{"Cache-Control", "private, no-store"}, {"Content-Type", "application/json"}}},
        {"page_of_a_user",
         [](flow& f) { return ask_api(f, {}, signed_in_as(f)); },
         200,
         R"(~"requires_single_organization":false,"scope_display_names":{)",
         {},
         g2026_06_26},
        {"first_party_is_remembered_with_its_whole_scope",
         [](flow& f) {
             auto own = *f.at->find_client("web");
             own.first_party = true;
             f.at->put_client(own);
             const auto cookie = signed_in_as(f);
             (void)ask_api(f, {{"scope", "openid"}}, cookie);
             own.first_party = false;
             f.at->put_client(own);
             return ask_api(f, {{"scope", "openid email user:read organizations:read"}}, cookie);
         },
         302, "", with_code()},
        // Consent is remembered for each organization separately.
        ada_asks("none_for_a_remembered_organization",
                 {{"prompt", "none"}, {"sub_type", "organization"}, {"sub", acme}}, "openid email", 200, page, {},
                 organization_tokens, acme),
        ada_asks("none_for_another_organization", {{"prompt", "none"}, {"sub_type", "organization"}, {"sub", globex}},
                 "openid email", 302, "", redirect("error=consent_required&state=s"), organization_tokens, acme),
        ada_asks("page_with_the_organization_chosen", {{"sub_type", "organization"}, {"sub", acme}}, "", 200,
                 R"(~"sub_type":"organization","sub":{"id":")" + acme + R"("})", {}, organization_tokens),
        // The organizations of the URL also count without a page.
        ada_asks("silent_for_no_organization", {{"organizations", "acme"}}, "openid email", 400,
                 R"({"error":"invalid_request","error_description":"Invalid 'organizations' UUID","state":"s"})",
                 no_store(), g2026_06_26),
        {"silent_for_an_organization",
         [](flow& f) {
             const auto cookie = signed_in_as(f);
             f.at->tokens.remember_consent("web", ada, "", "openid email");
             const auto back = ask_api(f, {{"organizations", acme}}, cookie);
             const std::string location(back.head.value("location"));
             const auto query = oauth::parse_form(location.substr(location.find('?') + 1)).value_or(oauth::form{});
             const auto t = flow::body_of(f.redeem(std::string(query.value("code")), {{"code_verifier", ""}}));
             return f.post("/v1/oauth2/introspect", {{"token", std::string(t.string_at("access_token"))}}, f.basic);
         },
         200,
         R"(~"organizations":[")" + acme + R"("],)",
         {},
         g2026_06_26},
    };
}

std::vector<polar_row> consent_rows() {
    return {
        {"consent_by_an_organization_token",
         [](flow& f) {
             return f.post("/v1/oauth2/consent", {{"action", "allow"}}, organization_token(f));
         },
         401,
         R"({"error":"Unauthorized","detail":"Unauthorized"})",
         {{"WWW-Authenticate", "Bearer realm=\"polar\""}},
         organization_tokens},
        {"consent_takes_the_query_first",
         [](flow& f) {
             return allowing(f, {{"state", "s"}}, {{"state", "other"}, {"scope", "bogus"}});
         },
         302,
         "",
         {{"Location", "~&state=s"}}},
        {"consent_takes_the_form_then",
         [](flow& f) {
             return allowing(f, {}, {{"state", "of the form"}});
         },
         302,
         "",
         {{"Location", "~&state=of+the+form"}}},
        {"consent_takes_the_first_of_a_repeated_parameter",
         [](flow& f) {
             return allowing(f, {{"state", "s"}, {"state", "t"}}, {});
         },
         302,
         "",
         {{"Location", "~&state=s"}}},
        {"consent_does_not_look_at_prompt",
         [](flow& f) {
             return allowing(f, {{"prompt", "none login"}}, {});
         },
         302, "", with_code()},
    };
}

std::vector<polar_row> consent_refusal_rows() {
    return {
        {"consent_for_a_malformed_sub",
         [](flow& f) {
             return consent(f, {{"sub_type", "organization"}, {"sub", "acme?"}}, {{"action", "allow"}},
                            signed_in_as(f));
         },
         400, R"({"error":"invalid_sub"})", no_store(), organization_tokens},
        {"consent_errors_are_judged_anew",
         [](flow& f) {
             return allowing(f, {{"client_id", "nobody"}, {"redirect_uri", "x"}, {"code_challenge_method", "S512"}},
                             {});
         },
         302, "", redirect("error=invalid_request&error_description=Missing+%27code_challenge%27")},
        {"consent_of_an_unknown_client",
         [](flow& f) {
             return f.post("/v1/oauth2/consent?response_type=code&client_id=nobody&state=s", {{"action", "allow"}},
                           {}, signed_in_as(f));
         },
         400, R"({"error":"invalid_client","error_description":"The client does not exist on this server."})",
         no_store()},
        {"limits_are_judged_well_formed_first",
         [](flow& f) {
             return consent(f, {}, {{"action", "allow"}, {"organizations", ada}, {"organizations", "acme"}},
                            signed_in_as(f));
         },
         400, refused("Invalid 'organizations' UUID"), no_store(), g2026_06_26},
    };
}

}  // namespace

std::vector<polar_row> decision_rows() {
    auto out = request_rows();
    for (auto rows : {prompt_rows(), consent_rows(), consent_refusal_rows()}) {
        for (auto& row : rows) out.push_back(std::move(row));
    }
    return out;
}

}  // namespace assay::mock::testing
