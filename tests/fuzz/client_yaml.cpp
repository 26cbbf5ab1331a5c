// client.yaml of a client or an application under test.
#include "harness/clients/client_yaml.hpp"

#include "tests/fuzz/document.hpp"
#include "tests/fuzz/mutation.hpp"

namespace {

using namespace assay;

void use(const harness::client_spec& c) {
    fuzz::must(!c.name.empty() && !c.command.empty() && c.processes > 0, "a client can be started");
    fuzz::must(c.ready_deadline.count() >= 0 && c.cool_down.count() >= 0, "no time is negative");
    (void)c.cannot_keep();
    (void)c.takes_scope();
    for (const auto& one : c.configurations) (void)c.subject_in(one.name);
    if (!c.application) return;
    http::response page;
    page.body = R"({"user":{"sub":"ada"}} <html>ada</html>)";
    (void)harness::why_not_signed_in(c.application->success, page, {"session"});
    (void)harness::user_shown(c.application->success, page);
    for (const auto& [name, value] : c.application->environment) (void)harness::expand_for({}, value);
}

}  // namespace

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t max_size,
                                               unsigned seed) {
    return fuzz::mutate_text(data, size, max_size, seed,
                             {"${port}", "${issuer}", "${scope}", "${assay}", "[]", "{}"});
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const harness::known_row_names any;
    fuzz::read_document(fuzz::text_of(data, size), [](const yaml::document& d) {
        auto made = harness::load_client(d, "clients/fuzz", any);
        if (made) use(*made);
        return made;
    });
    return 0;
}
