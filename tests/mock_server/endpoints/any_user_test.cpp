// Strangers (any_user): who signs in under a name that no user has, by the page, by login_hint and by assay_user.
#include <algorithm>

#include <fmt/format.h>

#include "mock_server/control/control.hpp"
#include "oauth/jwt.hpp"
#include "tests/mock_server/flow.hpp"

namespace assay::mock {
namespace {

using testing::flow;

// An issuer that lets anybody sign in.
class free_flow : public flow {
public:
    explicit free_flow(sign_in how, const std::string& dialect = "strict", bool any_user = true) : flow(dialect) {
        issuer_request r;
        r.dialect = dialect;
        r.how = how;
        r.any_user = any_user;
        client web;
        web.client_id = "web";
        web.client_secret = "web-secret";
        web.redirect_uris = {"http://127.0.0.1:1/cb"};
        web.scope = "openid email profile";
        web.access_token_format = "jwt";
        r.clients.push_back(web);
        replace(std::move(r));
    }

    // Posts the form of the sign-in page, then consents; the tokens of that.
    json::value sign_in_as(const std::string& name, const std::string& claims = {}) {
        last = post("/login", {{"any_user", name}, {"claims", claims}, {"return_to", asking() + "&prompt=consent"}});
        const std::string set(last.head.value("set-cookie"));
        const auto cookie = set.substr(0, set.find(';'));
        if (last.status != 303) return {};
        http::request page;
        page.target = "/authorize?" + asking() + "&prompt=consent";
        page.head.append("Cookie", cookie);
        const auto consent = send(std::move(page));
        const std::string mark = "name=\"csrf_token\" value=\"";
        const auto from = consent.body.find(mark) + mark.size();
        const auto token = consent.body.substr(from, consent.body.find('"', from) - from);
        const auto back = post("/consent?" + asking(), {{"action", "allow"}, {"csrf_token", token}}, {}, cookie);
        const std::string location(back.head.value("location"));
        const auto code = location.find("code=");
        if (code == std::string::npos) return {};
        return body_of(redeem(location.substr(code + 5, location.find('&', code) - code - 5)));
    }

