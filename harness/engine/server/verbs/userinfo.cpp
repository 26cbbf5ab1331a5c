// OIDC Core §5.3.
#include "harness/engine/server/verbs/exchange.hpp"
#include "harness/engine/server/verbs/table.hpp"

namespace assay::harness {
namespace {

class userinfo final : public exchange_verb {
public:
    userinfo()
        : exchange_verb("userinfo", "Requests UserInfo with the last access token.", bearer_words,
                        takes::parameters) {}

    [[nodiscard]] result<http::call> make_call(server_run& run, const step& s) const override {
        return run.bearer_call(words_of(s));
    }

    void absorb(server_run& run, const step&, const http::exchange& e) const override {
        run.note_nonce(e);
        if (e.received.head.value("content-type").starts_with("application/jwt"))
            run.last["signed_userinfo"] = e.received.body;
    }
};

}  // namespace

const server_verb& userinfo_verb() {
    static const userinfo one;
    return one;
}

}  // namespace assay::harness
