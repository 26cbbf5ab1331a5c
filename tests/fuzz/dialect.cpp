// Dialect files.
#include "mock_server/dialects/dialect.hpp"

#include "tests/fuzz/document.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace assay;
    const auto text = fuzz::text_of(data, size);
    const auto made = mock::parse_dialect(text, "fuzz.yaml");
    if (!made) {
        fuzz::must_have_place(made.error());
        return 0;
    }
    fuzz::must(!made->name.empty() && made->code_lifetime >= 0 && made->access_token_lifetime >= 0,
               "a dialect has a name and lifetimes");
    for (const auto& path : made->paths) fuzz::must(path.empty() || path.front() == '/', "a path is absolute");
    return 0;
}
