// Form encoding: a form that parses is formatted to a text that parses to the same fields.
#include "oauth/form.hpp"

#include "tests/fuzz/target.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace assay;
    const auto text = fuzz::text_of(data, size);
    (void)oauth::form_decode(text);
    const auto f = oauth::parse_form(text);
    if (!f) return 0;
    const auto again = oauth::parse_form(oauth::format_form(*f));
    fuzz::must(again && again->fields == f->fields, "the same fields come back");
    return 0;
}
