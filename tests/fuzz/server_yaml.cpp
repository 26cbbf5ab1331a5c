// server.yaml of a server under test, and an issuer URL in its place.
#include "harness/engine/server/server_file.hpp"
#include "tests/fuzz/document.hpp"
#include "tests/fuzz/mutation.hpp"

namespace {

using namespace assay;

void use(const harness::server_spec& s) {
    fuzz::must(s.requests_max >= 0 && s.seconds_max >= 0 && s.ready_deadline.count() >= 0, "no limit is negative");
    fuzz::must(!s.view.issuer.empty() || !s.command.empty(), "a server has an issuer, or is started");
    for (const auto& c : s.view.clients) fuzz::must(s.view.find_client(c.role) != nullptr, "a role has its client");
    (void)s.view.can("tls");
}

}  // namespace

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t max_size,
                                               unsigned seed) {
    return fuzz::mutate_text(data, size, max_size, seed, {"${env.HOME}", "${env.X}", "https://", "[]", "{}"});
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto text = fuzz::text_of(data, size);
    fuzz::read_document(text, [](const yaml::document& d) {
        auto made = harness::load_server(d);
        if (made) use(*made);
        return made;
    });
    if (const auto bare = harness::bare_server(std::string(text))) use(*bare);
    return 0;
}
