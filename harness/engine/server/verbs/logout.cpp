// OpenID Connect RP-Initiated Logout §2, in the browser that signed in.
#include <array>

#include "harness/engine/server/server_run.hpp"
#include "harness/engine/server/verbs/table.hpp"
#include "harness/engine/server/verbs/words.hpp"
#include "http/url.hpp"

namespace assay::harness {
namespace {

class logout final : public word_verb {
public:
    logout()
        : word_verb("logout",
                    "Requests the end session endpoint, with the browser of the last `authorize` and the last ID "
                    "Token as `id_token_hint`.",
                    keys, takes::parameters) {}

    [[nodiscard]] result<void> carry_out(server_run& run, const step& s) const override {
        const request_words& w = words_of(s);
        auto who = run.client_for(w);
        if (!who) return fail(who.error());
        auto url = run.endpoint("end_session_endpoint");
        if (!url) return fail(url.error());
        oauth::form p;
        if (const auto token = run.last.find("id_token"); token != run.last.end())
            p.append("id_token_hint", token->second);
        p.append("state", run.random_text());
        if (auto ok = run.apply(p, w.parameters); !ok) return fail(ok.error());
        remember(run.last, p, "state");
        run.now = observation{};
        run.open_browser(false);
        const std::string target = http::add_query(*url, oauth::format_form(p));
        const std::string back(p.value("post_logout_redirect_uri"));
        // No server answers the client's pages: the browser stops there, too.
        registered_client comes_back = **who;
        if (!back.empty()) comes_back.redirect_uris.push_back(back);
        auto done = run.at.by_request
                        ? run.follow_redirects(target, {}, comes_back)
                        : run.use_pages(target, {}, w.sign_in.value_or(sign_in_spec{}), comes_back, true);
        run.now.at_client =
            run.now.redirected && !back.empty() && without_query(run.now.location) == without_query(back);
        return done;
    }

private:
    static constexpr std::array<std::string_view, 2> keys{"client", "sign_in"};
};

}  // namespace

const server_verb& logout_verb() {
    static const logout one;
    return one;
}

}  // namespace assay::harness
