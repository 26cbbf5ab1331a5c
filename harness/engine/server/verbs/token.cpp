// RFC 6749 §4.1.3.
#include "harness/engine/server/verbs/exchange.hpp"
#include "harness/engine/server/verbs/table.hpp"

namespace assay::harness {
namespace {

class token final : public grant_verb {
public:
    token() : grant_verb("token", "Redeems the last code.") {}
    [[nodiscard]] bool builds_on_sign_in(const step&) const override { return true; }

protected:
    [[nodiscard]] bool begins_anew() const override { return true; }
    [[nodiscard]] result<oauth::form> form_of(server_run& run, const request_words& w) const override {
        oauth::form f{{"grant_type", "authorization_code"}};
        const parameter* other = w.find_parameter("grant_type");
        const bool our_grant = other == nullptr || other->absent || run.last.contains("code");
        if (!our_grant) return f;
        if (auto ok = add_last(run, w, f, "code", "code"); !ok) return fail(ok.error());
        for (const char* name : {"redirect_uri", "code_verifier"}) {
            if (run.last.contains(name)) f.append(name, run.last.at(name));
        }
        return f;
    }
};

}  // namespace

const server_verb& token_verb() {
    static const token one;
    return one;
}

}  // namespace assay::harness
