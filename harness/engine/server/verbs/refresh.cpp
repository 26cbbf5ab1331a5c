// RFC 6749 §6.
#include "harness/engine/server/verbs/exchange.hpp"
#include "harness/engine/server/verbs/table.hpp"

namespace assay::harness {
namespace {

class refresh final : public grant_verb {
public:
    refresh() : grant_verb("refresh", "Uses the last refresh token.") {}

protected:
    [[nodiscard]] bool begins_anew() const override { return false; }
    [[nodiscard]] result<oauth::form> form_of(server_run& run, const request_words& w) const override {
        oauth::form f{{"grant_type", "refresh_token"}};
        if (auto ok = add_last(run, w, f, "refresh_token", "refresh_token"); !ok) return fail(ok.error());
        return f;
    }
};

}  // namespace

const server_verb& refresh_verb() {
    static const refresh one;
    return one;
}

}  // namespace assay::harness
