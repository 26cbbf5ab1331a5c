// An action of a user on the server's account page.
#include <array>

#include <fmt/format.h>

#include "harness/engine/core/control.hpp"
#include "harness/engine/server/server_run.hpp"
#include "harness/engine/server/verbs/table.hpp"
#include "harness/engine/server/verbs/words.hpp"

namespace assay::harness {
namespace {

class withdraw_consent final : public word_verb {
public:
    withdraw_consent()
        : word_verb("withdraw_consent",
                    "A user withdraws consent for the client at the mock; on other servers the check is a skip.",
                    keys, takes::words_alone) {}

    [[nodiscard]] result<void> carry_out(server_run& run, const step& s) const override {
        const request_words& w = words_of(s);
        if (run.at.control.empty()) return fail(errc::unsupported, "needs a person at the server's own account page");
        auto who = run.client_for(w);
        if (!who) return fail(who.error());
        auto done = call_control("DELETE",
                                 fmt::format("{}/consents?client_id={}&user={}", run.at.control, (*who)->client_id,
                                             w.sign_in.value_or(sign_in_spec{}).user),
                                 json::value());
        return done ? result<void>{} : fail(done.error());
    }

private:
    static constexpr std::array<std::string_view, 2> keys{"client", "sign_in"};
};

}  // namespace

const server_verb& withdraw_consent_verb() {
    static const withdraw_consent one;
    return one;
}

}  // namespace assay::harness
