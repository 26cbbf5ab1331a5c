// The inspector without a browser: what it shows, what it hides, and to whom it answers. tests/browser opens it in
// one.
#include "mock_server/pages/inspector.hpp"

#include "http/client.hpp"
#include "mock_server/pages/inspect.hpp"
#include "mock_server/server/embedded.hpp"
#include "tests/mock_server/flow.hpp"
#include "tests/support/waiting.hpp"

namespace assay::mock {
namespace {

using testing::flow;

bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

http::response visit(flow& f, const std::string& path, const std::string& host = "127.0.0.1:9") {
    http::request r;
    r.target = path;
    r.head.append("Host", host);
    return f.send(r);
}

TEST(Inspector, AnswersOnlyWhereItIsOnAndByALoopbackName) {
    flow f("strict");
    EXPECT_EQ(visit(f, "/inspector/").status, 404);
    f.core.inspector = true;
    EXPECT_EQ(visit(f, "/inspector/").status, 200);
    EXPECT_EQ(visit(f, "/inspector/inspector.js").status, 200);
    EXPECT_EQ(visit(f, "/inspector/events").head.value("content-type"), "text/event-stream");
    EXPECT_EQ(visit(f, "/inspector").head.value("location"), "http://127.0.0.1:9/i/t/inspector/");
    EXPECT_EQ(visit(f, "/inspector/nothing").status, 404);
    EXPECT_EQ(visit(f, "/inspectors").status, 404);
    for (const char* path : {"/inspector/", "/inspector/events", "/inspector/inspector.js"})
        EXPECT_EQ(visit(f, path, "rebound.example").status, 403) << path;
    EXPECT_EQ(f.at->log.size(), 2U) << "its own requests are not among what it shows";
}

TEST(Inspector, IsReachedByThePublicName) {
    flow f("strict");
    f.core.set_origin("https://mock.test");
    f.core.inspector = true;
    EXPECT_EQ(visit(f, "/inspector/", "mock.test").status, 200);
    EXPECT_EQ(visit(f, "/inspector/", "other.test").status, 403);
}

TEST(Inspector, ItsPolicyAllowsItsOwnScriptAlone) {
    flow f("strict");
    f.core.inspector = true;
    const std::string policy(visit(f, "/inspector/").head.value("content-security-policy"));
    EXPECT_TRUE(contains(policy, "default-src 'none'")) << policy;
    EXPECT_TRUE(contains(policy, "script-src 'self'; connect-src 'self'")) << policy;
    EXPECT_TRUE(contains(policy, "frame-ancestors 'none'")) << policy;
    EXPECT_FALSE(contains(policy, "unsafe")) << policy;
}

TEST(Inspector, ShowsTheChallengeArithmetic) {
    flow f("strict");
    const auto code = std::string(f.authorize({}).value("code"));
    const std::string wrong = "wrong-verifier-0123456789-ABCDEFGHIJ-abcdefghij";
    EXPECT_EQ(f.redeem(code, {{"code_verifier", wrong}}).status, 400);
    EXPECT_EQ(f.redeem(code).status, 200);
    const auto entries = f.at->log.after(0);
    const auto refused = pages::inspector_step(*f.at, entries[1]);
    EXPECT_TRUE(contains(refused, wrong));
    EXPECT_TRUE(contains(refused, oauth::s256_challenge(wrong)));
    EXPECT_TRUE(contains(refused, "They differ"));
    EXPECT_TRUE(contains(refused, "RFC 7636 §4.6"));
    const auto good = pages::inspector_step(*f.at, entries[2]);
    EXPECT_TRUE(contains(good, "They are the same"));
    EXPECT_TRUE(contains(good, oauth::s256_challenge(f.verifier)));
}

// A token with one wrong claim: that claim is marked, the others are not.
TEST(Inspector, ComparesTheClaimsOfAnIdToken) {
    const auto crosses = [](const char* fault) {
        flow f("strict", *fault == '\0' ? json::array{} : json::array{fault});
        (void)f.tokens();
        const auto step = pages::inspector_step(*f.at, f.at->log.after(0).back());
        std::size_t n = 0;
        for (auto at = step.find("✗"); at != std::string::npos; at = step.find("✗", at + 1)) ++n;
        return n;
    };
    EXPECT_EQ(crosses(""), 0U);
    EXPECT_EQ(crosses("id_token_aud_wrong"), 1U);
    EXPECT_EQ(crosses("id_token_iss_wrong"), 1U);
    EXPECT_EQ(crosses("id_token_expired"), 1U);
    EXPECT_EQ(crosses("id_token_other_key"), 1U);
}

TEST(Inspector, KeepsSecretsAndEscapesEverything) {
    flow f("strict");
    f.core.inspector = true;
    const auto tokens = f.tokens();
    http::request r;
    r.target = "/<script>alert(1)</script>?a=%22%3E%3Cimg%20src=x%3E";
    r.head.append("X-Mine", "<b>bold</b>");
    (void)f.send(r);
    const auto page = visit(f, "/inspector/").body;
    for (const auto* name : {"access_token", "id_token", "refresh_token"}) {
        const std::string secret(tokens.string_at(name));
        EXPECT_TRUE(secret.empty() || !contains(page, secret)) << name;
    }
    EXPECT_FALSE(contains(page, f.basic));
    EXPECT_FALSE(contains(page, "<script>alert"));
    EXPECT_FALSE(contains(page, "<img"));
    EXPECT_FALSE(contains(page, "<b>bold"));
    EXPECT_TRUE(contains(page, "&lt;b&gt;bold"));
}

TEST(Inspector, SendsWhatTheJournalHoldsAndEndsWithTheMock) {
    embedded_options o;
    o.inspector = true;
    o.default_issuer.emplace();
    auto running = embedded::start(std::move(o));
    ASSERT_TRUE(running);
    http::client c;
    http::call ask;
    ask.origin = (*running)->origin();
    ask.r.target = "/jwks";
    ASSERT_TRUE(c.send(ask));
    std::string got;
    // What arrived until the stream was quiet; on a busy machine there may be nothing yet.
    EXPECT_TRUE(tests::came("the first event of the journal", [&] {
        http::client other;
        got = other
                  .raw((*running)->origin(), "GET /inspector/events?after=0 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
                       std::chrono::milliseconds{200})
                  .value_or("");
        return contains(got, "id: 1\ndata: ");
    })) << got;
    EXPECT_TRUE(contains(got, "text/event-stream")) << got;
    (*running)->stop();
    EXPECT_EQ((*running)->core().open_connections(), 0U);
}

}  // namespace
}  // namespace assay::mock
