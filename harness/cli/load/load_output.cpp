#include "harness/cli/load/load_output.hpp"

#include <cstdio>
#include <filesystem>
#include <utility>

#include <fmt/format.h>
#include <unistd.h>

#include "harness/cli/shared/progress.hpp"
#include "harness/cli/shared/result_files.hpp"
#include "harness/load/result/document.hpp"
#include "harness/load/result/hlog.hpp"
#include "harness/load/result/knee_report.hpp"
#include "harness/load/result/page.hpp"
#include "harness/load/result/summary.hpp"
#include "harness/load/schedule/duration.hpp"
#include "reports/exit_code.hpp"
#include "reports/writers.hpp"

namespace assay::harness {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t plain_every_ns = 5'000'000'000;

std::string shown(const load::comparison_row& r, double value) {
    return r.metric == "errors" ? fmt::format("{:.3g}%", value * 100)
                                : load::show_us(static_cast<std::int64_t>(value));
}

fs::path run_in(const fs::path& folder, std::size_t number) {
    return folder / std::to_string(number);
}

// A folder with run 1 and without a result of its own.
bool holds_runs(const fs::path& folder) {
    std::error_code bad;
    return !fs::exists(folder / "load.json", bad) && fs::exists(run_in(folder, 1) / "load.json", bad);
}

result<std::vector<std::string>> write_all(const std::string& folder,
                                           const std::vector<std::pair<const char*, std::string>>& files) {
    if (auto ok = reports::make_folder(folder); !ok) return fail(ok.error());
    std::vector<std::string> written;
    for (const auto& [name, text] : files) {
        const std::string path = (fs::path(folder) / name).string();
        if (auto ok = reports::write_file(path, text); !ok) return fail(ok.error());
        written.push_back(path);
    }
    return written;
}

}  // namespace

load_progress::load_progress() : terminal_(is_terminal(STDERR_FILENO)) {}

load_progress::~load_progress() {
    clear();
}

void load_progress::clear() {
    if (!std::exchange(dirty_, false)) return;
    fmt::print(stderr, "\r\033[K");
    std::fflush(stderr);
}

void load_progress::show(const load::progress& p) {
    if (!terminal_ && p.elapsed_ns - said_ns_ < plain_every_ns) return;
    said_ns_ = p.elapsed_ns;
    const std::string line =
        fmt::format("{:.0f}/{:.0f} s  {:>7}/s  p50 {}  p99 {}  failed {}  in flight {}  lag {}",
                    static_cast<double>(p.elapsed_ns) / 1e9, static_cast<double>(p.planned_ns) / 1e9,
                    load::show_number(p.rate), load::show_us(p.p50_us), load::show_us(p.p99_us),
                    load::grouped(p.failed), p.begun - p.finished, load::show_us(p.worst_lag_us));
    if (terminal_) {
        fmt::print(stderr, "\r\033[K{}", line);
        std::fflush(stderr);
        dirty_ = true;
    } else {
        fmt::print(stderr, "{}\n", line);
    }
}

void print_load(const load::load_result& r) {
    load::summary_options o;
    o.colour = wants_colour(STDOUT_FILENO);
    o.width = terminal_width();
    fmt::print("{}", load::format_summary(r, o));
    std::fflush(stdout);
}

result<std::vector<std::string>> write_load(const load::load_result& r, const std::string& folder) {
    return write_all(folder, {{"load.json", json::format_pretty(load::to_json(r)) + "\n"},
                              {"load.hlog", load::format_hlog(r)},
                              {"load.html", load::format_page(r)}});
}

result<std::vector<std::string>> write_knee(const load::knee_options& o, const load::knee_result& k,
                                            const std::string& folder) {
    return write_all(folder, {{"knee.json", json::format_pretty(load::to_json(o, k)) + "\n"},
                              {"knee.html", load::format_page(k)}});
}

int print_comparison(const load::comparison& c) {
    fmt::print("\nSamples: {}\n\n", c.sampled);
    fmt::print("  {:<22}{:<8}{:>12}{:>12}{:>9}{:>12}\n", "request", "figure", "before", "after", "change", "p");
    for (const load::comparison_row& r : c.rows) {
        const std::string by = r.before > 0 ? fmt::format("{:+.1f}%", (r.after / r.before - 1) * 100) : "";
        fmt::print("  {:<22}{:<8}{:>12}{:>12}{:>9}{:>12.2g}  {}\n", r.request, r.metric, shown(r, r.before),
                   shown(r, r.after), by, r.p, load::change_name(r.what));
    }
    fmt::print("\n");
    for (const std::string& n : c.notes) fmt::print("  Note: {}.\n", n);
    fmt::print("  {}\n", load::change_name(c.verdict()));
    std::vector<int> codes;
    if (c.verdict() == load::change::worse) codes.push_back(reports::exit_threshold);
    if (c.saturated) codes.push_back(reports::exit_saturated);
    if (c.too_short) codes.push_back(reports::exit_environment);
    return reports::first_exit_code(codes);
}

result<load::load_result> read_load(const std::string& path) {
    auto v = read_json_file(path);
    if (!v) return fail(v.error());
    auto r = load::load_result_from_json(*v);
    if (!r) return fail(errc::usage, r.error().message, path);
    return r;
}

result<std::vector<load::load_result>> read_loads(const std::vector<std::string>& paths) {
    std::vector<load::load_result> out;
    for (const std::string& path : paths) {
        std::vector<std::string> files{path};
        std::error_code bad;
        if (holds_runs(path)) {
            files.clear();
            for (std::size_t i = 1; fs::exists(run_in(path, i) / "load.json", bad); ++i) {
                files.push_back((run_in(path, i) / "load.json").string());
            }
        }
        for (const std::string& file : files) {
            auto one = read_load(file);
            if (!one) return fail(one.error());
            out.push_back(std::move(*one));
        }
    }
    return out;
}

}  // namespace assay::harness
