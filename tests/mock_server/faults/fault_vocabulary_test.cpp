// Details of some faults; fault_wire_test covers the whole vocabulary.
#include "mock_server/faults/fault.hpp"
#include "oauth/base64url.hpp"
#include "oauth/jwt.hpp"
#include "tests/mock_server/faults/fault_walk.hpp"
#include "tests/mock_server/flow.hpp"

namespace assay::mock {
namespace {

using testing::start_mock;
using testing::walker;

std::string id_token_of(walker& w) {
    return std::string(w.tokens().string_at("id_token"));
}

bool verifies(walker& w, const std::string& token) {
    const auto document = json::parse(w.get(w.endpoint("jwks_uri"))->body).value_or(json::value());
    const auto keys = oauth::parse_jwks(document);
    const auto parts = oauth::parse_jws(token);
    return keys && parts &&
           oauth::verify_jws(
               *parts, *keys,
               {oauth::jws_alg::RS256, oauth::jws_alg::PS256, oauth::jws_alg::ES256, oauth::jws_alg::EdDSA});
}

TEST(FaultVocabulary, KeysThatRotateAreTheKeysThatSign) {
    const auto mock = start_mock();
    for (const char* name : {"jwks_rotated", "jwks_replaced", "jwks_same_kid"}) {
        walker w(mock->origin() + "/f/" + name);
        ASSERT_TRUE(w.discover());
        EXPECT_TRUE(verifies(w, id_token_of(w))) << name;
        const auto before = w.get(w.endpoint("jwks_uri"))->body;
        const auto token = id_token_of(w);
        EXPECT_TRUE(verifies(w, token)) << name;
        EXPECT_NE(w.get(w.endpoint("jwks_uri"))->body, before) << name;
    }
    for (const char* name : {"id_token_es256_agreed", "id_token_eddsa_agreed", "id_token_ps256", "jwks_decoy"}) {
        walker w(mock->origin() + "/f/" + name);
        ASSERT_TRUE(w.discover());
        EXPECT_TRUE(verifies(w, id_token_of(w))) << name;
    }
    for (const char* name : {"jwks_weak_key", "jwks_secret_key", "jwks_encryption_key", "jwks_alg_other",
                             "id_token_header_jwk", "id_token_signature_zero", "id_token_parts"}) {
        walker w(mock->origin() + "/f/" + name);
        ASSERT_TRUE(w.discover());
        EXPECT_FALSE(verifies(w, id_token_of(w))) << name;
    }
}

TEST(FaultVocabulary, OddCodesAreRedeemedAsTheyAre) {
    const auto mock = start_mock();
    for (const char* name : {"callback_code_long", "callback_code_reserved", "callback_state_recoded"}) {
        walker w(mock->origin() + "/f/" + name);
        ASSERT_TRUE(w.discover());
        EXPECT_EQ(w.exchange()->status, 200) << name;
    }
    walker w(mock->origin() + "/f/callback_fragment");
    ASSERT_TRUE(w.discover());
    EXPECT_EQ(w.callback().find("code"), nullptr);
    walker again(mock->origin() + "/f/callback_replayed");
    ASSERT_TRUE(again.discover());
    const auto first = again.callback();
    EXPECT_EQ(again.callback().value("code"), first.value("code"));
}

TEST(FaultVocabulary, ACodeComesByFormThoughNobodyAskedForIt) {
    testing::flow f("strict", json::array{"callback_form_post"});
    EXPECT_EQ(f.authorize({}).find("code"), nullptr);
    EXPECT_EQ(f.last.status, 200);
    EXPECT_NE(f.last.body.find("<form method=\"post\" action=\"http://127.0.0.1:1/cb\">"), std::string::npos);
    const auto from = f.last.body.find("name=\"code\" value=\"") + 19;
    ASSERT_LT(from, f.last.body.size()) << f.last.body;
    EXPECT_EQ(f.redeem(f.last.body.substr(from, f.last.body.find('"', from) - from)).status, 200);
}

TEST(FaultVocabulary, TwoMembersCanChangeTheirNames) {
    testing::flow plain("strict");
    testing::flow f("strict", json::array{R"(json_rename={"token_type":"scope","scope":"token_type"})"});
    EXPECT_EQ(f.tokens().string_at("scope"), plain.tokens().string_at("token_type"));
    EXPECT_EQ(f.tokens().string_at("token_type"), plain.tokens().string_at("scope"));
}

TEST(FaultVocabulary, ARenamedMemberKeepsItsValueAndItsPlace) {
    testing::flow f("strict", json::array{R"(json_rename={"access_token":"accessToken","never_sent":"other"})"});
    const auto renamed = f.tokens();
    EXPECT_EQ(renamed.find("access_token"), nullptr);
    EXPECT_EQ(renamed.find("other"), nullptr) << "an absent member is not added";
    testing::flow plain("strict");
    const auto names = [](const json::value& v) {
        std::vector<std::string> out;
        for (const auto& m : v.as_object()->members) out.push_back(m.name);
        return out;
    };
    auto expected = names(plain.tokens());
    std::replace(expected.begin(), expected.end(), std::string("access_token"), std::string("accessToken"));
    EXPECT_EQ(names(renamed), expected);
    EXPECT_EQ(f.get("/userinfo", std::string(renamed.string_at("accessToken"))).status, 200);
}

TEST(FaultVocabulary, ARotatedRefreshTokenWorksOnForAWhile) {
    const auto refresh = [](testing::flow& f, const json::value& tokens) {
        return f.post(
            "/token",
            {{"grant_type", "refresh_token"}, {"refresh_token", std::string(tokens.string_at("refresh_token"))}},
            f.basic);
    };
    testing::flow f("strict", json::array{"refresh_token_grace=10"});
    const auto first = f.tokens();
    const auto second = testing::flow::body_of(refresh(f, first));
    const auto again = testing::flow::body_of(refresh(f, first));
    EXPECT_NE(again.string_at("refresh_token"), second.string_at("refresh_token"));
    EXPECT_EQ(refresh(f, second).status, 200) << "nobody was taken for a thief";
    f.at->advance(11);
    EXPECT_EQ(refresh(f, first).status, 400);
    EXPECT_EQ(refresh(f, again).status, 400) << "a replay after the grace ends the family";
    testing::flow plain("strict");
    const auto rotated = plain.tokens();
    EXPECT_EQ(refresh(plain, rotated).status, 200);
    EXPECT_EQ(refresh(plain, rotated).status, 400);
}

TEST(FaultVocabulary, TheMetadataIsOnlyWhereRfc8414HasIt) {
    const auto mock = start_mock();
    walker w(mock->origin());
    const std::string issuer = "/f/metadata_only_inserted";
    for (const auto& [path, status] : {std::pair<std::string, int>{issuer + "/.well-known/openid-configuration", 404},
                                       {issuer + "/.well-known/oauth-authorization-server", 404},
                                       {"/.well-known/openid-configuration" + issuer, 404},
                                       {"/.well-known/oauth-authorization-server" + issuer, 200}}) {
        EXPECT_EQ(w.get(mock->origin() + path)->status, status) << path;
    }
}

TEST(FaultVocabulary, EndpointsMoveAndElsewhereIsAnotherOrigin) {
    const auto mock = start_mock();
    walker moved(mock->origin() + "/f/metadata_moved");
    ASSERT_TRUE(moved.discover());
    EXPECT_NE(moved.endpoint("token_endpoint").find("/moved/"), std::string::npos);
    EXPECT_EQ(moved.exchange()->status, 200);
    EXPECT_EQ(moved.post(moved.issuer + "/token", {{"grant_type", "refresh_token"}})->status, 404);
    walker away(mock->origin() + "/f/http_redirect=308");
    ASSERT_TRUE(away.discover());
    const auto answer = away.exchange();
    EXPECT_EQ(answer->status, 308);
    const std::string there(answer->head.value("Location"));
    EXPECT_EQ(there.find(mock->origin()), std::string::npos) << there;
    EXPECT_NE(away.get(there)->body.find("made-elsewhere"), std::string::npos);
    const auto log = mock->core().find("f:http_redirect=308")->log.after(0);
    EXPECT_EQ(log.back().endpoint, "elsewhere");
    const auto document = json::parse(away.get(there.substr(0, there.rfind('/')) + "/openid-configuration")->body);
    EXPECT_EQ(document->string_at("issuer"), there.substr(0, there.rfind('/')));
}

TEST(FaultVocabulary, TheListIsAPageForPeopleAndJsonForPrograms) {
    const auto mock = start_mock();
    http::request r;
    r.target = "/f/";
    const auto answer = [&] {
        const auto plan = mock->core().handle(r);
        return std::get<http::write_response>(plan.front().what).r;
    };
    const auto list = json::parse(answer().body);
    ASSERT_TRUE(list);
    EXPECT_EQ(list->find("faults")->as_array()->size(), faults().size());
    EXPECT_NE(list->find("faults")->as_array()->front().string_at("try").find(mock->origin() + "/f/"),
              std::string::npos);
    r.head.append("Accept", "text/html");
    const auto page = answer();
    EXPECT_TRUE(page.head.value("Content-Type").starts_with("text/html"));
    for (const fault& f : faults()) {
        EXPECT_NE(page.body.find("id=\"" + f.name + "\""), std::string::npos) << f.name << " is in no group";
    }
}

}  // namespace
}  // namespace assay::mock
