#include "harness/engine/client/client_run.hpp"
#include "harness/engine/client/verbs/start.hpp"
#include "harness/engine/client/verbs/table.hpp"

namespace assay::harness {
namespace {

class login_at_client final : public start_verb {
public:
    login_at_client() : start_verb("login", "The user signs in up to the callback, which is not delivered.") {}

    [[nodiscard]] std::optional<client_step> in_control(const client_step& s) const override {
        client_step out = plain_sign_in();
        out.at = s.at;
        out.body = s.body;
        return out;
    }

    [[nodiscard]] result<step_outcome> carry_out(client_run& run, const client_step& s) const override {
        if (auto begun = begin(run, s); !begun) return begun.error();
        return step_outcome{client_outcome::accepted, {}, {}};
    }
};

}  // namespace

const client_verb& client_login_verb() {
    static const login_at_client one;
    return one;
}

}  // namespace assay::harness
