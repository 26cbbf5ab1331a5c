// Baselines and profiles. A baseline that is read is written as a file with the same rows.
#include "harness/scenario/baseline.hpp"

#include "tests/fuzz/document.hpp"
#include "tests/fuzz/mutation.hpp"

namespace {

using namespace assay;

const std::vector<harness::check>& checks() {
    static const auto all = harness::load_checks(ASSAY_SOURCE_DIR "/scenarios", fuzz::verbs());
    fuzz::must(all.has_value(), "the checks are there");
    return *all;
}

bool same(const harness::known_row& a, const harness::known_row& b) {
    return a.check == b.check && a.variant == b.variant && a.dialect == b.dialect && a.reason == b.reason &&
           a.sometimes == b.sometimes;
}

}  // namespace

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t max_size,
                                               unsigned seed) {
    static const auto words = [] {
        std::vector<std::string> out{
            "check: ", "variant: ", "reason: ", "dialect: ", "sometimes: true", "level: must"};
        for (const auto& c : checks()) out.push_back(c.id);
        return out;
    }();
    return fuzz::mutate_text(data, size, max_size, seed, words);
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const harness::known_row_names names{&checks()};
    const auto text = fuzz::text_of(data, size);
    std::vector<harness::known_row> rows;
    const bool read = fuzz::read_document(text, [&](const yaml::document& d) {
        auto made = harness::load_baseline(d, names);
        if (made) rows = *made;
        return made;
    });
    fuzz::read_document(text, [](const yaml::document& d) { return harness::load_profile(d, names); });
    if (!read) return 0;
    const auto written = harness::format_baseline(rows, {}, "server");
    std::vector<harness::known_row> again;
    fuzz::must(fuzz::read_document(written,
                                   [&](const yaml::document& d) {
                                       auto made = harness::load_baseline(d, names);
                                       if (made) again = *made;
                                       return made;
                                   }),
               "the written baseline is read: " + written);
    fuzz::must(again.size() == rows.size(), "with all its rows");
    for (std::size_t n = 0; n < rows.size(); ++n)
        fuzz::must(same(rows[n], again[n]), "with the same rows: " + written);
    return 0;
}
