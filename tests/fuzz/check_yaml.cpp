// Check files. A matcher of a check that is read judges any value, and says in words what it wants.

#include "harness/scenario/variables.hpp"
#include "tests/fuzz/document.hpp"
#include "tests/fuzz/mutation.hpp"

namespace {

using namespace assay;

const std::vector<std::string>& words() {
    static const auto all = [] {
        std::vector<std::string> out{"${issuer}", "${random.token}", "${last.code}", "[", "]", "{ ", " }", ": ",
                                     "- "};
        for (const auto list :
             {harness::words().matchers, harness::words().levels, harness::words().expect_keys,
              harness::words().client_expect_keys, harness::words().check_keys, harness::words().parties})
            out.insert(out.end(), list.begin(), list.end());
        for (const auto verbs : {fuzz::verbs().server, fuzz::verbs().client})
            for (const auto* v : verbs) {
                out.emplace_back(v->name());
                for (const auto w : v->words()) out.emplace_back(w);
            }
        return out;
    }();
    return all;
}

void match_everything(const harness::matcher& m) {
    static const auto values =
        *json::parse(R"([null,true,0,-1,1.5,"","a","a b",[],["a","a"],{},{"a":1,"b":[{"c":"d"}]}])");
    fuzz::must(!harness::describe(m).empty(), "a matcher says what it wants");
    (void)harness::match(m, nullptr);
    (void)harness::match_text(m, nullptr);
    for (const auto& v : *values.as_array()) {
        (void)harness::match(m, &v);
        if (const auto* text = v.as_string()) (void)harness::match_text(m, text);
    }
    for (const auto& part : m.parts) match_everything(part);
}

void walk(const std::vector<harness::step>& steps) {
    const harness::variables known;
    for (const auto& s : steps) {
        for (const auto& w : s.when) {
            match_everything(w.what);
            (void)known.expand(w.what);
        }
        for (const auto& a : s.expect) {
            match_everything(a.wants);
            (void)known.expand(a.wants);
        }
        walk(s.steps);
    }
}

}  // namespace

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t max_size,
                                               unsigned seed) {
    return fuzz::mutate_text(data, size, max_size, seed, words());
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    fuzz::read_document(fuzz::text_of(data, size), [](const yaml::document& d) {
        auto made = harness::load_check(d, fuzz::verbs());
        if (made) {
            fuzz::must(!made->id.empty() && !made->source.empty(), "a check has an id and a clause");
            walk(made->steps);
        }
        return made;
    });
    return 0;
}
