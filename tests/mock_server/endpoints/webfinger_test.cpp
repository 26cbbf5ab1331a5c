// WebFinger on `strict` (RFC 7033, OIDC Discovery §2), without sockets.
#include "tests/mock_server/flow.hpp"

namespace assay::mock {
namespace {

using testing::flow;

http::response finger(flow& f, const oauth::form& query) {
    return f.get("/.well-known/webfinger?" + oauth::format_form(query));
}

std::string host_of(const flow& f) {
    const auto url = f.at->url();
    const auto from = url.find("://") + 3;
    return url.substr(from, url.find('/', from) - from);
}

TEST(WebFinger, NamesTheIssuerOfAPersonAndOfItself) {
    flow f("strict");
    for (const auto& resource : {"acct:ada@" + host_of(f), f.at->url() + "/ada", f.at->url()}) {
        const auto r = finger(f, {{"resource", resource}, {"rel", "http://openid.net/specs/connect/1.0/issuer"}});
        EXPECT_EQ(r.status, 200) << resource;
        EXPECT_EQ(r.head.value("content-type"), "application/jrd+json");
        const auto document = flow::body_of(r);
        EXPECT_EQ(document.string_at("subject"), resource);
        const auto* href = document.at_pointer("/links/0/href");
        ASSERT_NE(href, nullptr) << r.body;
        EXPECT_EQ(*href, json::value(f.at->url()));
    }
}

TEST(WebFinger, KeepsToTheRelationsThatWereAskedFor) {
    flow f("strict");
    const auto r = finger(f, {{"resource", f.at->url()}, {"rel", "http://webfinger.net/rel/avatar"}});
    EXPECT_EQ(r.status, 200);
    EXPECT_TRUE(flow::body_of(r).find("links")->as_array()->empty());
}

TEST(WebFinger, RefusesWhatItCannotAnswer) {
    flow f("strict");
    EXPECT_EQ(finger(f, {}).status, 400);
    EXPECT_EQ(finger(f, {{"resource", f.at->url()}, {"resource", f.at->url()}}).status, 400);
    for (const auto& stranger : {"acct:nobody@" + host_of(f), std::string("acct:ada@elsewhere.example"),
                                 std::string("https://elsewhere.example/ada"), std::string("ada")})
        EXPECT_EQ(finger(f, {{"resource", stranger}}).status, 404) << stranger;
    EXPECT_EQ(flow("polar").get("/.well-known/webfinger?resource=acct:ada%40x").status, 404);
}

}  // namespace
}  // namespace assay::mock
