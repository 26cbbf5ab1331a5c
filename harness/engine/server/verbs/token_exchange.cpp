// Token exchange (RFC 8693 §2.1).
#include "harness/engine/server/verbs/exchange.hpp"
#include "harness/engine/server/verbs/table.hpp"
#include "oauth/grant_types.hpp"

namespace assay::harness {
namespace {

class exchange final : public grant_verb {
public:
    exchange() : grant_verb("exchange", "Exchanges the last access token for another.") {}

protected:
    [[nodiscard]] bool begins_anew() const override { return false; }
    [[nodiscard]] result<oauth::form> form_of(server_run& run, const request_words& w) const override {
        oauth::form f{{"grant_type", std::string(oauth::token_exchange_grant)}};
        if (auto ok = add_last(run, w, f, "subject_token", "access_token"); !ok) return fail(ok.error());
        f.append("subject_token_type", std::string(oauth::token_type::access_token));
        return f;
    }
};

}  // namespace

const server_verb& exchange_verb_of_tokens() {
    static const exchange one;
    return one;
}

}  // namespace assay::harness
