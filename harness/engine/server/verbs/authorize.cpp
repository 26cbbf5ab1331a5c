// From the authorization request to the place where the browser stops (RFC 6749 §4.1.1, §4.1.2).
#include <algorithm>
#include <array>

#include "harness/engine/server/server_run.hpp"
#include "harness/engine/server/verbs/table.hpp"
#include "harness/engine/server/verbs/words.hpp"
#include "http/url.hpp"

namespace assay::harness {
namespace {

void sign_in_by_request(oauth::form& p, const sign_in_spec& who) {
    if (who.nobody) return;
    p.append("assay_user", who.user);
    for (const std::string& one : who.organizations) p.append("assay_organization", one);
    p.append("assay_consent", who.consent);
}

class authorize final : public word_verb {
public:
    authorize()
        : word_verb("authorize",
                    "Sends the authorization request and follows it to the client's redirect URI, which is not "
                    "fetched, or to a page.",
                    keys, takes::parameters) {}

    [[nodiscard]] bool builds_on_sign_in(const step& s) const override {
        const request_words& w = words_of(s);
        return !w.sign_in || !w.sign_in->nobody;
    }

    [[nodiscard]] result<void> carry_out(server_run& run, const step& s) const override {
        const request_words& w = words_of(s);
        auto who = run.client_for(w);
        if (!who) return fail(who.error());
        run.last_role = (*who)->role;
        run.last.erase("code");
        auto p = run.authorization_parameters(w, **who, false);
        if (!p) return fail(p.error());
        auto url = w.url.empty() ? run.endpoint("authorization_endpoint") : run.text(w.url);
        if (!url) return fail(url.error());
        auto session = run.text(w.session);
        if (!session) return fail(session.error());
        run.open_browser(*session != "keep");
        run.now = observation{};
        if (!w.order.empty()) std::reverse(p->fields.begin(), p->fields.end());
        return go(run, w, **who, *url, std::move(*p));
    }

private:
    static result<void> go(server_run& run, const request_words& w, const registered_client& who,
                           const std::string& url, oauth::form p) {
        auto method = run.text(w.method);
        if (!method) return fail(method.error());
        const bool posts = *method == "POST";
        const auto start = [&] { return posts ? url : http::add_query(url, oauth::format_form(p)); };
        const auto body = [&] { return posts ? oauth::format_form(p) : std::string{}; };
        sign_in_spec person = w.sign_in.value_or(sign_in_spec{});
        const bool pages = !run.at.by_request || person.by_page;
        if (pages && w.over.empty()) return run.use_pages(start(), body(), person, who, false);
        auto user = run.text(person.user);
        if (!user) return fail(user.error());
        person.user = std::move(*user);
        if (run.at.by_request) sign_in_by_request(p, person);
        if (w.over.empty()) return run.follow_redirects(start(), body(), who);
        // Only this one request is without TLS: the redirect may lead back to TLS.
        auto once = run.address(request_words{}, {}, http::add_query(url, oauth::format_form(p)));
        return once ? run.exchange_over_http(std::move(*once)) : fail(once.error());
    }

    static constexpr std::array<std::string_view, 10> keys{"client",         "pkce",  "sign_in", "session",
                                                           "method",         "order", "url",     "repeat_parameter",
                                                           "request_object", "over"};
};

}  // namespace

const server_verb& authorize_verb() {
    static const authorize one;
    return one;
}

}  // namespace assay::harness
