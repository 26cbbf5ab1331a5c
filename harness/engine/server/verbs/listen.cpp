// A URL of the client that the server calls (OIDC Back-Channel Logout §2.5), and the next request to it.
#include <chrono>

#include <fmt/format.h>

#include "harness/engine/server/server_run.hpp"
#include "harness/engine/server/verbs/table.hpp"
#include "http/url.hpp"

namespace assay::harness {
namespace {

class listen final : public plain_verb {
public:
    listen()
        : plain_verb("listen",
                     "Opens a listener on loopback: `${listener}` is its origin, for a `backchannel_logout_uri`.") {}

    [[nodiscard]] result<void> carry_out(server_run& run, const step&) const override {
        const auto issuer = http::parse_url(run.at.issuer);
        if (!issuer || !issuer->is_loopback())
            return fail(errc::unsupported, "a server elsewhere cannot call a listener on this machine's loopback");
        auto started = listener::start();
        if (!started) return fail(started.error());
        run.listens = std::move(*started);
        return {};
    }
};

class received final : public plain_verb {
public:
    received()
        : plain_verb("received",
                     "Waits for the next request at the listener, five seconds at most; `form.NAME` captures its "
                     "form.") {}
    [[nodiscard]] bool waits_for_server() const override { return true; }

    [[nodiscard]] result<void> carry_out(server_run& run, const step&) const override {
        constexpr std::chrono::seconds at_most{5};
        if (!run.listens) return fail(errc::usage, "'received' needs a step 'listen' before it");
        auto came = run.listens->next(at_most);
        if (!came)
            return fail(errc::not_found, fmt::format("no request came to the client within {} s", at_most.count()));
        run.now = observation{};
        run.now.form = oauth::parse_form(came->body).value_or(oauth::form{});
        run.last["logout_token"] = run.now.form.value("logout_token");
        return {};
    }
};

}  // namespace

const server_verb& listen_verb() {
    static const listen one;
    return one;
}

const server_verb& received_verb() {
    static const received one;
    return one;
}

}  // namespace assay::harness
