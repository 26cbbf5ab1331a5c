// Load plans, and the small texts of `assay load`: durations, quantities, thresholds, shards. An accepted plan stays
// within its caps.
#include "harness/load/generator/load_plan.hpp"
#include "harness/load/measurement/threshold.hpp"
#include "harness/load/schedule/duration.hpp"
#include "tests/fuzz/document.hpp"
#include "tests/fuzz/mutation.hpp"

namespace {

using namespace assay;

void read_texts(std::string_view text) {
    if (const auto ns = load::parse_duration(text)) {
        fuzz::must(*ns >= 0 && *ns <= 30LL * 86'400 * 1'000'000'000, "a duration is at most 30 days");
        const auto again = load::parse_duration(load::show_duration(*ns));
        (void)again;
    }
    if (const auto t = load::parse_threshold(text)) (void)load::judge(*t, {});
    (void)load::parse_rate(text);
    load::load_plan p;
    if (load::parse_shard(text, p)) fuzz::must(p.shard < p.shard_count, "a shard is one of them");
}

}  // namespace

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t max_size,
                                               unsigned seed) {
    static const auto words = [] {
        std::vector<std::string> out{"1e9/s", "500/s", "10ms", "30s", "720h", "1e308", "0.1%", "errors < 1%", "p99"};
        for (const auto& name : load::invariant_names()) out.push_back(name);
        for (const auto& name : load::flow_names()) out.push_back(name);
        return out;
    }();
    return fuzz::mutate_text(data, size, max_size, seed, words);
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const fuzz::memory_file file;
    const auto text = fuzz::text_of(data, size);
    read_texts(text);
    file.put(text);
    const auto made = load::read_load_plan(file.path());
    if (!made) {
        fuzz::must_have_place(made.error());
        return 0;
    }
    if (!load::check_load_plan(*made)) return 0;
    fuzz::must(made->duration_ns() > 0 && made->duration_ns() <= made->max_for_ns, "a plan ends within its cap");
    if (made->open())
        fuzz::must(load::highest_rate(made->stages) <= made->max_rate &&
                       load::expected_arrivals(made->stages, made->duration_ns()) >= 1,
                   "a plan has arrivals, within its cap");
    fuzz::must(!load::describe_mix(*made).empty(), "a plan says what it does");
    return 0;
}
