// Faults by the issuer URL alone, and the syntax that selects them.
#include "mock_server/faults/fault_spec.hpp"
#include "oauth/jwt.hpp"
#include "tests/mock_server/faults/fault_walk.hpp"

namespace assay::mock {
namespace {

using testing::start_mock;
using testing::walker;

std::string claim_text(const std::string& jwt, std::string_view name) {
    const auto parsed = oauth::parse_jws(jwt);
    if (!parsed) return "unparsable";
    const auto claims = json::parse(parsed->payload).value_or(json::value());
    const auto* v = claims.find(name);
    return v == nullptr ? "absent" : json::format(*v);
}

TEST(FaultIssuer, WrongAudienceReachesAnUnmodifiedClient) {
    const auto mock = start_mock();
    walker good(mock->origin());
    ASSERT_TRUE(good.discover());
    EXPECT_EQ(claim_text(std::string(good.tokens().string_at("id_token")), "aud"), "\"demo-web\"");
    walker bad(mock->origin() + "/f/id_token_aud_wrong");
    ASSERT_TRUE(bad.discover()) << "its own issuer string";
    const auto tokens = bad.tokens();
    EXPECT_EQ(claim_text(std::string(tokens.string_at("id_token")), "aud"), "\"another-client\"");
    EXPECT_EQ(claim_text(std::string(tokens.string_at("id_token")), "iss"), json::quote(bad.issuer));
    EXPECT_EQ(bad.get(bad.endpoint("userinfo_endpoint"), std::string(tokens.string_at("access_token")))->status, 200);
    // The other issuer is still correct.
    EXPECT_EQ(claim_text(std::string(good.tokens().string_at("id_token")), "aud"), "\"demo-web\"");
}

TEST(FaultIssuer, ResetInTheMiddleOfATokenResponseReachesAnUnmodifiedClient) {
    const auto mock = start_mock();
    walker w(mock->origin() + "/f/tcp_reset_after=20");
    ASSERT_TRUE(w.discover());
    const auto code = std::string(w.callback().value("code"));
    const auto got = w.redeem(code);
    ASSERT_FALSE(got);
    EXPECT_EQ(got.error().code, errc::connect) << got.error().text();
    EXPECT_NE(got.error().message.find("reset"), std::string::npos) << got.error().text();
    // Nevertheless the code was redeemed.
    const auto entries = mock->core().find("f:tcp_reset_after=20")->log.after(0);
    EXPECT_EQ(entries.back().response.status, 200);
    EXPECT_EQ(entries.back().faults, std::vector<std::string>{"tcp_reset_after"});
}

TEST(FaultIssuer, SeveralFaultsValuesAndQualifiersInOneUrl) {
    const auto mock = start_mock();
    walker w(mock->origin() + "/f/token_status=503@2~token_type_case=BEARER~defect:token.code_single_use");
    ASSERT_TRUE(w.discover());
    const auto code = std::string(w.callback().value("code"));
    const auto first = w.redeem(code);
    EXPECT_EQ(first->status, 200);
    EXPECT_NE(first->body.find("\"BEARER\""), std::string::npos) << first->body;
    EXPECT_EQ(w.redeem(code)->status, 503);
    EXPECT_EQ(w.redeem(code)->status, 200) << "the rule is off";
}

TEST(FaultIssuer, UnknownNamesAre404WithTheNearestOne) {
    const auto mock = start_mock();
    walker w(mock->origin() + "/f/id_token_aud_wrnog");
    const auto got = w.get(w.issuer + "/.well-known/openid-configuration");
    ASSERT_TRUE(got);
    EXPECT_EQ(got->status, 404);
    EXPECT_NE(got->body.find("did you mean 'id_token_aud_wrong'?"), std::string::npos) << got->body;
    EXPECT_EQ(w.get(mock->origin() + "/f/" + std::string(fault_text_max + 1, 'x') + "/")->status, 404);
}

TEST(FaultIssuer, HasTheClientsOfTheDefaultIssuerAsTheyComeAndGo) {
    const auto mock = start_mock();
    walker w(mock->origin() + "/f/tcp_delay=1");
    w.client_id = "late";
    ASSERT_TRUE(w.discover());
    EXPECT_EQ(w.callback().value("code"), "");
    client late;
    late.client_id = "late";
    late.client_secret = "late-secret";
    late.redirect_uris = {"http://localhost:8765/callback"};
    late.scope = "openid email";
    mock->core().find("")->put_client(late);
    EXPECT_TRUE(w.tokens().find("id_token") != nullptr);
}

TEST(FaultIssuer, TheyAreBounded) {
    const auto mock = start_mock();
    walker first(mock->origin() + "/f/tcp_delay=1");
    ASSERT_TRUE(first.discover());
    http::request r;
    for (int n = 2; n < 1100; ++n) {
        r.target = "/f/tcp_delay=" + std::to_string(n) + "/nothing";
        (void)mock->core().handle(r);
    }
    EXPECT_EQ(mock->core().find("f:tcp_delay=1"), nullptr);
    EXPECT_NE(mock->core().find("f:tcp_delay=1099"), nullptr);
    EXPECT_LE(mock->core().all().size(), 1001U);
    EXPECT_TRUE(first.discover()) << "it is made again";
}

TEST(FaultIssuer, AnswersOfOtherEndpointsByTheirName) {
    const auto mock = start_mock();
    walker w(mock->origin() + "/f/tcp_short_body=5@userinfo@once");
    ASSERT_TRUE(w.discover());
    const std::string token(w.tokens().string_at("access_token"));
    EXPECT_EQ(w.get(w.endpoint("userinfo_endpoint"), token).error().code, errc::malformed);
    EXPECT_EQ(w.get(w.endpoint("userinfo_endpoint"), token)->status, 200);
}

TEST(FaultSpec, ReadsWhatTheSyntaxSays) {
    const auto s = parse_fault_spec("callback_error=invalid_scope;description=a%20b%40c@2-4@client@seed=x@p=0.25");
    ASSERT_TRUE(s) << s.error().text();
    EXPECT_EQ(s->parameters.find("error")->as_string()->c_str(), std::string("invalid_scope"));
    EXPECT_EQ(*s->parameters.find("description")->as_string(), "a b@c");
    EXPECT_EQ(s->when.from, 2);
    EXPECT_EQ(s->when.to, 4);
    EXPECT_EQ(s->when.per, counted_by::client);
    EXPECT_EQ(s->when.seed, "x");
    EXPECT_DOUBLE_EQ(s->when.probability, 0.25);
    EXPECT_EQ(parse_fault_spec("token_status@after=3")->when.from, 4);
    EXPECT_EQ(parse_fault_spec("token_status@3+@every=2")->when.every, 2);
    EXPECT_EQ(parse_fault_spec("tcp_delay@jwks")->at, hook::jwks);
    EXPECT_EQ(*parse_fault_spec("token_status=404")->parameters.find("status"), json::value(404));
}

TEST(FaultSpec, RefusesTheRestInWords) {
    for (const auto& [text, words] : {std::pair{"token_statsu", "did you mean 'token_status'?"},
                                      {"token_status=abc", "must be of type integer"},
                                      {"token_status=99", "must be an integer from 200 to 599, not 99"},
                                      {"token_status;text=1", "has no parameter 'text'; it takes status"},
                                      {"id_token_aud_wrong=x", "takes no value"},
                                      {"id_token_aud_wrong@jwks", "@jwks does not fit"},
                                      {"tcp_delay@callback", "@callback does not fit"},
                                      {"token_status@p=abc", "p must be a number from 0 to 1"},
                                      {"token_status@every=0", "every must be a count from 1"},
                                      {"token_status@often", "is no qualifier"},
                                      {"token_status@0", "is no qualifier"},
                                      {"token_status@4-2", "is no qualifier"},
                                      {"token_status@p=2", "p must be a number from 0 to 1"},
                                      {"token_status=%zz", "hex digits"},
                                      {"defect:token.code_single_us", "did you mean 'token.code_single_use'?"},
                                      {"", "a fault without a name"}}) {
        const auto s = parse_fault_spec(text);
        ASSERT_FALSE(s) << text;
        EXPECT_NE(s.error().message.find(words), std::string::npos) << s.error().message;
    }
    std::string many = "tcp_delay";
    for (std::size_t n = 0; n < fault_list_max; ++n) many += "~tcp_delay";
    EXPECT_FALSE(parse_fault_list(many));
}

TEST(FaultSpec, RefusesMembersInWords) {
    for (const auto& [text, words] :
         {std::pair{R"({"fault":"token_status","nth":0})", R"('nth' must be a count from 1, "2-4" or "2+", not 0)"},
          {R"({"fault":"token_status","once":"yes"})", "'once' must be true or false"},
          {R"({"fault":"token_status","per":"user"})", "'per' must be client or code"},
          {R"({"fault":"token_status","probability":3})", "'probability' must be a number from 0 to 1"},
          {R"({"fault":"http_status","at":"usrinfo"})", "did you mean 'userinfo'?"},
          {R"({"fault":"token_status","ntth":2})", "did you mean 'nth'?"},
          {R"({"fault":"token_status","stat":2})", "did you mean 'status'?"},
          {R"({"defect":"token.code_single_use","status":2})", "a defect has no member 'status'"},
          {R"({"defect":"token.code_single_use","fault":"token_status"})", "either 'fault' or 'defect'"},
          {R"({"fault":7})", "'fault' and 'defect' are names"},
          {"{}", "either 'fault' or 'defect'"}}) {
        const auto s = fault_spec_from_json(*json::parse(text));
        ASSERT_FALSE(s) << text;
        EXPECT_NE(s.error().message.find(words), std::string::npos) << s.error().message;
    }
}

TEST(FaultSpec, JsonAndTextSayTheSame) {
    const auto spec = json::object{{"fault", "token_status"},
                                   {"status", 503},
                                   {"after", 1},
                                   {"every", 2},
                                   {"per", "code"},
                                   {"client", "me"},
                                   {"probability", json::decimal{0.5, "0.5"}},
                                   {"seed", "s"}};
    const auto a = fault_spec_from_json(json::value(spec));
    const auto b = parse_fault_spec("token_status=503@after=1@every=2@code@client=me@p=0.5@seed=s");
    ASSERT_TRUE(a) << a.error().text();
    ASSERT_TRUE(b) << b.error().text();
    EXPECT_EQ(json::value(a->parameters), json::value(b->parameters));
    EXPECT_EQ(a->when.from, b->when.from);
    EXPECT_EQ(a->when.every, b->when.every);
    EXPECT_EQ(a->when.per, b->when.per);
    EXPECT_EQ(a->when.client, b->when.client);
    EXPECT_DOUBLE_EQ(a->when.probability, b->when.probability);
}

// Which of ten calls the qualifiers select, as "1010000000".
std::string chosen(const std::string& qualifiers, const std::vector<fault_caller>& callers) {
    auto set = fault_set::from_text("token_status" + qualifiers);
    if (!set) return set.error().message;
    std::string out;
    for (int n = 0; n < 10; ++n) {
        const auto taken = (*set)->take(hook::token, callers[static_cast<std::size_t>(n) % callers.size()], {});
        out += taken.empty() ? '0' : '1';
    }
    return out;
}

TEST(FaultQualifiers, ChooseCalls) {
    const std::vector<fault_caller> one{{"a", "x"}};
    EXPECT_EQ(chosen("", one), "1111111111");
    EXPECT_EQ(chosen("@2", one), "0100000000");
    EXPECT_EQ(chosen("@once", one), "1000000000");
    EXPECT_EQ(chosen("@2-4", one), "0111000000");
    EXPECT_EQ(chosen("@8+", one), "0000000111");
    EXPECT_EQ(chosen("@after=8", one), "0000000011");
    EXPECT_EQ(chosen("@every=3", one), "1001001001");
    EXPECT_EQ(chosen("@2+@every=4", one), "0100010001");
    const std::vector<fault_caller> two{{"a", "x"}, {"b", "x"}};
    EXPECT_EQ(chosen("@once@client", two), "1100000000");
    EXPECT_EQ(chosen("@once@code", two), "1000000000");
    EXPECT_EQ(chosen("@client=b", two), "0101010101");
    EXPECT_EQ(chosen("@client=b@2", two), "0001000000");
}

TEST(FaultQualifiers, AProbabilityWithASeedIsRepeatable) {
    const std::vector<fault_caller> one{{"a", "x"}};
    EXPECT_EQ(chosen("@p=0", one), "0000000000");
    EXPECT_EQ(chosen("@p=1", one), "1111111111");
    const auto drawn = chosen("@p=0.5@seed=7", one);
    EXPECT_EQ(drawn, chosen("@p=0.5@seed=7", one));
    EXPECT_NE(drawn, chosen("@p=0.5@seed=8", one));
    EXPECT_NE(drawn.find('0'), std::string::npos);
    EXPECT_NE(drawn.find('1'), std::string::npos);
}

TEST(FaultQualifiers, ADefectAtTimesIsDecidedOnceARequest) {
    const auto mock = start_mock();
    walker w(mock->origin() + "/f/defect:token.code_single_use@2");
    ASSERT_TRUE(w.discover());
    const auto code = std::string(w.callback().value("code"));
    EXPECT_EQ(w.redeem(code)->status, 200);
    EXPECT_EQ(w.redeem(code)->status, 400) << "the first request that breaks the rule";
    EXPECT_EQ(w.redeem(code)->status, 200) << "the second";
    EXPECT_EQ(w.redeem(code)->status, 400);
}

}  // namespace
}  // namespace assay::mock
