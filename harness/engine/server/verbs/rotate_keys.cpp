// An action of the server's operator: key rotation.
#include "harness/engine/core/control.hpp"
#include "harness/engine/server/server_run.hpp"
#include "harness/engine/server/verbs/table.hpp"

namespace assay::harness {
namespace {

class rotate_keys final : public plain_verb {
public:
    rotate_keys()
        : plain_verb("rotate_keys", "Makes the mock sign with new keys; on other servers the check is a skip.") {}

    [[nodiscard]] result<void> carry_out(server_run& run, const step&) const override {
        if (run.at.control.empty()) return fail(errc::unsupported, "needs an operator who rotates the server's keys");
        auto done = call_control("POST", run.at.control + "/keys", json::object{});
        return done ? result<void>{} : fail(done.error());
    }
};

}  // namespace

const server_verb& rotate_keys_verb() {
    static const rotate_keys one;
    return one;
}

}  // namespace assay::harness
