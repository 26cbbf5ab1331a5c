#include "harness/cli/load/load_flags.hpp"

#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "data/file_tree.hpp"
#include "data/nearest.hpp"
#include "data/text.hpp"
#include "harness/cli/shared/data_folder.hpp"
#include "harness/load/flows/table.hpp"
#include "harness/load/measurement/threshold.hpp"
#include "harness/load/schedule/duration.hpp"

namespace assay::harness {
namespace {

using load::load_plan;

constexpr double replay_where_asked = 0.01;

// "code_exchange", "code_exchange=3": a flow and its weight.
result<void> add_flows(const load_flags& f, load_plan& out) {
    if (f.flows.empty()) return {};
    out.mix.clear();
    for (const std::string& text : f.flows) {
        load::flow_options one;
        const std::size_t equals = std::min(text.find('='), text.size());
        one.name = text.substr(0, equals);
        const auto& known = load::flow_names();
        if (std::find(known.begin(), known.end(), one.name) == known.end()) {
            return fail(errc::usage, fmt::format("there is no flow '{}'{}", one.name, did_you_mean(one.name, known)));
        }
        if (equals < text.size()) {
            one.weight = whole_number<std::uint64_t>(std::string_view(text).substr(equals + 1)).value_or(0);
            if (one.weight < 1 || one.weight > 1'000'000) {
                return fail(errc::usage,
                            fmt::format("--flow '{}': a weight is a number, as in code_exchange=3", text));
            }
        }
        one.path = f.path;
        out.mix.push_back(std::move(one));
    }
    return {};
}

result<void> set_duration(const std::string& text, std::int64_t& out) {
    if (text.empty()) return {};
    auto ns = load::parse_duration(text);
    if (!ns) return fail(ns.error());
    out = *ns;
    return {};
}

result<void> set_shape(const load_flags& f, load_plan& out) {
    if (!f.rate.empty() || f.users > 0) {
        out.stages.clear();
        out.users = f.users;
    }
    std::int64_t lasts = out.for_ns;
    if (auto ok = set_duration(f.for_how_long, lasts); !ok) return ok;
    if (!f.rate.empty()) {
        if (f.users > 0) return fail(errc::usage, "--rate is an open loop and --users a closed one; choose");
        auto rate = load::parse_rate(f.rate);
        if (!rate) return fail(rate.error());
        out.stages = {{*rate, *rate, lasts}};
    } else if (!f.for_how_long.empty() && out.stages.size() == 1) {
        out.stages.front().for_ns = lasts;
    } else if (!f.for_how_long.empty() && out.stages.size() > 1) {
        return fail(errc::usage, "--for cannot shorten a plan of several stages; change the plan");
    }
    out.for_ns = lasts;
    if (f.arrivals == "poisson") out.how = load::arrivals::poisson;
    if (f.arrivals == "constant") out.how = load::arrivals::constant;
    return {};
}

// "i/n", or "job/n": i is the completion index of an Indexed Job of Kubernetes, which counts from 0.
result<void> set_shard(const std::string& text, load_plan& out) {
    constexpr std::string_view of_job = "job/";
    if (!text.starts_with(of_job)) return load::parse_shard(text, out);
    const char* said =
        std::getenv("JOB_COMPLETION_INDEX");  // NOLINT(concurrency-mt-unsafe): before any thread starts
    const std::string_view index = said == nullptr ? std::string_view{} : std::string_view(said);
    const auto i = whole_number<std::uint64_t>(index);
    if (!i) {
        return fail(errc::usage,
                    fmt::format("--shard {} takes its number from JOB_COMPLETION_INDEX, which an Indexed Job "
                                "of Kubernetes sets, and there is {} here; write --shard 1/4",
                                text, index.empty() ? "none" : "no number"));
    }
    return load::parse_shard(fmt::format("{}/{}", *i + 1, text.substr(of_job.size())), out);
}

result<void> set_limits(const load_flags& f, load_plan& out) {
    if (auto ok = set_duration(f.timeout, out.timeout_ns); !ok) return ok;
    if (auto ok = set_duration(f.max_for, out.max_for_ns); !ok) return ok;
    if (!f.max_rate.empty()) {
        auto rate = load::parse_rate(f.max_rate);
        if (!rate) return fail(rate.error());
        out.max_rate = *rate;
    }
    if (!f.shard.empty()) return set_shard(f.shard, out);
    return {};
}

// A threshold on the second use of a code or a token needs a flow that tries it.
result<void> set_replay(const load_flags& f, load_plan& out) {
    double asked = -1;
    if (!f.replay.empty()) {
        auto q = load::parse_quantity(f.replay);
        if (!q || q->unit != "%" || q->number > 100) {
            return fail(errc::usage, fmt::format("--replay '{}' must be a share like 1%", f.replay));
        }
        asked = q->number / 100;
    }
    for (load::flow_options& one : out.mix) {
        if (!can_replay(one)) continue;
        if (asked >= 0) one.replay = asked;
        const std::string_view invariant = load::find_flow(one.name)->reuse;
        for (const std::string& text : out.thresholds) {
            const bool judged = text.find(invariant) != std::string::npos;
            if (judged && one.replay == 0 && asked < 0) one.replay = replay_where_asked;
        }
    }
    return {};
}

// A file of that name comes first; any other word is the name of a plan that Assay brings.
result<load_plan> plan_named(const std::string& given, const std::string& data_folder) {
    std::error_code bad;
    if (given.find('/') != std::string::npos || std::filesystem::exists(given, bad))
        return load::read_load_plan(given);
    auto data = find_data(data_folder);
    if (!data) return fail(data.error());
    const file_tree plans = *data / "scenarios/load";
    const std::string file = given.ends_with(".yaml") ? given : given + ".yaml";
    if (plans.has_file(file)) {
        auto d = plans.read_yaml(file);
        if (!d) return fail(d.error());
        return load::load_plan_of(*d);
    }
    const std::vector<std::string> names = plans.stems(".yaml");
    return fail(errc::not_found,
                fmt::format("there is no file and no plan '{}'{}", given, did_you_mean(given, names)));
}

}  // namespace

void add_load_flags(CLI::App& command, load_flags& f) {
    command.add_option(
        "plan", f.plan,
        "A plan (docs/load.md): a file, or login-storm and its like below scenarios/load; options override it");
    command.add_option("--data", f.data, "The folder that holds scenarios/");
    command.add_option("--flow", f.flows,
                       "What an arrival does: code_exchange, sign_in, refresh, introspect …; =WEIGHT");
    command.add_option("--rate", f.rate, "Open loop: arrivals per second, independent of the answers");
    command.add_option("--users", f.users, "Closed loop: the number of users, each waits for its answer");
    command.add_option("--for", f.for_how_long, "How long: 30s, 5m");
    command.add_option("--arrivals", f.arrivals, "constant or poisson")
        ->check(CLI::IsMember({"constant", "poisson"}));
    command.add_option("--server", f.server, "Issuer URL or server.yaml (default: our own mock, in this process)");
    command.add_option("--dialect", f.dialect, "Dialect of our own mock (default: strict)");
    command.add_option("--control", f.control, "Control API of the mock that --server names: mints codes there");
    command.add_option("--client", f.client, "Role of the client: confidential, post, public …");
    command.add_option("--path", f.path, "Flow request: what to GET");
    command.add_option("--threshold", f.thresholds, "\"token.p99 < 20ms\", \"errors < 0.1%\"; repeatable");
    command.add_option("--replay", f.replay, "Share of codes and refresh tokens tried a second time: 1%");
    command.add_option("--threads", f.threads, "Threads of the generator (default 1)")->check(CLI::Range(1, 256));
    command.add_option("--connections", f.connections, "Connections at most (default 512)")
        ->check(CLI::Range(1, 60'000));
    command.add_flag(
        "--connection-per-request,!--keep-connections", f.connection_per_request,
        "A new connection for each request, and over https a full handshake; or not, where the plan says so");
    auto* pid = command.add_option("--server-pid", f.server_pid,
                                   "The server's process on this machine: its processor time and memory, with those "
                                   "of its children, are in the result (of a server that Assay starts they always "
                                   "are)");
    pid->check(CLI::Range(1, 1 << 22));
    command
        .add_option("--server-metrics", f.server_metrics,
                    "Where a server on another machine shows its processor time to Prometheus "
                    "(process_cpu_seconds_total); repeatable: its nodes")
        ->excludes(pid);
    command.add_option("--sessions", f.sessions, "Sessions made before the run, for flows that use them")
        ->check(CLI::Range(1, 100'000));
    command.add_option("--timeout", f.timeout, "Time-out of a request (default 10s)");
    command.add_option("--seed", f.seed, "Seed of Poisson arrivals and of the mix (default 1)");
    command.add_option("--shard", f.shard,
                       "This is part i/n of the load; job/n: the part of this pod of an Indexed Job");
    command.add_option("--allow-host", f.allow_hosts,
                       "A host other than this machine that may be loaded; repeatable");
    command.add_option("--max-rate", f.max_rate, "Raise the cap of 20000/s");
    command.add_option("--max-for", f.max_for, "Raise the cap of 10 minutes");
    command.add_option("--ca", f.ca_file, "PEM file of a CA to trust");
    command.add_option("--mock-threads", f.mock_threads, "Threads of our own mock")->check(CLI::Range(1U, 64U));
}

result<load_plan> plan_of(const load_flags& f) {
    load_plan out;
    if (!f.plan.empty()) {
        auto read = plan_named(f.plan, f.data);
        if (!read) return fail(read.error());
        out = std::move(*read);
    }
    if (auto ok = add_flows(f, out); !ok) return fail(ok.error());
    if (!f.server.empty()) out.server = f.server;
    if (!f.dialect.empty()) out.dialect = f.dialect;
    if (!f.client.empty()) out.client = f.client;
    if (f.threads > 0) out.threads = f.threads;
    if (f.connections > 0) out.connections = f.connections;
    if (f.connection_per_request != 0) out.connection_per_request = f.connection_per_request > 0;
    if (f.sessions > 0) out.sessions = f.sessions;
    if (!f.seed.empty()) {
        const auto seed = whole_number<std::uint64_t>(f.seed);
        if (!seed) return fail(errc::usage, fmt::format("--seed '{}' is no number", f.seed));
        out.seed = *seed;
    }
    out.thresholds.insert(out.thresholds.end(), f.thresholds.begin(), f.thresholds.end());
    if (auto ok = set_shape(f, out); !ok) return fail(ok.error());
    if (auto ok = set_limits(f, out); !ok) return fail(ok.error());
    if (auto ok = set_replay(f, out); !ok) return fail(ok.error());
    if (auto ok = load::check_load_plan(out); !ok) return fail(ok.error());
    return out;
}

load_target_options target_of(const load_flags& f) {
    return {f.control, f.ca_file, f.allow_hosts, f.mock_threads, {}, {}, f.server_pid, f.server_metrics};
}

result<std::chrono::system_clock::time_point> start_time(const std::string& text) {
    using std::chrono::system_clock;
    if (text.empty()) return system_clock::time_point{};
    const auto from_ns = [](std::int64_t ns) {
        return std::chrono::duration_cast<system_clock::duration>(std::chrono::nanoseconds(ns));
    };
    if (text.front() == '+') {
        auto ns = load::parse_duration(std::string_view(text).substr(1));
        if (!ns) return fail(ns.error());
        return system_clock::now() + from_ns(*ns);
    }
    auto q = load::parse_quantity(text);
    if (!q || !q->unit.empty() || q->number > 4e9) {
        return fail(errc::usage, fmt::format("--start-at '{}' must be +10s or seconds since the epoch", text));
    }
    return system_clock::time_point{from_ns(static_cast<std::int64_t>(q->number * 1e9))};
}

}  // namespace assay::harness
