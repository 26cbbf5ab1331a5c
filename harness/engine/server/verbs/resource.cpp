// RFC 6750 §2.
#include "harness/engine/server/verbs/exchange.hpp"
#include "harness/engine/server/verbs/table.hpp"

namespace assay::harness {
namespace {

class resource final : public exchange_verb {
public:
    resource()
        : exchange_verb("resource", "Requests the protected resource at `path` with the last access token.",
                        bearer_words, takes::parameters) {}

    [[nodiscard]] result<http::call> make_call(server_run& run, const step& s) const override {
        return run.bearer_call(words_of(s));
    }
};

}  // namespace

const server_verb& resource_verb() {
    static const resource one;
    return one;
}

}  // namespace assay::harness
