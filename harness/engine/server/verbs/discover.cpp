// The metadata and the JWK Set (OIDC Discovery §4, RFC 8414 §3).
#include "harness/engine/server/verbs/exchange.hpp"
#include "harness/engine/server/verbs/table.hpp"

namespace assay::harness {
namespace {

constexpr std::array<std::string_view, 3> metadata_words{"headers", "method", "url"};

class discover final : public exchange_verb {
public:
    discover()
        : exchange_verb("discover", "Reads the metadata (every verb does when it needs it).", metadata_words,
                        takes::words_alone) {}
    [[nodiscard]] bool decides() const override { return false; }
    [[nodiscard]] bool can_race() const override { return false; }

    [[nodiscard]] result<http::call> make_call(server_run& run, const step& s) const override {
        const request_words& w = words_of(s);
        auto url = w.url.empty() ? result<std::string>(run.metadata_url()) : run.text(w.url);
        if (!url) return fail(url.error());
        return run.address(w, {}, *url);
    }
};

class jwks final : public exchange_verb {
public:
    jwks() : exchange_verb("jwks", "Fetches the JWK Set.", metadata_words, takes::words_alone) {}

    [[nodiscard]] result<http::call> make_call(server_run& run, const step& s) const override {
        const request_words& w = words_of(s);
        auto url = run.target_of(w, "jwks_uri");
        if (!url) return fail(url.error());
        return run.address(w, {}, *url);
    }
};

}  // namespace

const server_verb& discover_verb() {
    static const discover one;
    return one;
}

const server_verb& jwks_verb() {
    static const jwks one;
    return one;
}

}  // namespace assay::harness
