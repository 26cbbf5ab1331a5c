// Runs every benchmark, repeated and interleaved so that a busy moment of the machine hits all alike, then prints the
// verification table from the medians of that same run.
#include <map>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>
#include <fmt/format.h>
#include <unistd.h>

namespace {

// Remembers items per second by benchmark; the median comes last and replaces the single runs.
class reporter : public benchmark::ConsoleReporter {
public:
    reporter() : ConsoleReporter(isatty(STDOUT_FILENO) != 0 ? OO_Defaults : OO_Tabular) {}

    void ReportRuns(const std::vector<Run>& runs) override {
        std::vector<Run> shown;
        for (const auto& run : runs) {
            // Of five repetitions the median and its spread are what a reader needs.
            if (run.run_type == Run::RT_Iteration || run.aggregate_name == "median" || run.aggregate_name == "cv")
                shown.push_back(run);
            const auto rate = run.counters.find("items_per_second");
            if (run.error_occurred || rate == run.counters.end()) continue;
            if (run.run_type == Run::RT_Iteration || run.aggregate_name == "median")
                per_second[run.run_name.function_name] = rate->second;
        }
        ConsoleReporter::ReportRuns(shown);
    }
    std::map<std::string, double> per_second;
};

void print_table(const std::map<std::string, double>& per_second) {
    const auto rate = [&](const std::string& name) {
        const auto there = per_second.find(name);
        return there == per_second.end() ? 0.0 : there->second;
    };
    bool first = true;
    for (const auto* alg : {"RS256", "PS256", "ES256", "EdDSA", "HS256"}) {
        const auto prefix = fmt::format("jwt/{}", alg);
        const double raw = rate(prefix + "/raw");
        const double verify = rate(prefix + "/verify");
        const double full = rate(prefix + "/full");
        if (raw == 0 || verify == 0 || full == 0) continue;
        if (first)
            fmt::print("\nalgorithm   raw OpenSSL/s   verify only/s (ratio)   parse+verify+claims/s (ratio)\n");
        first = false;
        fmt::print("{:<9} {:>15.0f} {:>15.0f} ({:.2f}) {:>23.0f} ({:.2f})\n", alg, raw, verify, verify / raw, full,
                   full / raw);
    }
}

}  // namespace

int main(int argc, char** argv) {
    std::vector<std::string> words{argv[0], "--benchmark_repetitions=5", "--benchmark_min_time=0.2",
                                   "--benchmark_enable_random_interleaving=true",
                                   "--benchmark_report_aggregates_only=true"};
    // What the person says comes last and wins.
    words.insert(words.end(), argv + 1, argv + argc);
    std::vector<char*> args;
    for (auto& word : words) args.push_back(word.data());
    int count = static_cast<int>(args.size());
    args.push_back(nullptr);
    benchmark::Initialize(&count, args.data());
    if (benchmark::ReportUnrecognizedArguments(count, args.data())) return 2;
    reporter shown;
    benchmark::RunSpecifiedBenchmarks(&shown);
    benchmark::Shutdown();
    print_table(shown.per_second);
    return 0;
}
