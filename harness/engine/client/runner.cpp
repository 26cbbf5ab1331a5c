#include "harness/engine/client/runner.hpp"

#include <algorithm>
#include <mutex>
#include <optional>
#include <thread>

#include <fmt/format.h>

#include "harness/engine/client/client_session.hpp"

namespace assay::harness {
namespace {

using reports::verdict;

bool stopped(const client_run_options& o) {
    return o.interrupted != nullptr && o.interrupted->load();
}

bool wanted(const client_run_options& o, const client_configuration& c) {
    return o.configurations.empty() ||
           std::find(o.configurations.begin(), o.configurations.end(), c.name) != o.configurations.end();
}

struct one_client {
    const client_spec* spec;
    std::string version;
    std::vector<reports::row> rows;
    std::vector<std::string> notes;
};

class reporter {
public:
    explicit reporter(const client_run_options& o) : options_(o) {}
    void tell(const reports::row& row) {
        if (!options_.on_row) return;
        const std::lock_guard guard(lock_);
        options_.on_row(row);
    }

private:
    const client_run_options& options_;
    std::mutex lock_;
};

void skip_all(one_client& c, const std::vector<const check*>& checks, const client_run_options& o,
              const std::string& reason) {
    c.notes.push_back(fmt::format("{}: {} skipped", reason, c.spec->name));
    for (const client_configuration& configuration : c.spec->configurations) {
        if (!wanted(o, configuration)) continue;
        for (const check* k : checks) {
            reports::row row;
            row.check = k->id;
            row.subject = c.spec->subject_in(configuration.name);
            row.dialect = o.dialect;
            row.title = k->title;
            row.source = k->source;
            row.level = k->level;
            row.refusal = k->asks_for_refusal();
            row.verdict = verdict::skip;
            row.reason = reason;
            c.rows.push_back(std::move(row));
        }
    }
}

// A row that is still to come.
struct task {
    const client_configuration* configuration;
    const check* of;
    variant matrix;
};

std::vector<task> tasks_of(const client_spec& c, const std::vector<const check*>& checks,
                           const client_run_options& o) {
    std::vector<task> all;
    for (const client_configuration& configuration : c.configurations) {
        if (!wanted(o, configuration)) continue;
        for (const check* k : checks) {
            for (variant& v : variants(*k)) all.push_back({&configuration, k, std::move(v)});
        }
    }
    return all;
}

// No load makes a client accept what it must refuse.
bool may_come_of_load(const reports::row& r) {
    return r.verdict == verdict::fail &&
           std::none_of(r.findings.begin(), r.findings.end(), [](const reports::finding& f) {
               return f.at == "outcome" && f.actual.starts_with("accepted");
           });
}

// The rows of one client: its sessions (one per process) take the tasks in turn.
class shared_tasks {
public:
    shared_tasks(std::vector<task> tasks, const client_run_options& o, reporter& r)
        : tasks_(std::move(tasks)), rows_(tasks_.size()), options_(o), told_(r) {}

    void work(client_session& session) {
        for (std::size_t at = next_++; at < tasks_.size() && !stopped(options_); at = next_++) {
            const task& t = tasks_[at];
            reports::row row = session.run(*t.of, t.matrix, *t.configuration);
            // The interruption ends the client, so this check was not carried out to its end.
            if (stopped(options_)) return;
            rows_[at] = std::move(row);
            if (!may_come_of_load(*rows_[at])) told_.tell(*rows_[at]);
            const std::lock_guard guard(lock_);
            for (std::string& note : session.take_notes()) notes_.push_back(std::move(note));
        }
    }

    // A failure may be caused by a busy machine: the check is repeated after the others, and that result counts.
    void confirm(client_session& session) {
        for (std::size_t at = 0; at < tasks_.size() && !stopped(options_); ++at) {
            if (!rows_[at] || !may_come_of_load(*rows_[at])) continue;
            reports::row again = session.run(*tasks_[at].of, tasks_[at].matrix, *tasks_[at].configuration);
            if (stopped(options_)) return;
            // A repetition that decides nothing leaves the first verdict as it is.
            if (again.verdict == verdict::error || again.verdict == verdict::skip) again = *rows_[at];
            if (again.verdict != verdict::fail) {
                again.reason =
                    fmt::format("{}{}the first time this failed ({}); repeated after the other checks it did not",
                                again.reason, again.reason.empty() ? "" : "; ", why_not(*rows_[at]));
            }
            rows_[at] = std::move(again);
            told_.tell(*rows_[at]);
        }
    }

