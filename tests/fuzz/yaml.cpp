// The strict YAML parser: an error has a place, and conversions never crash.
#include "data/yaml.hpp"

#include "tests/fuzz/target.hpp"

namespace {

void read(const assay::yaml::document& d, const assay::yaml::node& n) {
    (void)assay::yaml::as_text(d, n);
    (void)assay::yaml::as_integer(d, n);
    (void)assay::yaml::as_boolean(d, n);
    (void)assay::yaml::as_texts(d, n);
    (void)assay::yaml::as_json(d, n);
    assay::fuzz::must(n.at.line > 0 && n.at.column > 0, "a node knows its place");
    for (const auto& item : n.items) read(d, item);
    for (const auto& e : n.entries) read(d, e.value);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto d = assay::yaml::parse(assay::fuzz::text_of(data, size), "fuzz.yaml");
    if (d) {
        read(*d, d->root);
    } else {
        assay::fuzz::must(!d.error().message.empty(), "an error says something");
    }
    return 0;
}
