// The file of `assay serve`: what is read can be served, or says why not.
#include "harness/cli/serve/serve_options.hpp"
#include "tests/fuzz/document.hpp"
#include "tests/fuzz/mutation.hpp"

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t max_size,
                                               unsigned seed) {
    return assay::fuzz::mutate_text(data, size, max_size, seed,
                                    {"polar", "strict", "by_request", "id_token_aud_wrong", "user: ", "email", "[]",
                                     "defect:token.code_single_use", "64MB", "99999"});
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace assay;
    static const fuzz::memory_file file;
    const auto text = fuzz::text_of(data, size);
    // A dialect of another file would stay registered, so that an input would depend on the ones before.
    if (text.find(".yaml") != std::string_view::npos || text.find("proc") != std::string_view::npos) return 0;
    file.put(text);
    harness::serve_options o;
    const auto read = harness::read_serve_file(file.path(), o, [](std::string_view) { return false; });
    if (!read) {
        fuzz::must_have_place(read.error());
        return 0;
    }
    o.ca_file.clear();
    o.control_token_file.clear();
    const auto served = harness::to_embedded(o);
    if (!served) {
        fuzz::must(!served.error().message.empty(), "an error says something");
        return 0;
    }
    mock::mock core("seed", served->memory);
    core.set_origin("http://127.0.0.1:8080");
    if (served->default_issuer) {
        const auto made = core.create_default(*served->default_issuer);
        fuzz::must(made || !made.error().message.empty(), "the default issuer is made, or an error says why");
    }
    return 0;
}