    // Call after all sessions have ended.
    void hand_over(one_client& c) {
        for (std::optional<reports::row>& row : rows_) {
            if (row) c.rows.push_back(std::move(*row));
        }
        std::move(notes_.begin(), notes_.end(), std::back_inserter(c.notes));
    }

private:
    std::vector<task> tasks_;
    std::vector<std::optional<reports::row>> rows_;
    std::vector<std::string> notes_;
    std::atomic<std::size_t> next_{0};
    std::mutex lock_;
    const client_run_options& options_;
    reporter& told_;
};

void run_one_client(one_client& c, const std::vector<const check*>& checks, const client_run_options& o,
                    reporter& r) {
    if (const std::optional<std::string> missing = missing_toolchain(*c.spec, o.path)) {
        skip_all(c, checks, o, *missing);
        return;
    }
    for (const std::string& rule : c.spec->cannot_keep()) {
        c.notes.push_back(
            fmt::format("{} sends neither PKCE nor a nonce: the rule {} is off for it", c.spec->name, rule));
    }
    client_session session(*c.spec, o);
    const result<void> started = session.start();
    if (!started) c.notes.push_back(started.error().text());
    c.version = session.version();
    shared_tasks tasks(tasks_of(*c.spec, checks, o), o, r);
    std::vector<std::thread> others;
    // If the first process does not start, no more are tried: the rows report it.
    for (unsigned i = 1; started && i < c.spec->processes; ++i) {
        others.emplace_back([&] {
            client_session own(*c.spec, o);
            if (own.start()) tasks.work(own);
        });
    }
    tasks.work(session);
    for (std::thread& t : others) t.join();
    tasks.confirm(session);
    tasks.hand_over(c);
}

// Estimates the work: more capabilities mean fewer skips, each configuration runs all checks, and an application is
// restarted for each check.
std::size_t amount_of(const client_spec& c) {
    return c.configurations.size() * c.capabilities.size() * (c.application ? 4 : 1);
}

}  // namespace

std::string why_not(const reports::row& row) {
    if (!row.reason.empty() && row.findings.empty()) return row.reason;
    if (row.findings.empty()) return std::string(reports::verdict_name(row.verdict));
    const reports::finding& f = row.findings.front();
    return fmt::format("step {}, {}: expected {}, found {}", f.step, f.at, f.expected, f.actual);
}

std::vector<const check*> client_checks(const std::vector<check>& all) {
    std::vector<const check*> some;
    for (const check& c : all) {
        if (c.is_client) some.push_back(&c);
    }
    return some;
}

std::size_t rows_to_come(const std::vector<client_spec>& clients, const std::vector<check>& checks) {
    std::size_t each = 0;
    for (const check* c : client_checks(checks)) each += variants(*c).size();
    std::size_t all = 0;
    for (const client_spec& c : clients) all += each * c.configurations.size();
    return all;
}

client_results run_client_checks(const std::vector<client_spec>& clients, const std::vector<check>& checks,
                                 const client_run_options& options) {
    const std::vector<const check*> ours = client_checks(checks);
    std::vector<one_client> all;
    for (const client_spec& c : clients) all.push_back({&c, {}, {}, {}});
    reporter told(options);
    std::vector<one_client*> order;
    for (one_client& c : all) order.push_back(&c);
    // Clients with the most work first, so that no single one is left at the end.
    std::stable_sort(order.begin(), order.end(), [](const one_client* a, const one_client* b) {
        return amount_of(*a->spec) > amount_of(*b->spec);
    });
    std::atomic<std::size_t> next{0};
    const unsigned cores = std::max(1U, std::thread::hardware_concurrency());
    const std::size_t at_once = std::min<std::size_t>(options.jobs == 0 ? 4 * cores : options.jobs, order.size());
    std::vector<std::thread> threads;
    for (std::size_t i = 0; i < at_once; ++i) {
        threads.emplace_back([&] {
            for (std::size_t at = next++; at < order.size() && !stopped(options); at = next++) {
                run_one_client(*order[at], ours, options, told);
            }
        });
    }
    for (std::thread& t : threads) t.join();
    client_results run;
    for (one_client& c : all) {
        for (const client_configuration& configuration : c.spec->configurations) {
            if (!wanted(options, configuration)) continue;
            run.subjects.push_back(
                {"client", c.spec->subject_in(configuration.name), c.version, options.dialect, {}});
        }
        std::move(c.rows.begin(), c.rows.end(), std::back_inserter(run.rows));
        std::move(c.notes.begin(), c.notes.end(), std::back_inserter(run.notes));
    }
    return run;
}

}  // namespace assay::harness
