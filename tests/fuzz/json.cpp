// The strict JSON parser: a document that parses is written as a text with the same value.
#include "data/json.hpp"

#include "tests/fuzz/target.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace assay;
    const auto v = json::parse(fuzz::text_of(data, size));
    if (!v) return 0;
    for (const auto& text : {json::format(*v), json::format_pretty(*v)}) {
        const auto again = json::parse(text);
        fuzz::must(again && *again == *v, "the written value is the read one: " + text);
    }
    return 0;
}