    [[nodiscard]] json::value id_token_of(const json::value& tokens) const {
        const auto parts = oauth::parse_jws(tokens.string_at("id_token"));
        return parts ? json::parse(parts->payload).value_or(json::value()) : json::value();
    }
};

TEST(AnyUser, SignsInByThePageWithTypedClaims) {
    free_flow f(sign_in::page);
    f.authorize({});
    EXPECT_NE(f.last.body.find("name=\"any_user\""), std::string::npos);
    const auto tokens = f.sign_in_as("Zoë", R"({"roles": ["admin"], "greeting": "Hi ${user.username}"})");
    const auto id_token = f.id_token_of(tokens);
    EXPECT_EQ(json::format(*id_token.find("roles")), R"(["admin"])");
    const auto userinfo = flow::body_of(f.get("/userinfo", std::string(tokens.string_at("access_token"))));
    EXPECT_EQ(userinfo.string_at("greeting"), "Hi Zoë");
    EXPECT_EQ(userinfo.string_at("sub"), id_token.string_at("sub"));
    const auto again = f.id_token_of(f.sign_in_as("Zoë"));
    EXPECT_EQ(again.string_at("sub"), id_token.string_at("sub"));
    EXPECT_EQ(again.find("roles"), nullptr) << "what was typed the last time holds";
    free_flow elsewhere(sign_in::page);
    EXPECT_EQ(elsewhere.id_token_of(elsewhere.sign_in_as("Zoë")).string_at("sub"), id_token.string_at("sub"));
    EXPECT_NE(elsewhere.id_token_of(elsewhere.sign_in_as("Zoe")).string_at("sub"), id_token.string_at("sub"));
}

TEST(AnyUser, IsALeniencyOfTheJournalAndOffByDefault) {
    free_flow on(sign_in::page);
    (void)on.sign_in_as("bob");
    bool noted = false;
    for (const auto& e : on.at->log.after(0))
        noted = noted || std::find(e.leniencies.begin(), e.leniencies.end(), "any_user") != e.leniencies.end();
    EXPECT_TRUE(noted);
    free_flow off(sign_in::page, "strict", false);
    off.authorize({});
    EXPECT_EQ(off.last.body.find("any_user"), std::string::npos);
    (void)off.sign_in_as("bob");
    EXPECT_EQ(off.last.status, 404);
    EXPECT_EQ(off.at->find_user("bob"), nullptr);
}

TEST(AnyUser, ThePageSaysWhatIsWrong) {
    free_flow f(sign_in::page);
    for (const auto& [name, claims, said] :
         {std::tuple{"bob", "{", "the claims are not JSON: unexpected input at byte"},
          {"bob", "[1]", "the claims must be a JSON object"},
          {"bob", R"({"iss": "x"})", "switch the fault id_token_iss_wrong on"},
          {"", R"({"a": 1})", "claims belong to a name that is typed"},
          {"", "", "choose a user, or type a name"},
          {"ada", R"({"a": 1})", "ada is a user of this issuer"}}) {
        (void)f.sign_in_as(name, claims);
        EXPECT_EQ(f.last.status, 400) << claims;
        EXPECT_NE(f.last.body.find(said), std::string::npos) << f.last.body;
        EXPECT_NE(f.last.body.find("role=\"alert\""), std::string::npos);
    }
    (void)f.sign_in_as(std::string(256, 'x'));
    EXPECT_NE(f.last.body.find("at most 255 bytes"), std::string::npos);
    (void)f.sign_in_as("bob", R"({"a": ")" + std::string(8192, 'x') + "\"}");
    EXPECT_NE(f.last.body.find("at most 8192 bytes"), std::string::npos);
    (void)f.sign_in_as("b\"><script>", "{");
    EXPECT_NE(f.last.body.find("value=\"b&quot;&gt;&lt;script&gt;\""), std::string::npos) << "typed once";
    (void)f.sign_in_as("ada");
    EXPECT_EQ(f.last.status, 303) << "a user's name is that user";
}

TEST(AnyUser, LoginHintFillsThePageAndSignsInWhereThatIsAutomatic) {
    free_flow page(sign_in::page);
    page.authorize({{"login_hint", "bob"}});
    EXPECT_NE(page.last.body.find("name=\"any_user\" value=\"bob\""), std::string::npos) << page.last.body;
    EXPECT_EQ(page.last.body.find("checked"), std::string::npos);
    page.authorize({{"login_hint", "grace"}});
    EXPECT_NE(page.last.body.find("value=\"grace\" checked"), std::string::npos);
    free_flow f(sign_in::automatic);
    const auto sub = [&](const oauth::form& p) { return f.id_token_of(f.tokens(p)); };
    EXPECT_EQ(sub({}).string_at("sub"), f.at->find_user("ada")->sub);
    EXPECT_EQ(sub({{"login_hint", "bob@corp.example"}}).string_at("email"), "bob@corp.example");
    EXPECT_EQ(sub({{"login_hint", "bob"}}).string_at("email"), "bob@example.com");
    EXPECT_EQ(sub({{"login_hint", "grace@example.com"}}).string_at("sub"), f.at->find_user("grace")->sub);
    free_flow strict(sign_in::automatic, "strict", false);
    EXPECT_EQ(strict.id_token_of(strict.tokens({{"login_hint", "bob"}})).string_at("sub"),
              strict.at->find_user("ada")->sub);
    free_flow scripted(sign_in::by_request);
    EXPECT_EQ(scripted.id_token_of(scripted.tokens({{"assay_user", "bob"}})).string_at("email"), "bob@example.com");
}

TEST(AnyUser, ArePeopleOfTheControlApiToo) {
    free_flow f(sign_in::automatic);
    const auto ask = [&](const std::string& method, const std::string& target, const std::string& body = {}) {
        http::request r;
        r.method = method;
        r.target = "/issuers/t" + target;
        r.body = body;
        return std::get<http::write_response>(handle_control(f.core, r).front().what).r;
    };
    EXPECT_EQ(ask("GET", "/users/bob").status, 404);
    EXPECT_EQ(ask("POST", "/mint/tokens", R"({"client_id": "web", "users": ["bob"]})").status, 201);
    EXPECT_EQ(flow::body_of(ask("GET", "/users/bob")).string_at("sub"), f.at->find_user("bob")->sub);
    EXPECT_EQ(f.at->users().size(), 2U) << "strangers are no users";
    EXPECT_EQ(ask("POST", "/users", R"({"username": "bob", "name": "Bob"})").status, 201);
    EXPECT_EQ(flow::body_of(ask("GET", "/users/bob")).string_at("name"), "Bob");
    const auto described = flow::body_of(ask("GET", ""));
    EXPECT_EQ(described.find("any_user")->as_boolean(), true);
}

TEST(AnyUser, AreBoundedInNumberAndNeverEvictAUser) {
    free_flow f(sign_in::automatic);
    const auto early = f.at->find_or_welcome("stranger-0");
    for (int n = 1; n <= 1000; ++n) ASSERT_TRUE(f.at->find_or_welcome(fmt::format("stranger-{}", n)));
    EXPECT_EQ(f.at->find_user("stranger-0"), nullptr) << "the oldest";
    EXPECT_EQ(early->username, "stranger-0") << "who holds one keeps it";
    EXPECT_TRUE(f.at->find_user("stranger-1"));
    EXPECT_TRUE(f.at->find_user("ada"));
}

TEST(AnyUser, AreForgottenForTheMemoryOfOthers) {
    auto budget = std::make_shared<memory_budget>(memory_budget::bytes_min);
    issuer_config config;
    config.name = "t";
    config.speaks = *find_dialect("strict");
    config.any_user = true;
    config.memory = budget;
    issuer at(config);
    const std::string claims = R"({"a": ")" + std::string(8000, 'x') + "\"}";
    for (int n = 0; n < 200; ++n) ASSERT_TRUE(at.welcome(fmt::format("stranger-{}", n), claims));
    EXPECT_EQ(at.find_user("stranger-0"), nullptr);
    EXPECT_TRUE(at.find_user("stranger-199"));
    EXPECT_LE(budget->used(stored::strangers), budget->share(stored::strangers));
}

// A store that mocks share; it is not asked for anything.
class shared_backing final : public backing {
public:
    issuer_state open(const std::string& name, bool /*passing*/, std::function<std::int64_t()> now) override {
        ADD_FAILURE() << name << " was opened at " << now();
        return {};
    }
    void forget(const std::string& name) override { ADD_FAILURE() << name; }
    [[nodiscard]] std::string shown() const override { return "elsewhere"; }
    [[nodiscard]] bool is_up() const override { return true; }
};

TEST(AnyUser, AreRefusedWhereMocksShareAnIssuer) {
    mock core;
    core.set_origin("http://127.0.0.1:9");
    core.kept_in = std::make_shared<shared_backing>();
    issuer_request r;
    r.any_user = true;
    const auto made = core.create(std::move(r));
    ASSERT_FALSE(made);
    EXPECT_NE(made.error().message.find("leave out any_user or the store"), std::string::npos);
}

}  // namespace
}  // namespace assay::mock
