// What popular mocks accept is refused here: eight rows, on strict with the codes of the RFCs, on every Polar as
// Polar answers.
#include <functional>

#include "tests/mock_server/flow.hpp"

namespace assay::mock {
namespace {

using testing::flow;

struct expected {
    int status;
    std::string body;
};
struct leniency {
    const char* name;
    std::function<http::response(flow&)> ask;
    expected strict;
    expected polar;
};

std::string error(const std::string& code, const std::string& text = {}) {
    return text.empty() ? R"({"error":")" + code + R"("})"
                        : R"({"error":")" + code + R"(","error_description":")" + text + R"("})";
}

std::string code_of(flow& f) {
    oauth::form user;
    if (f.at->speaks().sub_types) user.append("sub_type", "user");
    return std::string(f.authorize(user).value("code"));
}

const expected no_code{400, error("invalid_grant", "Invalid 'code' in request.")};
const expected no_uri{400, error("invalid_grant", "Invalid 'redirect_uri' in request.")};
const expected no_match{400, error("invalid_grant", "Code challenge failed.")};
const std::string unknown = "The client does not exist on this server.";

const std::vector<leniency>& leniencies() {
    static const std::vector<leniency> all{
        {"code_verifier_left_out",
         [](flow& f) {
             return f.redeem(code_of(f), {{"code_verifier", ""}});
         },
         {400, error("invalid_grant", "Missing 'code_verifier'")},
         {400, error("invalid_request", "Missing 'code_verifier'")}},
        {"code_verifier_wrong",
         [](flow& f) {
             return f.redeem(code_of(f), {{"code_verifier", "wrong-verifier-0123456789-ABCDEFGHIJ-abcdefghij"}});
         },
         no_match, no_match},
        {"code_redeemed_twice",
         [](flow& f) {
             const auto code = code_of(f);
             (void)f.redeem(code);
             return f.redeem(code);
         },
         no_code, no_code},
        {"code_never_issued", [](flow& f) { return f.redeem("made-up"); }, no_code, no_code},
        {"another_redirect_uri",
         [](flow& f) {
             return f.redeem(code_of(f), {{"redirect_uri", "http://127.0.0.1:1/other"}});
         },
         no_uri, no_uri},
        {"refresh_token_unknown",
         [](flow& f) {
             return f.post(testing::path_in(f.at->speaks(), "token"),
                           {{"grant_type", "refresh_token"}, {"refresh_token", "made-up"}}, f.basic);
         },
         {400, error("invalid_grant", "The refresh_token is unknown, expired or revoked.")},
         {400, error("invalid_grant")}},
        {"client_unregistered",
         [](flow& f) {
             return f.post(testing::path_in(f.at->speaks(), "token"),
                           {{"grant_type", "authorization_code"}, {"code", code_of(f)}},
                           oauth::format_basic("nobody", "anything"));
         },
         {401, error("invalid_client", unknown)},
         {401, error("invalid_client", unknown)}},
        {"grant_type_unknown",
         [](flow& f) {
             return f.post(testing::path_in(f.at->speaks(), "token"), {{"grant_type", "made_up"}}, f.basic);
         },
         {400, error("unsupported_grant_type", "grant_type=made_up is not supported.")},
         {400, error("unsupported_grant_type")}},
    };
    return all;
}

class Leniency : public ::testing::TestWithParam<leniency> {};
INSTANTIATE_TEST_SUITE_P(Of, Leniency, ::testing::ValuesIn(leniencies()), [](const auto& p) { return p.param.name; });

TEST_P(Leniency, IsRefusedOnStrict) {
    flow f("strict");
    const auto r = GetParam().ask(f);
    EXPECT_EQ(r.status, GetParam().strict.status);
    EXPECT_EQ(r.body, GetParam().strict.body);
    EXPECT_EQ(r.head.value("cache-control"), "no-store");
}

TEST_P(Leniency, IsAnsweredAsPolarDoes) {
    for (const char* dialect : {"polar@2025-02", "polar@2025-10", "polar@2026-06-17", "polar@2026-06-26"}) {
        SCOPED_TRACE(dialect);
        flow f(dialect);
        const auto r = GetParam().ask(f);
        EXPECT_EQ(r.status, GetParam().polar.status);
        EXPECT_EQ(r.body, GetParam().polar.body);
    }
}

// RFC 6749 §4.1.2, RFC 9700 §4.14.2: strict revokes the tokens of a replayed code, Polar does not.
TEST(LeniencyOfReplay, RevokesOnStrictOnly) {
    for (const char* dialect : {"strict", "polar"}) {
        flow f(dialect);
        const auto code = code_of(f);
        const auto first = flow::body_of(f.redeem(code));
        (void)f.redeem(code);
        const auto r =
            f.get(testing::path_in(f.at->speaks(), "userinfo"), std::string(first.string_at("access_token")));
        EXPECT_EQ(r.status, dialect == std::string_view("strict") ? 401 : 200) << dialect;
    }
}

// An unknown client: 401 with a challenge by Basic; by form 401 on strict, 400 on Polar.
TEST(LeniencyOfUnknownClient, ByForm) {
    for (const auto& [dialect, status] : {std::pair{"strict", 401}, {"polar", 400}}) {
        flow f(dialect);
        const auto r = f.post(
            testing::path_in(f.at->speaks(), "token"),
            {{"grant_type", "authorization_code"}, {"code", "x"}, {"client_id", "nobody"}, {"client_secret", "x"}});
        EXPECT_EQ(r.status, status) << dialect;
        EXPECT_EQ(flow::body_of(r).string_at("error"), "invalid_client");
    }
}

}  // namespace
}  // namespace assay::mock
