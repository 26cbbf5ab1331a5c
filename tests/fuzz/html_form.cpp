// The forms of any page: every form has a valid action.
#include "harness/browser/html_form.hpp"

#include "tests/fuzz/target.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace assay;
    for (auto& f : harness::parse_forms(fuzz::text_of(data, size), "https://issuer.example/login", "utf-8")) {
        fuzz::must(!f.action.empty() && (f.method == "GET" || f.method == "POST"),
                   "a form has an action and a method");
        for (std::size_t i = 0; i < f.controls.size() && i < 8; ++i) {
            f.choose(i);
            (void)f.entries();
        }
    }
    return 0;
}
