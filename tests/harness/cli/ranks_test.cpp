// `mpirun -n 4 assay load`: one load by several processes, as a user starts it; and what is refused without MPI.
#include <algorithm>
#include <array>
#include <csignal>
#include <fstream>
#include <map>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "harness/load/measurement/histogram.hpp"
#include "tests/harness/cli/collector.hpp"
#include "tests/harness/cli/program.hpp"
#include "tests/harness/cli/serving.hpp"
#include "tests/harness/load/watch/metrics_reader.hpp"
#include "tests/support/waiting.hpp"

namespace assay::cli_tests {
namespace {

// A container's root, more processes than cores, one machine. LeakSanitizer knows nothing of MPI's own memory.
constexpr const char* mpirun =
    "OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 ASAN_OPTIONS=detect_leaks=0 "
    "timeout --foreground -s KILL 100 mpirun --oversubscribe --mca btl self,vader,tcp --mca btl_tcp_if_include lo "
    "--mca plm isolated ";

bool has_mpi() {
    return fs::exists(fs::path(ASSAY_PROGRAM).parent_path() / "assay_mpi.so") &&
           std::system("command -v mpirun >/dev/null 2>&1") == 0;
}

#define NEEDS_MPI   \
    if (!has_mpi()) \
    GTEST_SKIP() << "there is no mpirun, or this build has no MPI; setup/packages.sh --cluster, and build again"

json::value result_in(const fs::path& at) {
    auto v = json::parse(text_of(at / "load.json"));
    EXPECT_TRUE(v) << text_of(at / "load.json");
    return v ? std::move(*v) : json::value();
}

std::int64_t count_of(const json::value& r, std::string_view name) {
    return r.find("counts")->find(name)->as_integer().value_or(-1);
}

// Per request: how many succeeded and failed, and how many are in its histogram's seconds.
std::map<std::string, std::array<std::int64_t, 3>> requests_of(const json::value& r) {
    std::map<std::string, std::array<std::int64_t, 3>> out;
    for (const json::value& one : *r.find("legs")->as_array()) {
        auto& row = out[std::string(one.string_at("name"))];
        row[0] = one.find("ok")->as_integer().value_or(-1);
        row[1] = one.find("failed")->as_integer().value_or(-1);
    }
    for (const json::value& one : *r.find("intervals")->as_array())
        out[std::string(one.string_at("leg"))][2] += one.find("count")->as_integer().value_or(-1);
    return out;
}

void write_plan(const folder& at, const std::string& lasts) {
    write(at / "plan.yaml", "stages: [{ rate: 200, for: " + lasts +
                                " }]\nmix: [{ flow: code_exchange, weight: 3 }, { flow: jwks }]\n"
                                "thresholds: [token.p99 < 5s, invariant.repeated_code == 0]\n");
}

std::string at_mock(const server_beside& mock) {
    return " --server " + mock.issuer() + " --control " + std::string(mock.ready.string_at("control"));
}

int shell(const folder& at, const std::string& line) {
    const std::string all = "cd " + at.name() + " && export NO_COLOR=1; " + line + " >stdout 2>stderr </dev/null";
    const int status = std::system(all.c_str());
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

// The process of that rank whose results go to `at`.
pid_t process_of_rank(const folder& at, int rank) {
    const std::string variable = "OMPI_COMM_WORLD_RANK=" + std::to_string(rank);
    for (const auto& entry : fs::directory_iterator("/proc")) {
        const std::string number = entry.path().filename();
        if (number.find_first_not_of("0123456789") != std::string::npos) continue;
        const std::string words = text_of(entry.path() / "cmdline");
        const std::string variables = text_of(entry.path() / "environ");
        const bool is_it = words.find((at / "out").string()) != std::string::npos &&
                           (variables + '\0').find(variable + '\0') != std::string::npos;
        if (is_it) return std::stoi(number);
    }
    return 0;
}

// Starts four ranks for a minute, sends `signal` to rank 2 once figures have come, and returns mpirun's exit code.
int with_signal_to_rank_2(const folder& at, const server_beside& mock, int signal, const std::string& more) {
    std::thread ranks;
    int code = -1;
    ranks = std::thread([&] {
        // mpirun kills the others this many seconds after one has died; by itself 1, which is little on a busy
        // machine.
        const std::string patient = "--mca odls_base_sigkill_timeout 5 ";
        code = shell(at, std::string(mpirun) + patient + "-n 4 " + ASSAY_PROGRAM + " load plan.yaml" + at_mock(mock) +
                             " --out " + (at / "out").string() + more);
    });
    // The line of progress comes every five seconds, of what rank 0 got from all.
    EXPECT_TRUE(tests::came("figures", [&] { return text_of(at / "stderr").find("failed 0") != std::string::npos; }))
        << text_of(at / "stderr");
    const pid_t rank_2 = process_of_rank(at, 2);
    EXPECT_TRUE(rank_2 > 0 && ::kill(rank_2, signal) == 0);
    ranks.join();
    return code;
}

void expect_what_was_measured(const folder& at, const std::string& why) {
    const json::value r = result_in(at / "out");
    ASSERT_EQ(r.string_at("verdict"), "error") << text_of(at / "stderr");
    EXPECT_EQ(r.find("shards")->as_array()->size(), 4U);
    const std::string lost(r.find("ranks")->as_array()->at(2).string_at("lost"));
    EXPECT_TRUE(lost.starts_with(why)) << lost;
    EXPECT_NE(text_of(at / "stdout").find("rank 2"), std::string::npos) << text_of(at / "stdout");
    EXPECT_EQ(r.find("ranks")->as_array()->at(1).string_at("lost"), "");
    // Five seconds of three ranks at least, and no more than was due.
    EXPECT_GT(count_of(r, "finished"), 5 * 150);
    EXPECT_LE(count_of(r, "finished"), count_of(r, "begun"));
    std::int64_t all = 0;
    for (const auto& [name, row] : requests_of(r)) {
        EXPECT_EQ(row[0] + row[1], row[2]) << name << ": counted once in its seconds";
        all += row[0] + row[1];
    }
    EXPECT_EQ(all, count_of(r, "finished"));
}

// The times of one kind of request in the results of several parts, sorted: each as the highest that its bucket can
// hold.
std::vector<std::int64_t> times_in(const std::vector<json::value>& parts, std::string_view request,
                                   std::string_view figure) {
    std::vector<std::int64_t> out;
    for (const json::value& part : parts) {
        for (const json::value& one : *part.find("legs")->as_array()) {
            if (one.string_at("name") != request) continue;
            const auto h = load::histogram::decode(one.find(figure)->string_at("histogram"));
            EXPECT_TRUE(h) << request;
            if (!h) continue;
            for (const auto& bar : h->bars()) out.insert(out.end(), bar.count, bar.high);
        }
    }
    std::sort(out.begin(), out.end());
    return out;
}

// The percentiles in `whole` are those of all the times in `parts`.
void expect_percentiles_of_all(const json::value& whole, const std::vector<json::value>& parts) {
    for (const json::value& one : *whole.find("legs")->as_array()) {
        const std::string name(one.string_at("name"));
        for (const char* figure : {"latency", "service"}) {
            const std::vector<std::int64_t> all = times_in(parts, name, figure);
            ASSERT_EQ(static_cast<std::int64_t>(all.size()), one.find("ok")->as_integer()) << name;
            const json::value& said = *one.find(figure);
            const auto nearest_rank = [&](std::size_t permille) {
                return all[(all.size() * permille + 999) / 1000 - 1];
            };
            EXPECT_EQ(said.find("p50_us")->as_integer(), nearest_rank(500)) << name << " " << figure;
            EXPECT_EQ(said.find("p90_us")->as_integer(), nearest_rank(900)) << name << " " << figure;
            EXPECT_EQ(said.find("p99_us")->as_integer(), nearest_rank(990)) << name << " " << figure;
            EXPECT_EQ(said.find("max_us")->as_integer(), all.back()) << name << " " << figure;
        }
    }
}

void expect_same_counts(const json::value& a, const json::value& b) {
    EXPECT_EQ(json::format(*a.find("invariants")), json::format(*b.find("invariants")));
    EXPECT_EQ(requests_of(a), requests_of(b));
    for (const char* name : {"due", "begun", "finished", "unfinished", "starved"})
        EXPECT_EQ(count_of(a, name), count_of(b, name)) << name;
}

TEST(ranks, four_count_what_four_shards_and_one_process_count) {
    NEEDS_MPI;
    const folder at;
    const server_beside mock(at, "--dialect strict --sign-in by_request --control 0");
    write_plan(at, "2s");
    const std::string load = std::string(ASSAY_PROGRAM) + " load plan.yaml" + at_mock(mock);
    const auto judged_or_busy = [&](const std::string& line) {
        const int code = shell(at, line);
        EXPECT_TRUE(code == 0 || code == 5) << code << text_of(at / "stdout") << text_of(at / "stderr");
    };
    judged_or_busy(std::string(mpirun) + "-n 4 " + load + " --out ranks");
    judged_or_busy(load + " --out one");
    std::string line;
    for (const std::string i : {"1", "2", "3", "4"})
        line += load + " --start-at +2s --shard " + i + "/4 --out shard-" + i + " & ";
    EXPECT_EQ(shell(at, "{ " + line + "wait; }"), 0) << text_of(at / "stderr");
    judged_or_busy(std::string(ASSAY_PROGRAM) + " merge shard-1 shard-2 shard-3 shard-4 --out shards");
    const json::value a = result_in(at / "ranks");
    const json::value b = result_in(at / "shards");
    const json::value one = result_in(at / "one");
    EXPECT_EQ(json::format(*a.find("setup")), json::format(*b.find("setup")));
    EXPECT_EQ(json::format(*a.find("shards")), json::format(*b.find("shards")));
    expect_same_counts(a, b);
    expect_same_counts(a, one);
    EXPECT_EQ(count_of(a, "finished"), 400);
    std::vector<json::value> parts;
    for (const std::string i : {"1", "2", "3", "4"}) parts.push_back(result_in(at / ("shard-" + i)));
    expect_percentiles_of_all(b, parts);
    // What each rank had measured is only in the whole.
    expect_percentiles_of_all(a, {a});
    expect_percentiles_of_all(one, {one});
    ASSERT_NE(a.find("ranks"), nullptr);
    EXPECT_EQ(a.find("ranks")->as_array()->size(), 4U);
    EXPECT_EQ(b.find("ranks"), nullptr);
}

TEST(ranks, one_target_of_rank_0_is_that_of_all) {
    NEEDS_MPI;
    const folder at;
    // Our own mock, in the process of rank 0; the plan's events happen once. As many sessions as arrivals, so that a
    // stall of this machine leaves none without one.
    write(at / "plan.yaml",
          "stages: [{ rate: 100, for: 2s }]\nmix: [{ flow: refresh }]\nsessions: 200\n"
          "events: [{ at: 1s, advance_clock: 10s }]\n");
    collector to;
    const int code = shell(at, std::string(mpirun) + "-n 2 " + ASSAY_PROGRAM +
                                   " load plan.yaml --out out --allow-host localhost --otlp " + to.server->origin());
    EXPECT_TRUE(code == 0 || code == 5) << code << text_of(at / "stdout") << text_of(at / "stderr");
    const json::value r = result_in(at / "out");
    EXPECT_EQ(r.find("setup")->string_at("target"), "own mock, strict");
    EXPECT_EQ(count_of(r, "finished"), 200);
    EXPECT_EQ(requests_of(r)["refresh"][1], 0) << text_of(at / "stdout");
    EXPECT_NE(text_of(at / "stdout").find("clock moved on by 10 s"), std::string::npos) << text_of(at / "stdout");
    // Rank 0 pushes the figures of all.
    ASSERT_FALSE(to.all().empty()) << text_of(at / "stderr");
    std::set<std::string> instances;
    for (const http::request& one : to.all())
        instances.insert(tests::otlp_reader::read(one.body).resource["service.instance.id"]);
    EXPECT_EQ(instances.size(), 1U);
    auto last = tests::otlp_reader::read(to.all().back().body);
    EXPECT_EQ(last.points["assay.load.finished"].value, 200);
    EXPECT_EQ(last.points["assay.load.request.duration"].count, 200U);
}

TEST(ranks, one_that_is_killed_ends_the_run_with_what_was_measured) {
    NEEDS_MPI;
    const folder at;
    const server_beside mock(at, "--dialect strict --sign-in by_request --control 0");
    write_plan(at, "60s");
    EXPECT_EQ(with_signal_to_rank_2(at, mock, SIGKILL, ""), 128 + SIGKILL) << "mpirun's code for a killed process";
    expect_what_was_measured(at, "died or stopped; its figures end after ");
}

TEST(ranks, one_that_is_stopped_ends_the_run_with_what_was_measured) {
    NEEDS_MPI;
    const folder at;
    const server_beside mock(at, "--dialect strict --sign-in by_request --control 0");
    write_plan(at, "60s");
    EXPECT_EQ(with_signal_to_rank_2(at, mock, SIGSTOP, " --rank-timeout 2s"), 3) << text_of(at / "stderr");
    expect_what_was_measured(at, "was silent for 2 s; its figures end after ");
}

TEST(ranks, an_error_is_said_once_and_ends_all) {
    NEEDS_MPI;
    const folder at;
    EXPECT_EQ(shell(at, std::string(mpirun) + "-n 3 " + ASSAY_PROGRAM + " load nowhere.yaml --out out"), 2);
    const std::string said = text_of(at / "stderr");
    const std::size_t first = said.find("nowhere.yaml");
    EXPECT_NE(first, std::string::npos) << said;
    EXPECT_EQ(said.find("nowhere.yaml", first + 1), std::string::npos) << said;
}

// Whoever cannot be part of one load must not run one of several.
TEST(ranks, without_mpi_they_are_refused) {
    const folder at;
    fs::copy_file(ASSAY_PROGRAM, at / "assay");
    const std::string load = (at / "assay").string() + " load --flow metadata --rate 10 --for 100ms --out out";
    EXPECT_EQ(shell(at, "OMPI_COMM_WORLD_SIZE=4 OMPI_COMM_WORLD_RANK=0 " + load), 3);
    EXPECT_NE(text_of(at / "stderr").find("4 separate loads: there is no assay_mpi.so beside the program"),
              std::string::npos)
        << text_of(at / "stderr");
    EXPECT_NE(text_of(at / "stderr").find("--shard 1/4"), std::string::npos) << text_of(at / "stderr");
    EXPECT_EQ(shell(at, "OMPI_COMM_WORLD_SIZE=4 OMPI_COMM_WORLD_RANK=1 " + load), 3);
    EXPECT_EQ(text_of(at / "stderr"), "") << "one rank says it";
    EXPECT_EQ(shell(at, "SLURM_STEP_ID=0 SLURM_STEP_NUM_TASKS=2 SLURM_PROCID=0 " + load), 3);
    EXPECT_NE(text_of(at / "stderr").find("--mpi=pmix"), std::string::npos) << text_of(at / "stderr");
    EXPECT_FALSE(fs::exists(at / "out"));
    // One process, and a shard, need no MPI.
    EXPECT_NE(shell(at, "OMPI_COMM_WORLD_SIZE=1 OMPI_COMM_WORLD_RANK=0 " + load), 3) << text_of(at / "stderr");
    EXPECT_NE(shell(at, "SLURM_STEP_ID=0 SLURM_STEP_NUM_TASKS=2 SLURM_PROCID=0 " + load + " --shard 1/2"), 3)
        << text_of(at / "stderr");
}

}  // namespace
}  // namespace assay::cli_tests
