#include "harness/engine/client/client_run.hpp"
#include "harness/engine/client/verbs/start.hpp"
#include "harness/engine/client/verbs/table.hpp"

namespace assay::harness {
namespace {

class sign_in_at_client final : public start_verb {
public:
    sign_in_at_client() : start_verb("sign_in", "The user signs in at the client.") {}
    [[nodiscard]] std::string_view trace(const client_step&) const override { return "token"; }
    [[nodiscard]] std::string signs_in(const client_step& s) const override { return words_of(s).who.user; }

    [[nodiscard]] result<step_outcome> carry_out(client_run& run, const client_step& s) const override {
        if (auto begun = begin(run, s); !begun) return begun.error();
        return run.browser().deliver(run.callback);
    }
};

}  // namespace

const client_verb& client_sign_in_verb() {
    static const sign_in_at_client one;
    return one;
}

}  // namespace assay::harness
