// The text of faults (--fault, an issuer's URL below /f/, JSON): what is read has parameters within their limits, and
// reads the same from JSON.
#include "mock_server/faults/fault_set.hpp"
#include "mock_server/faults/fault_spec.hpp"
#include "tests/fuzz/mutation.hpp"

namespace {

using namespace assay;

void must_explain(const error& e) {
    fuzz::must(e.code == errc::usage && !e.message.empty(), "an error is a sentence about usage: " + e.text());
}

void check(const mock::fault_spec& s) {
    fuzz::must((s.what != nullptr) != s.defect.has_value(), "a fault or a defect");
    fuzz::must(s.when.every >= 1 && s.when.from >= 1 && s.when.to >= 0, "calls count from 1");
    fuzz::must(s.when.probability >= 0 && s.when.probability <= 1, "a probability");
    if (s.what == nullptr) return;
    for (const auto& m : s.what->parameters.members)
        fuzz::must(s.parameters.find(m.name) != nullptr, "every parameter has a value: " + m.name);
}

}  // namespace

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t max_size,
                                               unsigned seed) {
    static const auto words = [] {
        std::vector<std::string> out{"~",        "@",
                                     ";",        "=",
                                     "@once",    "@2-4",
                                     "@every=2", "@p=0.5",
                                     "@seed=x",  "@client",
                                     "@code",    "@after=1",
                                     "%2F",      "defect:",
                                     "\"x\"",    "{\"fault\":\"",
                                     "\"nth\":", "\"per\":\"code\"",
                                     "[1,2]"};
        for (const auto& f : mock::faults()) {
            out.push_back(f.name);
            for (const auto& p : f.parameters.members) out.push_back(p.name);
        }
        for (const auto& r : mock::rules()) out.emplace_back(r.name);
        return out;
    }();
    return fuzz::mutate_text(data, size, max_size, seed, words);
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto text = fuzz::text_of(data, size);
    const auto list = mock::parse_fault_list(text);
    if (list) {
        for (const auto& s : *list) check(s);
    } else {
        must_explain(list.error());
    }
    const auto set = mock::fault_set::from_text(text);
    // A set also limits what its faults may add to an answer.
    fuzz::must(!set || list, "a set takes no other texts than a list");
    if (list && !set) must_explain(set.error());
    if (set) {
        const auto again = mock::fault_set::from_json((*set)->specs());
        fuzz::must(again.has_value(), "specs as JSON are read again");
        fuzz::must(json::value((*again)->specs()) == json::value((*set)->specs()), "and are the same");
    }
    if (const auto v = json::parse(text)) {
        const auto spec = mock::fault_spec_from_json(*v);
        if (spec)
            check(*spec);
        else
            must_explain(spec.error());
    }
    return 0;
}
