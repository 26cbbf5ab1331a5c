// A dialect drafted from a capture: it answers as the captured provider did, and says nothing that is secret.
#include "harness/cli/twin/twin.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "http/url.hpp"
#include "mock_server/dialects/endpoints.hpp"
#include "mock_server/observe/har.hpp"
#include "mock_server/routing/mock.hpp"
#include "oauth/client_auth.hpp"
#include "oauth/form.hpp"
#include "oauth/jwt.hpp"
#include "oauth/pkce.hpp"

namespace assay::harness::twin {
namespace {

constexpr const char* verifier = "a-verifier-of-the-test-0123456789-0123456789";
constexpr const char* origin = "http://127.0.0.1:9";

// A client's way through one provider.
struct journey {
    const char* dialect;
    const char* scope;
    bool names_types = true;  // response_type and grant_type are sent
    bool basic = false;
    const char* extra = "";  // of the authorization request
};

struct answered {
    std::string what;
    http::response r;
};

class traveller {
public:
    traveller(const journey& j, const std::string& dialect) : j_(j), like_(**mock::find_dialect(j.dialect)) {
        core_.set_origin(origin);
        json::object client{{"client_id", "app-0815"},
                            {"client_secret", "s3cret-of-the-app"},
                            {"redirect_uris", json::array{"http://127.0.0.1:1/cb"}},
                            {"token_endpoint_auth_method", j.basic ? "client_secret_basic" : "client_secret_post"}};
        auto request = mock::issuer_request_from_json(
            json::object{{"dialect", dialect}, {"sign_in", "auto"}, {"clients", json::array{std::move(client)}}});
        EXPECT_TRUE(request) << request.error().text();
        auto made = core_.create_default(std::move(*request));
        EXPECT_TRUE(made) << made.error().text();
        at_ = *made;
    }

    std::vector<answered> go() {
        if (like_.discovery) {
            send("metadata", "GET", std::string(path("metadata")));
            send("jwks", "GET", std::string(path("jwks")));
        }
        const auto callback = authorize("yes");
        const std::string code(callback.value("code"));
        auto token = redeem("token", code);
        const auto again = redeem("code again", code);
        redeem("unknown code", "nobody-issued-this");
        const auto access = std::string(token.string_at("access_token"));
        send("userinfo", "GET", std::string(path("userinfo")), {}, "Bearer " + access);
        send("wrong token", "GET", std::string(path("userinfo")), {}, "Bearer wrong-token");
        const auto refresh = std::string(token.string_at("refresh_token"));
        // Its code was redeemed twice, which ends its tokens at some servers.
        token = redeem("token", std::string(authorize("again").value("code")));
        if (!refresh.empty())
            post("refresh",
                 {{"grant_type", "refresh_token"}, {"refresh_token", std::string(token.string_at("refresh_token"))}});
        return all_;
    }

    std::string har() const {
        return json::format(format_har(at_->log.after(0), origin, mock::in_har::secrets_shown));
    }

private:
    [[nodiscard]] std::string_view path(std::string_view key) const {
        for (const auto& row : mock::endpoint_rows) {
            if (row.key == key) return mock::path_of(row, like_);
        }
        return {};
    }

    json::value send(const std::string& what, const std::string& method, const std::string& target,
                     const oauth::form& form = {}, const std::string& authorization = {}) {
        http::request r;
        r.method = method;
        r.target = target;
        r.head.append("Accept", "application/json");
        if (!authorization.empty()) r.head.append("Authorization", authorization);
        if (method == "POST") {
            r.head.append("Content-Type", "application/x-www-form-urlencoded");
            r.body = oauth::format_form(form);
            r.head.append("Content-Length", std::to_string(r.body.size()));
        }
        auto plan = core_.handle(r);
        all_.push_back({what, std::get<http::write_response>(plan.front().what).r});
        return json::parse(all_.back().r.body).value_or(json::value());
    }

    json::value post(const std::string& what, oauth::form form) {
        if (!j_.basic) {
            form.append("client_id", "app-0815");
            form.append("client_secret", "s3cret-of-the-app");
        }
        return send(what, "POST", std::string(path("token")), form,
                    j_.basic ? oauth::format_basic("app-0815", "s3cret-of-the-app") : "");
    }

    oauth::form authorize(const std::string& state) {
        oauth::form query{{"client_id", "app-0815"},
                          {"redirect_uri", "http://127.0.0.1:1/cb"},
                          {"scope", j_.scope},
                          {"state", state},
                          {"code_challenge", oauth::s256_challenge(verifier)},
                          {"code_challenge_method", "S256"}};
        if (j_.names_types) query.append("response_type", "code");
        const std::string extra = *j_.extra == '\0' ? "" : fmt::format("&{}", j_.extra);
        send("authorize", "GET", fmt::format("{}?{}{}", path("authorize"), oauth::format_form(query), extra));
        const auto to = http::parse_url(all_.back().r.head.value("location"));
        return to ? oauth::parse_form(to->query).value_or(oauth::form{}) : oauth::form{};
    }

    json::value redeem(const std::string& what, const std::string& code) {
        oauth::form form{{"code", code}, {"redirect_uri", "http://127.0.0.1:1/cb"}, {"code_verifier", verifier}};
        if (j_.names_types) form.append("grant_type", "authorization_code");
        return post(what, std::move(form));
    }

