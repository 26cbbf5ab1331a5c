// Configurations of the OpenID Foundation's conformance suite.
#include "harness/engine/server/oidf_config.hpp"

#include "tests/fuzz/mutation.hpp"
#include "tests/fuzz/target.hpp"

namespace {

using namespace assay;

void use(const harness::oidf_config& c) {
    for (const auto& e : c.errors) {
        fuzz::must(!e.message.empty() && e.message.find('\n') == std::string::npos, "an error is one sentence");
        fuzz::must(e.where.starts_with("plan.json"), "an error has its place");
    }
    if (!c.errors.empty()) return;
    fuzz::must(!c.spec.view.issuer.empty(), "a server has an issuer");
    fuzz::must(c.registration == "static_client" || c.registration == "dynamic_client", "the suite has two ways");
    fuzz::must(!c.spec.view.clients.empty(), "a server has clients");
    for (const auto& one : c.spec.view.clients) {
        fuzz::must(c.spec.view.find_client(one.role) != nullptr, "a role has its client");
        fuzz::must(!one.redirect_uris.empty(), "a client has a redirect URI");
        fuzz::must(one.client_id.empty() == (c.registration == "dynamic_client"), "registered before, or by the run");
    }
}

}  // namespace

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t max_size,
                                               unsigned seed) {
    return fuzz::mutate_text(data, size, max_size, seed,
                             {"\"alias\"", "\"server\"", "\"discoveryUrl\"", "\"client\"", "\"client2\"", "\"jwks\"",
                              "\"browser\"", "\"tasks\"", "\"commands\"", "\"text\"", "\"click\"", "\"xpath\"",
                              "//input[@name='x']", "/.well-known/openid-configuration", "[]", "{}"});
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto text = fuzz::text_of(data, size);
    for (const char* method : {"", "client_secret_post", "private_key_jwt", "none"}) {
        harness::oidf_choice choice;
        choice.client_auth_type = method;
        use(harness::read_oidf_config(text, "plan.json", choice));
    }
    return 0;
}
