// The streaming reader of claims agrees with the strict JSON parser.
#include "tests/fuzz/target.hpp"
#include "tests/oauth/against_json.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto found = assay::oauth::disagreement(assay::fuzz::text_of(data, size));
    assay::fuzz::must(found.empty(), "reader and parser agree: " + found);
    return 0;
}
