// Clients through the control API, and many issuers at once, without sockets.
#include "mock_server/control/control.hpp"

#include <atomic>
#include <regex>
#include <sstream>
#include <thread>
#include <vector>

#include <fmt/format.h>

#include "oauth/jwt.hpp"
#include "oauth/pkce.hpp"
#include "tests/mock_server/flow.hpp"

namespace assay::mock {
namespace {

http::response control(mock& core, const std::string& method, const std::string& target, std::string body = {}) {
    http::request r;
    r.method = method;
    r.target = target;
    r.body = std::move(body);
    return std::get<http::write_response>(handle_control(core, r).front().what).r;
}

TEST(ControlClients, AreListedReadReplacedAndDeleted) {
    testing::flow f("strict");
    const auto list = testing::flow::body_of(control(f.core, "GET", "/issuers/t/clients"));
    ASSERT_NE(list.find("clients"), nullptr);
    EXPECT_EQ(list.find("clients")->as_array()->size(), 3U);
    const std::string web = "/issuers/t/clients/web";
    const auto put = control(f.core, "PUT", web, R"({"redirect_uris": ["http://127.0.0.1:2/other"]})");
    EXPECT_EQ(put.status, 200) << put.body;
    const auto read = testing::flow::body_of(control(f.core, "GET", web));
    EXPECT_EQ(*read.at_pointer("/redirect_uris/0")->as_string(), "http://127.0.0.1:2/other");
    EXPECT_EQ(read.string_at("client_secret"), "web-secret") << "kept where none is sent";
    EXPECT_EQ(control(f.core, "PUT", web, R"({"client_id": "another"})").status, 400);
    EXPECT_EQ(control(f.core, "PATCH", web).status, 405);
    EXPECT_EQ(control(f.core, "DELETE", web).status, 204);
    EXPECT_EQ(control(f.core, "GET", web).status, 404);
    EXPECT_FALSE(f.at->find_client("web"));
}

TEST(ControlMint, CodesAreAsIfPeopleHadSignedIn) {
    testing::flow f("strict");
    const auto minted = control(f.core, "POST", "/issuers/t/mint", R"({"client_id": "web", "count": 4})");
    ASSERT_EQ(minted.status, 201) << minted.body;
    const auto body = testing::flow::body_of(minted);
    EXPECT_EQ(body.find("expires_in")->as_integer(), 60);
    ASSERT_EQ(body.find("codes")->as_array()->size(), 4U);
    const json::value& first = body.find("codes")->as_array()->front();
    const auto grant = f.at->tokens.find_code(std::string(first.string_at("code")));
    ASSERT_TRUE(grant);
    EXPECT_EQ(grant->client_id, "web");
    EXPECT_EQ(grant->of.sub, first.string_at("sub"));
    EXPECT_EQ(grant->auth_time, grant->created) << "as if they had just signed in";
    EXPECT_EQ(grant->nonce, first.string_at("nonce"));
    EXPECT_TRUE(oauth::challenge_matches("S256", grant->code_challenge, body.string_at("code_verifier")));
    EXPECT_NE(first.string_at("sub"), body.find("codes")->as_array()->at(1).string_at("sub")) << "users take turns";
    for (const char* bad : {R"({"client_id": "nobody"})", R"({"client_id": "web", "count": 0})",
                            R"({"client_id": "web", "count": 10001})", R"({"client_id": "web", "users": ["nobody"]})",
                            R"({"client_id": "web", "redirect_uri": "http://127.0.0.1:3/elsewhere"})"}) {
        EXPECT_EQ(control(f.core, "POST", "/issuers/t/mint", bad).status, 400) << bad;
    }
    const auto minting = control(f.core, "GET", "/issuers/t/mint");
    EXPECT_EQ(minting.status, 405);
    EXPECT_EQ(minting.head.value("Allow"), "POST");  // RFC 9110 §15.5.6
}

TEST(ControlMint, MistypedMembersGetTheNearestOne) {
    testing::flow f("strict");
    for (const auto& [target, body, message] :
         {std::tuple{"mint", R"({"client_id": "web", "cuont": 4})", "no member 'cuont'; did you mean 'count'?"},
          {"mint", R"({"client_id": "web", "scope": 3})", "'scope' must be a string"},
          {"mint", R"({"client_id": "web", "users": "ada"})", "'users' must be an array"},
          {"mint/tokens", R"({"client_id": "web", "cuont": 4})", "no member 'cuont'; did you mean 'count'?"},
          {"clock", R"({"advance": 4})", "no member 'advance'; did you mean 'advance_s'?"},
          {"keys", R"({"keep_od": true})", "no member 'keep_od'; did you mean 'keep_old'?"},
          {"users", R"({"username": "u", "emal": "e"})", "no member 'emal'; did you mean 'email'?"},
          {"organizations", R"({"slug": "s", "nme": "n"})", "no member 'nme'; did you mean 'name'?"},
          {"clients", R"({"redirect_urs": []})", "no member 'redirect_urs'; did you mean 'redirect_uris'?"},
          {"faults", R"({"fault": "token_status", "status": 503, "nht": 2})", "nht"}}) {
        const auto r = control(f.core, "POST", std::string("/issuers/t/") + target, body);
        EXPECT_EQ(r.status, 400) << target << r.body;
        EXPECT_NE(testing::flow::body_of(r).string_at("message").find(message), std::string::npos) << r.body;
    }
    const auto claims = control(f.core, "PUT", "/issuers/t/claims", R"([{"claims": {"a": 1}, "usr": "ada"}])");
    EXPECT_NE(claims.body.find("did you mean 'user'?"), std::string::npos) << claims.body;
}

// The control API validates clients as registration does.
TEST(ControlClients, AreJudgedAsARegistrationJudgesThem) {
    testing::flow f("strict");
    const auto registered = [&](const std::string& uri) {
        http::request r;
        r.method = "POST";
        r.target = "/register";
        r.head.append("Content-Type", "application/json");
        r.body = json::format(json::object{{"redirect_uris", json::array{uri}}});
        return f.send(std::move(r)).status == 201;
    };
    for (const auto& [uri, good] : {std::pair<std::string, bool>{"com.example.app:/cb", true},
                                    {"https://a.example/cb?x=1", true},
                                    {"http://127.0.0.1/cb", true},
                                    {"http://127.0.0.1/cb#x", false},
                                    {"https://rp.example/\xC3\xBC", false},
                                    {"https://rp.example/a b", false},
                                    {"https://rp.example/%zz", false},
                                    {"myapp:/cb", false},
                                    {"javascript:alert(1)", false},
                                    {"1x:/cb", false},
                                    {"cb", false}}) {
        const auto body = json::format(json::object{{"redirect_uris", json::array{uri}}});
        EXPECT_EQ(control(f.core, "POST", "/issuers/t/clients", body).status, good ? 201 : 400) << uri;
        EXPECT_EQ(control(f.core, "PUT", "/issuers/t/clients/web", body).status, good ? 200 : 400) << uri;
        EXPECT_EQ(control(f.core, "POST", "/issuers", R"({"clients": [)" + body + "]}").status, good ? 201 : 400)
            << uri;
        EXPECT_EQ(registered(uri), good) << uri;
    }
    for (const char* bad : {R"({"client_secret": ""})", R"({"client_id": "\u00fc"})", R"({"client_secret": "\n"})"})
        EXPECT_EQ(control(f.core, "POST", "/issuers/t/clients", bad).status, 400) << bad;
    EXPECT_EQ(control(f.core, "POST", "/issuers/t/clients", R"({"client_id": "web"})").status, 409);
    EXPECT_TRUE(f.at->find_client("web")->has_secret()) << "not replaced";
    const auto twice =
        control(f.core, "POST", "/issuers", R"({"clients": [{"client_id": "a"}, {"client_id": "a"}]})");
    EXPECT_EQ(twice.status, 400);
    EXPECT_NE(twice.body.find("'a' is defined twice"), std::string::npos) << twice.body;
    for (const char* bad : {R"({"username": "u", "sub": "\u00fc"})", R"({"username": "u", "sub": "\n"})"})
        EXPECT_EQ(control(f.core, "POST", "/issuers/t/users", bad).status, 400) << bad;
}

TEST(ControlClock, TakesOneThingAtATimeAndStaysInBounds) {
    testing::flow f("strict");
    const auto move = [&](const char* body) { return control(f.core, "POST", "/issuers/t/clock", body); };
    EXPECT_EQ(move(R"({"now": 1700000000})").status, 200);
    for (const char* bad :
         {R"({"real": false})", R"({"real": 1})", R"({"now": 5, "advance_s": 5})", R"({"real": true, "now": 5})",
          R"({"advance_s": 9223372036854775807})", R"({"advance_s": -9223372036854775808})",
          R"({"advance_s": 252000000000})", R"({"now": -1})", R"({"now": 9223372036854775807})", R"({"now": "5"})",
          R"({"advance_s": 1.5})", "{}"}) {
        EXPECT_EQ(move(bad).status, 400) << bad;
        EXPECT_EQ(f.at->now(), 1'700'000'000) << bad;
        EXPECT_TRUE(f.at->is_frozen()) << bad;
    }
    EXPECT_EQ(move(R"({"advance_s": -100})").status, 200);
    EXPECT_EQ(f.at->now(), 1'699'999'900);
    EXPECT_EQ(move(R"({"real": true})").status, 200);
    EXPECT_FALSE(f.at->is_frozen());
}

TEST(ControlFaults, ThatAreAddedLeaveTheCountsAndLoseNobody) {
    testing::flow f("strict");
    const std::string at = "/issuers/t/faults";
    EXPECT_EQ(control(f.core, "PUT", at, R"(["jwks_status=503@1"])").status, 200);
    EXPECT_EQ(f.get("/jwks").status, 503);
    EXPECT_EQ(f.get("/jwks").status, 200);
    const auto added = testing::flow::body_of(control(f.core, "POST", at, R"("token_status=500@1")"));
    EXPECT_EQ(*added.at_pointer("/fired/0"), json::value(1));
    EXPECT_EQ(f.get("/jwks").status, 200) << "its one call is over";
    std::vector<std::thread> threads;
    for (int n = 0; n < 8; ++n) {
        threads.emplace_back(
            [&] { control(f.core, "POST", at, R"({"defect": "token.code_single_use", "nth": 7})"); });
    }
    for (auto& t : threads) t.join();
    EXPECT_EQ(f.at->faults()->specs().size(), 10U);
}

TEST(ControlFaults, OneIsRemovedAndTheOthersKeepTheirCounts) {
    testing::flow f("strict");
    const std::string at = "/issuers/t/faults";
    EXPECT_EQ(control(f.core, "PUT", at,
                      R"(["jwks_status=503@1", {"defect": "token.code_single_use"}, "jwks_status=503@1",
                          {"defect": "token.code_unexpired", "nth": 9}])")
                  .status,
              200);
    EXPECT_EQ(f.get("/jwks").status, 503);
    EXPECT_EQ(control(f.core, "DELETE", at + "?fault=jwks_status%3D503%401").status, 204);
    auto now = testing::flow::body_of(control(f.core, "GET", at));
    EXPECT_EQ(now.find("faults")->as_array()->size(), 3U);
    EXPECT_EQ(*now.at_pointer("/fired/0"), json::value(1)) << "the newest of equal ones is removed";
    EXPECT_EQ(f.get("/jwks").status, 200) << "the one that is left had its call";
    EXPECT_TRUE(f.at->faults()->defect(rule::token_code_single_use));
    EXPECT_TRUE(f.at->faults()->defect_at_times(rule::token_code_unexpired));
    EXPECT_EQ(control(f.core, "DELETE", at + "?fault=%7B%22defect%22:%22token.code_single_use%22%7D").status, 204);
    EXPECT_FALSE(f.at->faults()->defect(rule::token_code_single_use));
    EXPECT_TRUE(f.at->faults()->defect_at_times(rule::token_code_unexpired));
    EXPECT_EQ(control(f.core, "DELETE", at + "?fault=never_added").status, 404);
    EXPECT_EQ(f.at->faults()->specs().size(), 2U);
}

TEST(Issuers, FiveHundredAtOnceDoNotMeet) {
    mock core;
    core.set_origin("http://127.0.0.1:9");
    std::atomic<int> wrong{0};
    const auto make = [&](int first) {
        for (int n = first; n < first + 125; ++n) {
            const auto at = fmt::format("/issuers/n{}", n);
            const auto made = control(core, "POST", "/issuers", fmt::format(R"({{"name": "n{}"}})", n));
            const auto client = fmt::format(R"({{"client_id": "only-{}", "redirect_uris": ["http://a/cb"]}})", n);
            const auto added = control(core, "POST", at + "/clients", client);
            control(core, "POST", at + "/clock", fmt::format(R"({{"now": {}}})", 1'000'000 + n));
            if (made.status != 201 || added.status != 201) ++wrong;
        }
    };
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t) threads.emplace_back(make, t * 125);
    for (auto& t : threads) t.join();
    EXPECT_EQ(wrong, 0);
    EXPECT_EQ(core.all().size(), 500U);
    for (int n = 0; n < 500; ++n) {
        const auto at = core.find(fmt::format("n{}", n));
        ASSERT_NE(at, nullptr) << n;
        EXPECT_EQ(at->now(), 1'000'000 + n);
        ASSERT_EQ(at->clients().size(), 1U);
        EXPECT_EQ(at->clients().front().client_id, fmt::format("only-{}", n));
    }
}

TEST(Control, PagesOfBrowsersAndOtherNamesAreTurnedAway) {
    testing::flow f("strict");
    const auto status = [&](const char* name, const char* value) {
        http::request r;
        r.target = "/issuers";
        r.head.append(name, value);
        return std::get<http::write_response>(handle_control(f.core, r).front().what).r.status;
    };
    EXPECT_EQ(status("Origin", "https://evil.example"), 403);
    EXPECT_EQ(status("Origin", "null"), 403);
    EXPECT_EQ(status("Host", "rebound.example:9000"), 403);
    EXPECT_EQ(status("Host", "127.0.0.1.evil.example"), 403);
    EXPECT_EQ(status("Host", "127.0.0.1:9000"), 200);
    EXPECT_EQ(status("Host", "[::1]:9000"), 200);
    EXPECT_EQ(status("Host", "localhost"), 200);
}

TEST(Control, ATimeToLiveEndsAnIssuer) {
    mock core;
    core.set_origin("http://127.0.0.1:9");
    const auto made = control(core, "POST", "/issuers", R"({"name": "short", "ttl_s": 1})");
    EXPECT_EQ(made.status, 201);
    const auto at = core.find("short");
    ASSERT_NE(at, nullptr);
    at->made -= std::chrono::seconds(2);
    EXPECT_EQ(core.find("short"), nullptr);
    EXPECT_EQ(control(core, "GET", "/issuers/short").status, 404);
    EXPECT_EQ(testing::flow::body_of(control(core, "GET", "/issuers")).find("issuers")->as_array()->size(), 0U);
    EXPECT_EQ(control(core, "POST", "/issuers", R"({"name": "short"})").status, 201) << "its name is free again";
}

TEST(Control, WhoIsThereChangesWhileTheIssuerRuns) {
    testing::flow f("strict");
    const auto users = std::string("/issuers/t/users");
    EXPECT_EQ(control(f.core, "POST", "/issuers/t/organizations", R"({"slug": "club"})").status, 201);
    const auto made = control(f.core, "POST", users,
                              R"({"username": "lin", "email": "lin@example.com", "organizations": ["club"]})");
    ASSERT_EQ(made.status, 201) << made.body;
    const auto sub = std::string(testing::flow::body_of(made).string_at("sub"));
    const auto tokens = f.tokens({{"assay_user", "lin"}});
    const auto told = testing::flow::body_of(f.get("/userinfo", std::string(tokens.string_at("access_token"))));
    EXPECT_EQ(told.string_at("sub"), sub);
    EXPECT_EQ(told.string_at("email"), "lin@example.com");
    const auto put = control(f.core, "PUT", users + "/lin", R"({"username": "lin", "email": "new@example.com"})");
    EXPECT_EQ(put.status, 200) << put.body;
    EXPECT_EQ(testing::flow::body_of(put).string_at("sub"), sub) << "the identifier of a subject stays";
    EXPECT_EQ(
        testing::flow::body_of(f.get("/userinfo", std::string(tokens.string_at("access_token")))).string_at("email"),
        "new@example.com");
    EXPECT_EQ(control(f.core, "POST", users, R"({"username": "x", "organizations": ["nowhere"]})").status, 400);
    EXPECT_EQ(control(f.core, "POST", users, "{\"username\": \"x\", \"sub\": \"" + sub + "\"}").status, 400);
    EXPECT_EQ(control(f.core, "DELETE", "/issuers/t/organizations/club").status, 204);
    for (const char* name : {"lin", "grace"}) EXPECT_EQ(control(f.core, "DELETE", users + "/" + name).status, 204);
    EXPECT_EQ(control(f.core, "DELETE", users + "/ada").status, 409) << "the last one stays";
    testing::flow other("strict");
    EXPECT_EQ(other.at->users().size(), 2U);
}

TEST(Control, FaultsSayHowOftenTheyApplied) {
    testing::flow f("strict");
    EXPECT_EQ(control(f.core, "PUT", "/issuers/t/faults",
                      R"([{"fault": "token_status", "status": 503, "nth": 2}, {"defect": "token.code_single_use"}])")
                  .status,
              200);
    for (int n = 0; n < 3; ++n) (void)f.tokens();
    const auto now = testing::flow::body_of(control(f.core, "GET", "/issuers/t/faults"));
    EXPECT_EQ(now.at_pointer("/fired/0")->as_integer(), 1);
    EXPECT_TRUE(now.at_pointer("/fired/1")->is_null());
    EXPECT_EQ(control(f.core, "DELETE", "/issuers/t/faults").status, 204);
    EXPECT_TRUE(f.at->faults()->specs().empty());
}

TEST(Control, AKeyIsRotatedAndTheOldOneStaysOrGoes) {
    testing::flow f("strict");
    const auto kid_of = [](const json::value& tokens) {
        return *oauth::parse_jws(tokens.string_at("id_token"))->header.find("kid")->as_string();
    };
    const auto published = [&] {
        return testing::flow::body_of(f.get(testing::path_in(f.at->speaks(), "jwks")))
            .find("keys")
            ->as_array()
            ->size();
    };
    const auto before = kid_of(f.tokens());
    EXPECT_EQ(control(f.core, "POST", "/issuers/t/keys").status, 200);
    const auto after = kid_of(f.tokens());
    EXPECT_NE(before, after);
    EXPECT_EQ(published(), 8U) << "of each algorithm the new key and the old one";
    const auto keys = testing::flow::body_of(control(f.core, "POST", "/issuers/t/keys", R"({"keep_old": false})"));
    EXPECT_NE(keys.string_at("signing"), after);
    EXPECT_EQ(published(), 4U);
    EXPECT_EQ(kid_of(f.tokens()), keys.string_at("signing"));
    for (int n = 0; n < 30; ++n) f.at->rotate_key(true);
    EXPECT_LE(published(), 40U) << "a JWK Set is bounded";
}

TEST(Journal, IsBoundedInEntriesAndBytesAndCanBeOffOrEmptied) {
    const auto entry = [](std::size_t bytes) {
        journal_entry e;
        e.request.body = std::string(bytes, 'x');
        return e;
    };
    journal few(3);
    for (int n = 0; n < 5; ++n) few.add(entry(1));
    EXPECT_EQ(few.size(), 3U);
    EXPECT_EQ(few.dropped(), 2);
    EXPECT_EQ(few.after(4).size(), 1U);
    EXPECT_EQ(few.after(0, 2).front().seq, 3);
    few.clear();
    few.add(entry(1));
    EXPECT_EQ(few.after(0).front().seq, 6);
    journal large;
    for (int n = 0; n < 5; ++n) large.add(entry(journal::bytes_max / 4));
    EXPECT_LE(large.size(), 3U);
    journal off(0);
    off.add(entry(1));
    EXPECT_EQ(off.size(), 0U);
}

TEST(Har, MasksSecretsUnlessAskedForThem) {
    testing::flow f("strict");
    const auto access_token = std::string(f.tokens().string_at("access_token"));
    ASSERT_FALSE(access_token.empty());
    const auto har = [&](const char* how) {
        return control(f.core, "GET", fmt::format("/issuers/t/journal.har{}", how)).body;
    };
    EXPECT_EQ(har("").find(access_token), std::string::npos);
    EXPECT_EQ(har("").find(f.basic), std::string::npos);
    EXPECT_NE(har("?secrets=show").find(access_token), std::string::npos);
    const auto entries = json::parse(har("")).value().at_pointer("/log/entries")->as_array()->size();
    EXPECT_EQ(entries, f.at->log.size());
}

TEST(Metrics, CountRequestsRefusalsAndFaults) {
    testing::flow f("strict", json::array{"token_status=503@2"});
    (void)f.tokens();
    (void)f.tokens();
    (void)f.redeem("no-such-code");
    const auto text = control(f.core, "GET", "/metrics").body;
    for (const std::string line :
         {"assay_requests_total{endpoint=\"token\",status=\"200\"} 1\n",
          "assay_requests_total{endpoint=\"token\",status=\"503\"} 1\n",
          "assay_faults_total{fault=\"token_status\"} 1\n", "assay_refusals_total{rule=\"token.code_known\"} 1\n",
          "# TYPE assay_issuers gauge\nassay_issuers 1\n", "assay_journal_entries 5\n",
          "assay_memory_budget_bytes 268435456\n", "assay_store_budget_bytes{store=\"codes\"} ",
          "assay_store_used_bytes{store=\"journals\"} "}) {
        EXPECT_NE(text.find(line), std::string::npos) << line << text;
    }
}

// The exposition format, line by line, as Prometheus reads it.
TEST(Metrics, AreWellFormed) {
    testing::flow f("strict");
    (void)f.tokens();
    std::istringstream text(control(f.core, "GET", "/metrics").body);
    const std::regex sample(R"re(^[a-z_]+(\{[a-z]+="[^"\\]*"(,[a-z]+="[^"\\]*")*\})? [0-9.e+]+$)re");
    const std::regex comment(R"(^# (HELP|TYPE) [a-z_]+ .+$)");
    for (std::string line; std::getline(text, line);) {
        EXPECT_TRUE(std::regex_match(line, sample) || std::regex_match(line, comment)) << line;
    }
}

TEST(Seed, MakesTheCsrfTokenRepeatable) {
    const auto token = [](const std::string& seed) {
        mock core(seed);
        issuer_request r;
        r.name = "t";
        return core.create(std::move(r)).value()->csrf_token("session");
    };
    EXPECT_EQ(token("a"), token("a"));
    EXPECT_NE(token("a"), token("b"));
    EXPECT_NE(token(""), token(""));
}

}  // namespace
}  // namespace assay::mock
