// Results of loads (load.json, bench.json): what is read is written as a document that reads the same; merging,
// comparing and every report take whatever is read.
#include "harness/load/measurement/threshold.hpp"
#include "harness/load/result/bench_compare.hpp"
#include "harness/load/result/compare.hpp"
#include "harness/load/result/document.hpp"
#include "harness/load/result/hlog.hpp"
#include "harness/load/result/page.hpp"
#include "harness/load/result/summary.hpp"
#include "tests/fuzz/target.hpp"

namespace {

using namespace assay;

void report(load::load_result r) {
    fuzz::must(load::format_page(r).find("<html") != std::string::npos, "the page is a page");
    fuzz::must(!load::format_summary(r, {}).empty(), "the summary says something");
    (void)load::format_hlog(r);
    (void)load::judge(r);
    load::judge_generator(r);
    (void)load::exit_code(r);
    (void)load::verdict_sentence(r);
}

void merge_shards(const load::load_result& r) {
    auto other = r;
    other.shards.clear();
    for (const auto n : r.shards) other.shards.insert(n + 1);
    const auto ab = load::merge(r, other);
    const auto ba = load::merge(other, r);
    fuzz::must(ab.has_value() == ba.has_value(), "shards merge in both orders or in none");
    if (ab)
        fuzz::must(json::format(load::to_json(*ab)) == json::format(load::to_json(*ba)),
                   "the order of shards does not matter");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto document = json::parse(fuzz::text_of(data, size));
    if (!document) return 0;
    if (const auto bench = load::read_bench(*document)) (void)load::compare_benches(*bench, *bench);
    const auto r = load::load_result_from_json(*document);
    if (!r) {
        fuzz::must(!r.error().message.empty(), "an error says something");
        return 0;
    }
    const auto written = load::to_json(*r);
    const auto again = load::load_result_from_json(written);
    fuzz::must(again && json::format(load::to_json(*again)) == json::format(written), "the same result comes back");
    report(*r);
    merge_shards(*r);
    const auto same = load::compare({*r}, {*r});
    if (same)
        fuzz::must(same->verdict() == load::change::cannot_tell, "a result is neither better nor worse than itself");
    return 0;
}
