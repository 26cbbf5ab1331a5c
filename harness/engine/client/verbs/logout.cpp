#include "harness/engine/client/client_run.hpp"
#include "harness/engine/client/verbs/table.hpp"

namespace assay::harness {
namespace {

class logout_at_client final : public plain_client_verb {
public:
    logout_at_client()
        : plain_client_verb("logout",
                            "The user signs out at the client and follows its redirects (capability `rp_logout`).") {}
    [[nodiscard]] result<step_outcome> carry_out(client_run& run, const client_step&) const override {
        return run.browser().log_out();
    }
};

}  // namespace

const client_verb& client_logout_verb() {
    static const logout_at_client one;
    return one;
}

}  // namespace assay::harness
