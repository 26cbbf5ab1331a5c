// The verb `submit` at a server that keeps its secret where other servers do: in a hidden field, in the query or in
// the path of the form's action.
#include <mutex>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "harness/engine/server/server_run.hpp"
#include "harness/engine/server/verbs/table.hpp"
#include "http/server.hpp"

namespace assay::harness {
namespace {

constexpr const char* secret = "Zq81xkWmR0vTnB5yLd3c";

// Shows a consent page with that form, and redirects whoever posts it to the client with a code.
class consent_pages {
public:
    explicit consent_pages(std::string form) : form_(std::move(form)) {
        auto started = http::server::start({}, [this](const http::request& r) { return http::reply(answer(r)); });
        EXPECT_TRUE(started) << started.error().text();
        server_ = std::move(*started);
    }
    std::string origin() const { return server_->origin(); }
    // The request that submitted the form: target and body.
    std::string submitted() const {
        const std::lock_guard guard(lock_);
        return post_.target + "\n" + post_.body;
    }
    std::string header(std::string_view name) const {
        const std::lock_guard guard(lock_);
        return std::string(post_.head.value(name));
    }

private:
    http::response answer(const http::request& r) {
        http::response out;
        if (r.method == "POST") {
            const std::lock_guard guard(lock_);
            post_ = r;
            out.status = 303;
            out.head.append("Location", "http://127.0.0.1:1/cb?code=a-code");
            return out;
        }
        out.status = 200;
        out.head.append("Content-Type", "text/html");
        out.head.append("Set-Cookie", "session=of-ada; Path=/; SameSite=Lax");
        out.body = form_;
        const std::string target = "${target}";
        if (const auto at = out.body.find(target); at != std::string::npos) {
            std::string escaped;
            for (const char c : r.target) escaped += c == '&' ? "&amp;" : std::string(1, c);
            out.body.replace(at, target.size(), escaped);
        }
        return out;
    }

    const std::string form_;
    mutable std::mutex lock_;
    http::request post_;
    std::unique_ptr<http::server> server_;
};

check check_of(const std::string& steps) {
    const auto d = yaml::parse(
        "id: AS-X-01\ntitle: t\nsource: [RFC 1]\nlevel: must\nwitness: { defect: f }\nsteps:\n" + steps, "x");
    EXPECT_TRUE(d) << d.error().text();
    auto c = load_check(*d, {server_verbs(), {}});
    EXPECT_TRUE(c) << c.error().text();
    return *c;
}

// Opens the page and submits it as the second step says. The text of the error; empty: the browser got the code.
std::string submit_at(const consent_pages& server, const std::string& how) {
    const check c = check_of("  - authorize: { sign_in: none }\n  - submit: " + how + "\n");
    issuer_view at;
    at.issuer = server.origin();
    at.endpoints =
        json::object{{"authorization_endpoint", server.origin() + "/authorize?tenant=a-tenant-of-the-server"}};
    at.clients.push_back({"confidential", "web", "", "none", {"http://127.0.0.1:1/cb"}});
    server_run run(c, variant{}, at);
    for (const step& s : c.steps) {
        if (auto done = verb_of(s).carry_out(run, s); !done) return done.error().text();
    }
    return run.now.query.value("code") == "a-code" ? "" : "no code";
}

std::string form_with(const std::string& action, const std::string& fields) {
    return fmt::format("<form method=post action=\"{}\">{}<button name=answer value=allow>Allow</button></form>",
                       action, fields);
}

TEST(submit_verb, sends_the_form_of_the_page_as_the_user_does) {
    const consent_pages server(form_with("/consent", fmt::format("<input type=hidden name=csrf value={}>", secret)));
    EXPECT_EQ(submit_at(server, "{}"), "");
    EXPECT_EQ(server.submitted(), fmt::format("/consent\ncsrf={}&answer=allow", secret));
    EXPECT_EQ(server.header("Origin"), server.origin());
}

TEST(submit_verb, guesses_as_another_site_what_it_cannot_know) {
    for (const auto& [action, field] : {std::pair<std::string, std::string>{"/consent", secret},
                                        {fmt::format("/consent?challenge={}", secret), "short"},
                                        {fmt::format("/interaction/{}/confirm", secret), "short"}}) {
        const consent_pages server(form_with(action, fmt::format("<input type=hidden name=csrf value={}>", field)));
        EXPECT_EQ(submit_at(server, "{ from: other_site }"), "") << "this server does not look at it";
        EXPECT_EQ(server.submitted().find(secret), std::string::npos) << action << ": " << server.submitted();
        EXPECT_NE(server.submitted().find("answer=allow"), std::string::npos);
        EXPECT_EQ(server.header("Origin"), "http://127.0.0.1:1");
        EXPECT_EQ(server.header("Cookie"), "session=of-ada");
    }
}

// What the attacker's own authorization request said is no secret: a server that has only this in its form is not
// protected, and must not seem so.
TEST(submit_verb, knows_as_another_site_what_the_authorization_request_said) {
    const consent_pages server(form_with("/consent?tenant=a-tenant-of-the-server",
                                         "<input type=hidden name=redirect_uri value=http://127.0.0.1:1/cb>"
                                         "<input type=hidden name=return_to value=\"${target}\">"));
    EXPECT_EQ(submit_at(server, "{ from: other_site }"), "");
    EXPECT_NE(server.submitted().find("return_to=%2Fauthorize%3Ftenant%3D"), std::string::npos) << server.submitted();
    EXPECT_NE(server.submitted().find("tenant=a-tenant-of-the-server"), std::string::npos) << server.submitted();
    EXPECT_NE(server.submitted().find("redirect_uri=http%3A%2F%2F127.0.0.1%3A1%2Fcb"), std::string::npos);
}

TEST(submit_verb, is_a_skip_where_there_is_no_form_to_consent) {
    for (const auto* page :
         {"<p>Welcome</p>", "<form method=post><input name=username><button>Sign in</button></form>"}) {
        const consent_pages server(page);
        EXPECT_NE(submit_at(server, "{}").find("the server shows no form to consent here"), std::string::npos)
            << page;
    }
}

}  // namespace
}  // namespace assay::harness
