// The lines of `assay explain FAULT` run in a shell unchanged, and show the fault.
#include "mock_server/pages/shell_lines.hpp"

#include <string>

#include "tests/mock_server/faults/fault_walk.hpp"
#include "tests/support/shell.hpp"

namespace assay::mock {
namespace {

using testing::start_mock;

struct sample {
    const char* fault;
    const char* shows;
};

// One fault for each kind of line.
constexpr sample samples[] = {
    {"callback_iss_wrong", "iss=https%3A%2F%2Fattacker.example"},
    {"token_status", "HTTP/1.1 500"},
    {"json_set", "\"expires_in\":-1"},
    {"body_byte_order_mark", "M-oM-;M-?{"},
    {"tcp_reset_after", "reset by peer"},
    {"http_chunked", "10;name=\"value\""},
    {"id_token_aud_wrong", "\"aud\":\"another-client\""},
    {"jwks_rotated", "{\"typ\":\"JWT\",\"alg\":\"RS256\",\"kid\":\"assay-rs256-2\"}"},
    {"id_token_es256_agreed", "\"id_token_signing_alg_values_supported\":[\"ES256\"]"},
    {"userinfo_sub_wrong", "{\"sub\":\"another-subject\""},
    {"introspect_member_set", "{\"active\":false,\"client_id\":\"demo-web\""},
    {"refresh_status", "HTTP/1.1 503"},
    {"revoke_status", "HTTP/1.1 500"},
    {"refusal_status", "HTTP/1.1 500"},
    {"par_status", "HTTP/1.1 500"},
    {"page_redirects", "Location: https://elsewhere.example/"},
    {"metadata_unreachable", "Failed to connect"},
    {"jwks_empty", "{\"keys\":[]}"},
};

TEST(ShellLines, ShowWhatTheFaultSays) {
    const auto mock = start_mock();
    for (const auto& [name, shows] : samples) {
        const auto f = find_fault(name);
        ASSERT_TRUE(f) << name;
        const auto lines = shell_lines(**f, mock->origin() + "/f/" + name);
        const auto out = tests::printed_by(lines);
        EXPECT_NE(out.find(shows), std::string::npos) << lines << "\n" << out.substr(0, 4000);
    }
}

std::string state_in(const std::string& out, std::size_t from) {
    const auto at = out.find("state=", from);
    return at == std::string::npos ? "" : out.substr(at, out.find('&', at) - at);
}

TEST(ShellLines, GoTwiceWhereTheSecondTimeCounts) {
    const auto mock = start_mock();
    const auto f = find_fault("callback_state_previous");
    ASSERT_TRUE(f);
    const auto out = tests::printed_by(shell_lines(**f, mock->origin() + "/f/callback_state_previous"));
    const auto first = state_in(out, 0);
    EXPECT_FALSE(first.empty()) << out;
    EXPECT_EQ(first, state_in(out, out.rfind("HTTP/1.1 302"))) << out;
}

TEST(ShellLines, HaveSomethingToShowForEveryFault) {
    for (const fault& f : faults()) {
        EXPECT_NE(shell_lines(f, "http://127.0.0.1:1/f/" + f.name).find("curl"), std::string::npos) << f.name;
        for (const auto& p : f.parameters.members) {
            const bool nothing = (p.v.is_object() && p.v.as_object()->empty()) ||
                                 (p.v.as_array() != nullptr && p.v.as_array()->empty());
            EXPECT_FALSE(nothing) << f.name << " does nothing by its name alone";
        }
    }
}

TEST(ShellLines, TrustTheAuthorityOfTlsMocks) {
    const auto f = find_fault("tls_expired");
    ASSERT_TRUE(f);
    const auto lines = shell_lines(**f, "http://127.0.0.1:8080/f/tls_expired");
    EXPECT_NE(lines.find("issuer=https://127.0.0.1:8080/f/tls_expired\nexport CURL_CA_BUNDLE="), std::string::npos)
        << lines;
}

}  // namespace
}  // namespace assay::mock