    const journey& j_;
    const mock::dialect& like_;
    mock::mock core_;
    std::shared_ptr<mock::issuer> at_;
    std::vector<answered> all_;
};

// What a client can rely on in a value: for some members the value itself, else its type.
std::string told(const std::string& name, const json::value& v) {
    constexpr std::array same{"expires_in", "scope",          "token_type",         "error",  "error_description",
                              "ok",         "email_verified", "refresh_expires_in", "message"};
    if (v.is_object()) {
        std::string out;
        for (const auto& m : v.as_object()->members) out += fmt::format("{}:{} ", m.name, told(m.name, m.v));
        return "{" + out + "}";
    }
    if (v.is_array()) return v.as_array()->empty() ? "[]" : "[" + told(name, v.as_array()->front()) + "]";
    const bool whole = std::find(same.begin(), same.end(), name) != same.end();
    if (whole && json::format(v).find("Trace") == std::string::npos) return json::format(v);
    const auto jws =
        v.is_string() ? oauth::parse_jws(*v.as_string()) : result<oauth::jws_parts>(fail(errc::malformed, ""));
    if (!jws) return v.is_string() ? "text" : v.as_number() ? "number" : json::format(v);
    std::vector<std::string> claims;
    const auto payload = json::parse(jws->payload).value_or(json::value());
    for (const auto& m : payload.as_object()->members) {
        if (name != "access_token" || m.name != "jti")
            claims.push_back(m.name + ":" + std::string(json::kind_name(m.v.kind())));
    }
    std::sort(claims.begin(), claims.end());
    return fmt::format("JWT {}", fmt::join(claims, " "));
}

std::string told(const answered& a) {
    std::string out = fmt::format("{} {}", a.r.status, a.r.head.value("content-type"));
    if (const auto to = http::parse_url(a.r.head.value("location"))) {
        std::vector<std::string> names;
        for (const auto& [name, value] : oauth::parse_form(to->query).value_or(oauth::form{}).fields)
            names.push_back(name);
        std::sort(names.begin(), names.end());
        return fmt::format("{} {}?{}", a.r.status, to->origin() + to->path, fmt::join(names, "&"));
    }
    const auto body = json::parse(a.r.body).value_or(json::value());
    if (a.what == "metadata") return out + " " + a.r.body;  // both have the same URL
    if (a.what == "jwks")
        return out + " " + told("", body.at_pointer("/keys/0") == nullptr ? body : *body.at_pointer("/keys/0"));
    return out + " " + told("", body);
}

struct example {
    journey of;
    const char* extends;
};
std::vector<example> examples() {
    const std::vector<journey> all{
        {"github@2026-11", "repo gist", false},
        {"google@2026-11", "openid email profile", true, false, "access_type=offline&prompt=consent"},
        {"entra@2026-11", "openid profile email offline_access"},
        {"keycloak@2026-11", "openid profile email", true, true},
        {"slack@2026-11", "commands,chat:write", false},
        {"slack-openid@2026-11", "openid email profile"},
        {"discord@2026-11", "identify email"},
        {"gitlab@2026-11", "openid profile email"},
        {"auth0@2026-11", "openid profile email offline_access"},
        {"okta@2026-11", "openid profile email offline_access"},
        {"cognito@2026-11", "openid profile email"},
        {"strict", "openid profile email"},
    };
    std::vector<example> out;
    for (const auto& one : all) {
        out.push_back({one, ""});
        out.push_back({one, "strict"});
    }
    return out;
}

class Twin : public ::testing::TestWithParam<example> {};
INSTANTIATE_TEST_SUITE_P(Of, Twin, ::testing::ValuesIn(examples()), [](const auto& p) {
    std::string name =
        fmt::format("{}_from_{}", p.param.of.dialect, *p.param.extends == '\0' ? "the_nearest" : p.param.extends);
    std::replace_if(
        name.begin(), name.end(), [](char c) { return c == '@' || c == '-'; }, '_');
    return name;
});

TEST_P(Twin, AnswersAsTheProviderDid) {
    const auto& e = GetParam();
    traveller first(e.of, e.of.dialect);
    const auto before = first.go();
    const auto text = draft_dialect(first.har(), "capture.har", {.extends = e.extends, .name = "twin@test"});
    ASSERT_TRUE(text) << text.error().text();
    SCOPED_TRACE(*text);
    const auto made = mock::add_dialect(*text, "twin.yaml");
    ASSERT_TRUE(made) << made.error().text();
    traveller second(e.of, (*made)->name);
    const auto after = second.go();
    ASSERT_EQ(before.size(), after.size());
    for (std::size_t i = 0; i < before.size(); ++i) EXPECT_EQ(told(after[i]), told(before[i])) << before[i].what;
    // A provider that is known is told by its name: little of it has to be repeated.
    const auto lines = std::count(text->begin(), text->end(), '\n');
    if (*e.extends == '\0' && std::string_view(e.of.dialect) != "strict") {
        EXPECT_LT(lines, 45);
    }
}

}  // namespace
}  // namespace assay::harness::twin
