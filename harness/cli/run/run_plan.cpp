#include "harness/cli/run/run_plan.hpp"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <iterator>
#include <map>
#include <optional>
#include <thread>

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <sys/resource.h>

#include "data/nearest.hpp"
#include "harness/cli/run/run_modes.hpp"
#include "harness/cli/shared/descriptors.hpp"
#include "harness/cli/shared/progress.hpp"
#include "harness/cli/shared/result_files.hpp"
#include "harness/cli/shared/server_process.hpp"
#include "harness/cli/shared/tls_setup.hpp"
#include "harness/engine/client/runner.hpp"
#include "harness/engine/core/known.hpp"
#include "harness/engine/core/parallel.hpp"
#include "harness/engine/server/real_subject.hpp"
#include "harness/engine/server/run.hpp"
#include "harness/scenario/capability_words.hpp"
#include "harness/scenario/frozen.hpp"
#include "harness/scenario/variables.hpp"
#include "mock_server/faults/fault_spec.hpp"
#include "mock_server/server/embedded.hpp"
#include "reports/text.hpp"

namespace assay::harness {
namespace {

namespace fs = std::filesystem;

result<void> add_clients(const run_options& o, run_plan& plan) {
    if (o.clients.empty()) return {};
    std::vector<std::string> names;
    for (const std::string& given : o.clients) {
        const fs::path file = fs::path(given) / "client.yaml";
        std::error_code bad;
        if (!fs::exists(file, bad)) {
            names.push_back(given);
            continue;
        }
        auto d = yaml::read_file(file.string());
        if (!d) return fail(d.error());
        auto one = load_client(*d, fs::absolute(given).lexically_normal().string(), plan.all.names());
        if (!one) return fail(one.error());
        one->given = given;
        plan.clients.push_back(std::move(*one));
    }
    if (names.empty()) return {};
    auto all = load_clients(plan.all.clients(), plan.all.names());
    if (!all) return fail(all.error());
    auto chosen = select_clients(*all, names);
    if (!chosen) return fail(chosen.error());
    for (client_spec& one : *chosen) plan.clients.push_back(std::move(one));
    return {};
}

// --checks: keeps the checks of that set, with its levels unless the profile sets its own.
result<void> keep_frozen(const run_options& o, run_plan& plan, std::vector<check>& selected) {
    const catalogue& all = plan.all;
    if (o.checks.empty()) return {};
    auto set = load_frozen(all.scenarios(), o.checks, all.checks);
    if (!set) return fail(set.error());
    std::erase_if(selected, [&](const check& c) { return !set->levels.contains(c.id); });
    for (check& c : selected) {
        if (c.level == all.find_check(c.id)->level) c.level = set->levels.at(c.id);
    }
    for (const std::string& one : set->withdrawn)
        plan.notes.push_back(fmt::format("the set {} names a check that no longer exists: {}", o.checks, one));
    return {};
}

std::string processor_time() {
    rusage used{};
    ::getrusage(RUSAGE_SELF, &used);
    const auto seconds = [](const timeval& t) {
        return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
    };
    return fmt::format("{:.2f} s", seconds(used.ru_utime) + seconds(used.ru_stime));
}

bool wants_oidf(const run_options& o) {
    return o.as == "oidf" || !o.oidf_plan.empty() || is_oidf_config(o.server) ||
           std::find(o.formats.begin(), o.formats.end(), "oidf") != o.formats.end();
}

result<void> add_oidf(const run_options& o, run_plan& plan) {
    if (!wants_oidf(o)) return {};
    oidf_request r;
    r.plan = o.oidf_plan;
    r.server = o.server;
    r.clients = !o.clients.empty();
    r.servers = !r.clients || !o.profile.empty() || !o.server.empty();
    r.only_it = o.profile.empty() && o.select.empty() && (!o.oidf_config.empty() || !o.oidf_plan.empty());
    auto view = view_as_oidf(r, plan.all);
    if (!view) return fail(view.error());
    plan.oidf = std::move(*view);
    return {};
}

// A baseline is for one server. If its name cannot be read, opening the server reports the reason.
known_row_names names_of_baseline(const run_options& o, const run_plan& plan) {
    known_row_names out{&plan.all.checks};
    if (o.server.empty()) return out;
    if (auto name = server_name(o.server, plan.oidf.choice); name && !name->empty())
        out.subjects.push_back(std::move(*name));
    return out;
}

// --grade, --rerun-failed.
result<void> narrow(const run_options& o, std::vector<check>& selected, run_plan& plan) {
    std::erase_if(selected, [&](const check& c) { return !within_grade(c.level, o.grade); });
    if (!o.rerun_failed) return {};
    auto before = read_result(o.failed_in.empty() ? (fs::path(o.out) / "result.json").string() : o.failed_in);
    if (!before) return fail(before.error());
    keep_failed(before->run, selected);
    plan.nothing_failed = selected.empty();
    return {};
}

// The verdict for the progress line: an expected deviation is `known` there, too.
std::string_view word_of(const reports::row& ended, const run_plan& plan) {
    if (ended.verdict != reports::verdict::fail && ended.verdict != reports::verdict::warn)
        return reports::verdict_name(ended.verdict);
    std::vector<reports::row> one{ended};
    if (plan.within != nullptr) apply_known(one, plan.within->known);
    apply_known(one, plan.baseline);
    return reports::verdict_name(one.front().verdict);
}

// The other options that influence the result, and another output folder, so that repeating one row does not
// overwrite the reports of this run.
std::string said_again(const run_options& o) {
    std::string out;
    if (!o.profile.empty()) out += " --profile " + reports::shell_word(o.profile);
    if (!o.checks.empty()) out += " --checks " + reports::shell_word(o.checks);
    if (!o.oidf_plan.empty()) out += " --as checks --oidf-plan " + reports::shell_word(o.oidf_plan);
    if (!o.data.empty()) out += " --data " + reports::shell_word(o.data);
    return out + " --out " + reports::shell_word((fs::path(o.out) / "again").string());
}

// A dialect from a file is named by the path of that file, not by its name.
void say_typed_dialect(std::string& line, const std::string& name, const run_options& o) {
    const std::string said = "--dialect " + name;
    const std::size_t at = o.dialect.empty() || o.dialect == name ? std::string::npos : line.find(said);
    if (at != std::string::npos) line.replace(at, said.size(), "--dialect " + reports::shell_word(o.dialect));
}

void run_on(server_subject& subject, const std::vector<check>& checks, const run_plan& plan, const run_options& o,
            reports::run& out) {
    progress_line line;
    server_run_options options;
    const unsigned most = subject.jobs();  // 0: the server's file sets no limit
    options.jobs = most == 0 || (o.jobs != 0 && o.jobs < most) ? o.jobs : most;
    options.stop = &interrupted();
    options.how = plan.how;
    options.shown = plan.shown;
    options.progress = [&](const reports::row& r, std::size_t done, std::size_t total) {
        line.show(done, total, fmt::format("{} {} {}", r.check, r.variant, word_of(r, plan)));
    };
    std::vector<std::vector<reports::row>> repetitions;
    for (unsigned n = 0; n < o.repeat && !interrupted(); ++n)
        repetitions.push_back(run_server_checks(subject, checks, options));
    auto rows = merge_repetitions(std::move(repetitions));
    if (plan.within != nullptr) apply_known(rows, plan.within->known);
    apply_known(rows, plan.baseline);
    out.subjects.push_back({"server", subject.name(), "", subject.dialect(), subject.issuer()});
    std::string more;
    for (const std::string& fault : o.faults) more += " --fault " + reports::shell_word(fault);
    if (!o.server.empty() && !o.dialect.empty()) more += " --dialect " + reports::shell_word(o.dialect);
    if (!o.ca_file.empty()) more += " --ca " + reports::shell_word(o.ca_file);
    if (!o.baseline.empty()) more += " --baseline " + reports::shell_word(o.baseline);
    more += said_again(o);
    for (reports::row& r : rows) {
        say_typed_dialect(r.reproduce, r.dialect, o);
        r.reproduce += more;
        out.rows.push_back(std::move(r));
    }
}

// --dialect, else the profile's dialect, both validated before; empty: neither is set.
std::string wanted_dialect(const run_plan& plan, const run_options& o) {
    const std::string given = o.dialect.empty() && plan.within != nullptr ? plan.within->dialect : o.dialect;
    return given.empty() ? given : dialect_named(given).value_or(given);
}

// On the embedded mock each check runs on the requested dialect, else on those where it is proven.
void run_on_mock(const std::string& control, const std::string& ca_file, const run_plan& plan, const run_options& o,
                 reports::run& out) {
    std::string dialect = wanted_dialect(plan, o);
    if (dialect.empty() && plan.within != nullptr) dialect = "strict";
    std::map<std::string, std::vector<check>> by_dialect;
    for (const check& c : plan.server_checks) {
        if (!dialect.empty()) {
            by_dialect[dialect].push_back(c);
            continue;
        }
        for (const std::string& one : c.proof_dialects()) by_dialect[one].push_back(c);
    }
    for (const auto& [name, checks] : by_dialect) {
        const auto subject = make_mock_subject(control, name, ca_file);
        run_on(*subject, checks, plan, o, out);
    }
}

void run_clients(const std::string& control, const std::string& ca_file, const run_plan& plan, const run_options& o,
                 reports::run& out) {
    progress_line line;
    std::size_t done = 0;
    const std::size_t total = rows_to_come(plan.clients, plan.client_checks);
    client_run_options options;
    options.control = control;
    options.ca_file = ca_file;
    options.tls = o.tls;
    options.dialect = wanted_dialect(plan, o);
    options.seed = plan.how.seed;
    options.assay_path = program_path();
    options.path = toolchain_path(plan.all.clients());
    options.jobs = o.jobs;
    options.deadline = std::chrono::seconds(o.deadline_s);
    options.interrupted = &interrupted();
    options.on_row = [&](const reports::row& r) {
        line.show(++done, total, fmt::format("{} {} {}", r.subject, r.check, word_of(r, plan)));
    };
    client_results ran = run_client_checks(plan.clients, plan.client_checks, options);
    std::vector<std::vector<reports::row>> repetitions{std::move(ran.rows)};
    for (unsigned n = 1; n < o.repeat && !interrupted(); ++n)
        repetitions.push_back(run_client_checks(plan.clients, plan.client_checks, options).rows);
    ran.rows = merge_repetitions(std::move(repetitions));
    if (plan.within != nullptr) apply_known(ran.rows, plan.within->known);
    apply_known(ran.rows, plan.baseline);
    for (auto& s : ran.subjects) out.subjects.push_back(std::move(s));
    for (auto& n : ran.notes) out.notes.push_back(std::move(n));
    std::string more;
    if (o.tls) more += " --tls";
    if (o.deadline_s != run_options{}.deadline_s) more += fmt::format(" --deadline {}", o.deadline_s);
    more += said_again(o);
    for (auto& r : ran.rows) {
        say_typed_dialect(r.reproduce, r.dialect, o);
        r.reproduce += more;
        out.rows.push_back(std::move(r));
    }
}

}  // namespace

result<json::value> parse_faults(const std::vector<std::string>& given) {
    json::array out;
    for (const std::string& text : given) {
        if (auto ok = mock::parse_fault_spec(text); !ok)
            return fail(ok.error().code, "--fault: " + ok.error().message);
        out.emplace_back(text);
    }
    return out;
}

result<std::string> dialect_named(const std::string& given) {
    auto found = mock::load_dialect(given);
    if (!found) return fail(found.error());
    for (const std::string& name : (*found)->capabilities) {
        if (is_capability(side::server, name)) continue;
        return fail(errc::usage, fmt::format("the dialect {} names a capability that no server has, '{}'{}", given,
                                             name, nearest_capability(side::server, name)));
    }
    return (*found)->name;
}

result<run_plan> make_plan(const run_options& o) {
    run_plan plan;
    if (!o.dialect.empty()) {
        if (auto ok = dialect_named(o.dialect); !ok) return fail(ok.error());
    }
    auto all = load_catalogue(o.data);
    if (!all) return fail(all.error());
    plan.all = std::move(*all);
    if (!o.profile.empty()) {
        auto found = plan.all.find_profile(o.profile);
        if (!found) return fail(found.error());
        plan.within = *found;
    }
    if (auto ok = add_clients(o, plan); !ok) return fail(ok.error());
    if (auto ok = add_oidf(o, plan); !ok) return fail(ok.error());
    auto selected =
        select_checks(plan.all.checks, plan.within, plan.oidf.select.empty() ? o.select : plan.oidf.select);
    if (!selected) return fail(selected.error());
    if (auto ok = keep_frozen(o, plan, *selected); !ok) return fail(ok.error());
    if (auto ok = narrow(o, *selected, plan); !ok) return fail(ok.error());
    if (plan.nothing_failed) return plan;
    auto baseline = read_baseline(o.baseline.empty() ? baseline_beside(o.server) : o.baseline,
                                  names_of_baseline(o, plan), plan.notes);
    if (!baseline) return fail(baseline.error());
    plan.baseline = std::move(*baseline);
    for (const client_spec& one : plan.clients) {
        auto rows = read_client_baseline(one, plan.all.checks, plan.notes);
        if (!rows) return fail(rows.error());
        std::move(rows->begin(), rows->end(), std::back_inserter(plan.baseline));
    }
    // With only --client, only client checks run; with a profile, a server or a selection, server checks too.
    const bool clients_alone = !o.clients.empty() && o.profile.empty() && o.server.empty() && o.select.empty();
    for (check& c : *selected) {
        if (c.is_client) {
            plan.client_checks.push_back(std::move(c));
        } else if (!clients_alone) {
            plan.server_checks.push_back(std::move(c));
        }
    }
    if (plan.clients.empty() && plan.server_checks.empty()) {
        return fail(errc::usage,
                    "only client checks (RP-…) are selected; name a client with --client NAME or --client all");
    }
    if (plan.server_checks.empty() && plan.client_checks.empty()) {
        return fail(errc::usage, "nothing is selected; see `assay list checks`");
    }
    auto faults = parse_faults(o.faults);
    if (!faults) return fail(faults.error());
    plan.how.faults = std::move(*faults);
    if (!o.faults.empty() && !o.server.empty()) {
        return fail(errc::usage, "--fault is for our own mock; leave --server out");
    }
    if (!o.faults.empty() && !plan.clients.empty()) {
        return fail(
            errc::usage,
            "--fault is for checks of servers, and each check of a client brings the fault it is about: leave "
            "--client or --fault out (assay serve shows a client any fault, at the issuer's path /f/NAME)");
    }
    return plan;
}

result<reports::run> carry_out(const run_plan& plan, const run_options& given) {
    const auto began = std::chrono::steady_clock::now();
    reports::run out;
    run_options o = given;
    const unsigned cores = std::max(1U, std::thread::hardware_concurrency());
    auto fewer = fit_jobs(o.jobs, plan.clients.empty() ? default_jobs() : 4 * cores);
    if (!fewer) return fail(fewer.error());
    if (*fewer) fmt::print(stderr, "{}\n", **fewer);
    out.command = o.command;
    out.profile = o.profile;
    out.notes = plan.notes;
    out.plans = plan.oidf.plans;
    if (*fewer) out.notes.push_back(**fewer);
    out.started_at = fmt::format("{:%Y-%m-%dT%H:%M:%SZ}",
                                 fmt::gmtime(std::chrono::system_clock::to_time_t(std::chrono::system_clock::now())));
    std::unique_ptr<run_authority> trusted;
    std::unique_ptr<mock::embedded> running;
    if (o.server.empty() || !plan.clients.empty()) {
        auto ca = run_authority::make();
        if (!ca) return fail(ca.error());
        trusted = std::move(*ca);
        mock::embedded_options listen;
        listen.ca = trusted->ca();
        // Clients run in parallel: a slow answer for one must not delay the others.
        if (!plan.clients.empty()) listen.threads = std::max(2U, std::thread::hardware_concurrency());
        auto started = mock::embedded::start(std::move(listen));
        if (!started) return fail(started.error());
        running = std::move(*started);
    }
    if (!o.server.empty()) {
        server_processes started;  // stopped at the end of this block
        auto spec = plan.server ? prepare_server(*plan.server, o.server, started)
                                : open_server(o.server, started, plan.oidf.choice);
        if (!spec) return fail(spec.error());
        spec->view.ca_file = o.ca_file;
        // Precedence: the command line, then the server file, then the profile.
        if (!o.dialect.empty() || spec->view.dialect.empty()) spec->view.dialect = wanted_dialect(plan, o);
        const auto subject = make_real_subject(std::move(*spec));
        run_on(*subject, plan.server_checks, plan, o, out);
        for (std::string& note : subject->notes()) out.notes.push_back(std::move(note));
    } else {
        run_on_mock(running->control_origin(), trusted->file(), plan, o, out);
    }
    if (!plan.clients.empty() && !plan.client_checks.empty() && !interrupted()) {
        run_clients(running->control_origin(), trusted->file(), plan, o, out);
    } else if (plan.clients.empty() && !plan.client_checks.empty()) {
        out.notes.push_back(
            fmt::format("{} client checks were left out: name clients with --client NAME, or --client all",
                        plan.client_checks.size()));
    }
    out.interrupted = interrupted();
    out.notes.push_back("processor time of this program: " + processor_time());
    out.time_us =
        std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - began).count();
    return out;
}

}  // namespace assay::harness
