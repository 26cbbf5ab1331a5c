// Pages changed by faults are sandboxed, header fields have no line breaks, fault issuers can be off.
#include <algorithm>

#include "mock_server/server/embedded.hpp"
#include "tests/mock_server/flow.hpp"

namespace assay::mock {
namespace {

using testing::flow;

const char* const sandbox = "sandbox allow-forms allow-same-origin";

struct answered {
    http::response r;
    [[nodiscard]] bool is_sandboxed() const {
        const auto policies = r.head.all("Content-Security-Policy");
        return std::find(policies.begin(), policies.end(), sandbox) != policies.end();
    }
};

// The sign-in page of a fault issuer /f/FAULT, a copy of a default issuer with the dialect strict.
class FaultyPage : public ::testing::Test {
protected:
    void SetUp() override {
        core.set_origin("http://127.0.0.1:9");
        issuer_request r;
        r.dialect = "strict";
        r.clients = demo_clients(**find_dialect("strict"));
        ASSERT_TRUE(core.create_default(std::move(r)));
    }
    answered page(const std::string& fault, bool by_browser) {
        http::request r;
        r.target = "/f/" + fault +
                   "/authorize?client_id=demo-web&response_type=code&code_challenge=" + std::string(43, 'x') +
                   "&code_challenge_method=S256&scope=openid&redirect_uri=http%3A%2F%2Flocalhost%2Fcb";
        if (by_browser) r.head.append("Accept", "text/html,application/xhtml+xml,*/*;q=0.8");
        const auto plan = core.handle(std::move(r));
        for (const auto& step : plan) {
            if (const auto* w = std::get_if<http::write_response>(&step.what)) return {w->r};
        }
        return {};
    }
    mock core;
};

TEST_F(FaultyPage, ComesToABrowserInASandboxWhereTheFaultChangedIt) {
    for (const auto* fault :
         {"body_replace=<script>alert(1)<%2Fscript>@authorize", "body_append=<script>1<%2Fscript>@authorize",
          "http_header_drop=%5B\"Content-Security-Policy\"%5D@authorize", "http_media_type=image%2Fsvg+xml@authorize",
          "http_header_set=%7B\"Content-Security-Policy\":\"script-src *\"%7D@authorize"}) {
        const auto shown = page(fault, true);
        EXPECT_EQ(shown.r.status, 200) << fault << ": " << shown.r.body;
        EXPECT_TRUE(shown.is_sandboxed()) << fault;
        EXPECT_FALSE(page(fault, false).is_sandboxed()) << fault;
    }
    // An unchanged page of the mock keeps its forms and, at a logout, the frames of clients: no sandbox.
    for (const auto* fault : {"tcp_delay=1@authorize", "token_status", "http_header_bytes=9@authorize"})
        EXPECT_FALSE(page(fault, true).is_sandboxed()) << fault;
}

TEST_F(FaultyPage, SetsNothingForTheWholeHostInABrowser) {
    const std::string fault = "http_header_dup=%7B\"Set-Cookie\":\"other=1\",\"Clear-Site-Data\":\"*\"%7D@authorize";
    EXPECT_EQ(page(fault, false).r.head.all("Set-Cookie").size(), 2U);
    EXPECT_NE(page(fault, false).r.head.find("Clear-Site-Data"), nullptr);
    const auto shown = page(fault, true);
    const auto cookies = shown.r.head.all("Set-Cookie");
    ASSERT_EQ(cookies.size(), 1U) << "that of the sign-in";
    EXPECT_FALSE(cookies.front().starts_with("other="));
    EXPECT_EQ(shown.r.head.find("Clear-Site-Data"), nullptr);
}

TEST_F(FaultyPage, SplitsNoResponse) {
    EXPECT_EQ(page("http_reason=Fine%0d%0aX-Own:%201@authorize", false).r.reason, "FineX-Own: 1");
    const auto named = page("http_header_set=%7B\"X:1\\r\\n\\r\\nX\":\"1\"%7D@authorize", false);
    EXPECT_NE(named.r.head.find("X:1X"), nullptr) << named.r.body;
}

TEST_F(FaultyPage, IsNotThereWhereFaultIssuersAreOff) {
    core.serves_fault_issuers = false;
    for (const bool by_browser : {true, false}) {
        const auto shown = page("token_status", by_browser);
        EXPECT_EQ(shown.r.status, 404);
        EXPECT_NE(shown.r.body.find("--fault-issuers on"), std::string::npos) << shown.r.body;
        EXPECT_EQ(shown.r.body.find("/f/"), std::string::npos) << shown.r.body;
    }
    http::request list;
    list.target = "/f/";
    EXPECT_EQ(std::get<http::write_response>(core.handle(list).front().what).r.status, 404);
    EXPECT_EQ(core.find("f:token_status"), nullptr);
}

TEST(Splitting, IsForProgramsAndForTheDefectThatIsAboutIt) {
    const json::array defect{json::object{{"defect", "register.redirect_uris_well_formed"}}};
    const std::string stored = "http://127.0.0.1:1/cb\r\nX-Own: 1";
    const auto location = [&](flow& f, bool by_browser) {
        auto c = *f.at->find_client("web");
        c.redirect_uris = {stored};
        f.at->put_client(c);
        http::request r;
        r.target = "/authorize?" + f.asking() + "&assay_user=ada";
        const auto own = r.target.find("redirect_uri=");
        r.target.replace(own, r.target.find('&', own) - own, oauth::format_form({{"redirect_uri", stored}}));
        if (by_browser) r.head.append("Sec-Fetch-Site", "none");
        return std::string(f.send(std::move(r)).head.value("Location"));
    };
    flow faulty("strict", defect);
    EXPECT_NE(location(faulty, false).find("\r\n"), std::string::npos);
    EXPECT_EQ(location(faulty, true).find('\n'), std::string::npos);
    EXPECT_NE(location(faulty, true), "");
    flow good("strict");
    EXPECT_EQ(location(good, false).find('\n'), std::string::npos);
}

}  // namespace
}  // namespace assay::mock
