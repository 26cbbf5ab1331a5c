// Device authorization (RFC 8628): the device's request (§3.1), and what its user decides (§3.3).
#include <array>

#include <fmt/format.h>

#include "harness/engine/core/control.hpp"
#include "harness/engine/server/verbs/exchange.hpp"
#include "harness/engine/server/verbs/table.hpp"
#include "oauth/grant_types.hpp"

namespace assay::harness {
namespace {

class device final : public form_verb {
public:
    device()
        : form_verb("device", "Asks for the codes of a device, with which `poll` then asks for its tokens.",
                    "device_authorization_endpoint") {}

    void absorb(server_run& run, const step&, const http::exchange& e) const override {
        run.note_nonce(e);
        const auto document = json::parse(e.received.body);
        if (!document || e.received.status != 200) return;
        for (const char* name : {"device_code", "user_code", "verification_uri", "verification_uri_complete"}) {
            if (const auto text = document->string_at(name); !text.empty()) run.last[name] = text;
        }
    }

protected:
    [[nodiscard]] result<oauth::form> form_of(server_run& run, const request_words& w) const override {
        auto who = run.client_for(w);
        if (!who) return fail(who.error());
        const std::string& scope = (*who)->scope.empty() ? run.at.default_scope : (*who)->scope;
        oauth::form f;
        if (!scope.empty()) f.append("scope", scope);
        return f;
    }
};

class poll final : public grant_verb {
public:
    poll() : grant_verb("poll", "Asks for the tokens of the last device_code.") {}

protected:
    [[nodiscard]] bool begins_anew() const override { return true; }
    [[nodiscard]] result<oauth::form> form_of(server_run& run, const request_words& w) const override {
        oauth::form f{{"grant_type", std::string(oauth::device_code_grant)}};
        if (auto ok = add_last(run, w, f, "device_code", "device_code"); !ok) return fail(ok.error());
        return f;
    }
};

class decide_device final : public word_verb {
public:
    decide_device()
        : word_verb("decide_device",
                    "A user allows (or `consent: deny`) the last device at the mock; on other servers the check is a "
                    "skip.",
                    keys, takes::words_alone) {}

    [[nodiscard]] result<void> carry_out(server_run& run, const step& s) const override {
        if (run.at.control.empty()) return fail(errc::unsupported, "needs a person at the server's page for devices");
        const auto code = run.last.find("user_code");
        if (code == run.last.end()) return fail(errc::not_found, "no user_code so far: `device` asks for one");
        const auto how = words_of(s).sign_in.value_or(sign_in_spec{});
        auto done = call_control("POST", fmt::format("{}/devices/{}", run.at.control, code->second),
                                 json::object{{"decision", how.consent}, {"user", how.user}});
        return done ? result<void>{} : fail(done.error());
    }

private:
    static constexpr std::array<std::string_view, 1> keys{"sign_in"};
};

}  // namespace

const server_verb& device_verb() {
    static const device one;
    return one;
}

const server_verb& poll_verb() {
    static const poll one;
    return one;
}

const server_verb& decide_device_verb() {
    static const decide_device one;
    return one;
}

}  // namespace assay::harness
