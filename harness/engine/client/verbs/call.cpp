#include "harness/engine/client/client_run.hpp"
#include "harness/engine/client/verbs/table.hpp"
#include "oauth/form.hpp"
#include "oauth/metadata_url.hpp"

namespace assay::harness {
namespace {

class call_resource final : public plain_client_verb {
public:
    call_resource()
        : plain_client_verb("call", "The client requests a resource with its access token (capability `call`).") {}
    [[nodiscard]] std::string_view trace(const client_step&) const override { return "resource"; }

    [[nodiscard]] result<step_outcome> carry_out(client_run& run, const client_step&) const override {
        const application_spec* told = run.client().application();
        if (told != nullptr) return run.browser().open(told->call);
        const std::string issuer = run.issuer();
        const std::string below(oauth::without_terminating_slash(issuer));
        return run.browser().post("call", oauth::format_form(oauth::form{{"url", below + "/resource"}}));
    }
};

}  // namespace

const client_verb& client_call_verb() {
    static const call_resource one;
    return one;
}

}  // namespace assay::harness
