#include "harness/engine/client/client_run.hpp"
#include "harness/engine/client/verbs/table.hpp"

namespace assay::harness {
namespace {

class userinfo_at_client final : public plain_client_verb {
public:
    userinfo_at_client() : plain_client_verb("userinfo", "The client requests UserInfo with its access token.") {}
    [[nodiscard]] std::string_view trace(const client_step&) const override { return "userinfo"; }
    [[nodiscard]] std::string beyond_application(const client_step&, const client_spec&) const override {
        return "an application reads UserInfo when it likes; a check cannot make it";
    }
    [[nodiscard]] result<step_outcome> carry_out(client_run& run, const client_step&) const override {
        return run.browser().post("userinfo");
    }
};

}  // namespace

const client_verb& client_userinfo_verb() {
    static const userinfo_at_client one;
    return one;
}

}  // namespace assay::harness
