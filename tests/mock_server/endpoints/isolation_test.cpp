// What one browser leaves for the next: nothing at another issuer, and no consent at an isolated one.
#include <map>

#include "mock_server/control/control.hpp"
#include "tests/mock_server/flow.hpp"

namespace assay::mock {
namespace {

using testing::flow;

// A browser with its cookies, at the issuer of a flow.
class browser {
public:
    explicit browser(flow& f) : f_(f) {}

    http::response go(const std::string& method, const std::string& target, const oauth::form& body = {}) {
        http::request r;
        r.method = method;
        r.target = target;
        if (method == "POST") {
            r.head.append("Content-Type", "application/x-www-form-urlencoded");
            r.body = oauth::format_form(body);
        }
        std::string cookies;
        for (const auto& [name, value] : jar_) cookies += (cookies.empty() ? "" : "; ") + name + "=" + value;
        if (!cookies.empty()) r.head.append("Cookie", cookies);
        auto out = f_.send(std::move(r));
        for (const auto& set : out.head.all("set-cookie")) {
            const std::string pair(set.substr(0, set.find(';')));
            jar_[pair.substr(0, pair.find('='))] = pair.substr(pair.find('=') + 1);
        }
        return out;
    }

    void sign_in() { EXPECT_EQ(go("POST", "/login", {{"username", "ada"}, {"return_to", f_.asking()}}).status, 303); }

    // 200: a page; 302: back at the client with a code.
    int ask() { return go("GET", "/authorize?" + f_.asking()).status; }

    void allow() {
        const auto page = go("GET", "/authorize?" + f_.asking());
        const std::string mark = "name=\"csrf_token\" value=\"";
        const auto from = page.body.find(mark) + mark.size();
        const auto token = page.body.substr(from, page.body.find('"', from) - from);
        EXPECT_EQ(go("POST", "/consent?" + f_.asking(), {{"action", "allow"}, {"csrf_token", token}}).status, 303);
    }

private:
    flow& f_;
    std::map<std::string, std::string> jar_;
};

class isolated_flow : public flow {
public:
    explicit isolated_flow(bool isolated, const std::string& dialect = "strict") : flow(dialect) {
        issuer_request r;
        r.dialect = dialect;
        r.isolated = isolated;
        r.clients = {*at->find_client("web")};
        replace(std::move(r));
    }
};

TEST(Isolation, AConsentIsOfTheUserOrAtAnIsolatedIssuerOfTheBrowser) {
    for (const bool isolated : {false, true}) {
        isolated_flow f(isolated);
        browser first(f);
        first.sign_in();
        EXPECT_EQ(first.ask(), 200);
        first.allow();
        EXPECT_EQ(first.ask(), 302) << "remembered";
        first.sign_in();
        EXPECT_EQ(first.ask(), 302) << "also for the next session of this browser";
        browser second(f);
        EXPECT_EQ(second.ask(), 200) << "the sign-in page";
        second.sign_in();
        EXPECT_EQ(second.ask(), isolated ? 200 : 302);
    }
}

TEST(Isolation, AConsentIsWithdrawnInEveryBrowser) {
    isolated_flow f(true);
    browser first(f);
    browser second(f);
    for (auto* one : {&first, &second}) {
        one->sign_in();
        one->allow();
        EXPECT_EQ(one->ask(), 302);
    }
    http::request r;
    r.method = "DELETE";
    r.target = "/issuers/t/consents?client_id=web&user=ada";
    EXPECT_EQ(std::get<http::write_response>(handle_control(f.core, r).front().what).r.status, 204);
    EXPECT_EQ(first.ask(), 200);
    EXPECT_EQ(second.ask(), 200);
}

TEST(Isolation, ABrowserWithoutItsCookieHasTheConsentOfItsSessionAlone) {
    isolated_flow f(true);
    const auto session_of = [&] {
        const auto in = f.post("/login", {{"username", "ada"}, {"return_to", f.asking()}});
        const std::string set(in.head.value("set-cookie"));
        return set.substr(0, set.find(';'));
    };
    const auto ask = [&](const std::string& cookie) {
        http::request r;
        r.target = "/authorize?" + f.asking();
        r.head.append("Cookie", cookie);
        return f.send(std::move(r));
    };
    const auto one = session_of();
    const auto page = ask(one).body;
    const std::string mark = "name=\"csrf_token\" value=\"";
    const auto from = page.find(mark) + mark.size();
    (void)f.post("/consent?" + f.asking(),
                 {{"action", "allow"}, {"csrf_token", page.substr(from, page.find('"', from) - from)}}, {}, one);
    EXPECT_EQ(ask(one).status, 302);
    EXPECT_EQ(ask(session_of()).status, 200);
}

}  // namespace
}  // namespace assay::mock
