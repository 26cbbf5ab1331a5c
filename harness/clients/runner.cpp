#include "harness/clients/runner.hpp"

#include <algorithm>
#include <mutex>
#include <set>
#include <thread>

#include <fmt/format.h>

#include "harness/clients/check_faults.hpp"
#include "harness/clients/client_session.hpp"
#include "harness/clients/mask_search.hpp"
#include "harness/clients/rp_duties.hpp"

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
            row.subject = fmt::format("{} ({})", c.spec->name, configuration.name);
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
    if (const result<void> started = session.start(); !started) c.notes.push_back(started.error().text());
    c.version = session.version();
    for (const client_configuration& configuration : c.spec->configurations) {
        if (!wanted(o, configuration)) continue;
        for (const check* k : checks) {
            for (const variant& v : variants(*k)) {
                if (stopped(o)) return;
                c.rows.push_back(session.run(*k, v, configuration));
                r.tell(c.rows.back());
            }
        }
    }
}

std::vector<const check*> client_checks(const std::vector<check>& all) {
    std::vector<const check*> some;
    for (const check& c : all) {
        if (c.is_client) some.push_back(&c);
    }
    return some;
}

// The first variant that does not pass speaks for the check.
reports::row worst_row(client_session& session, const check& c, const client_configuration& configuration,
                       const std::vector<std::string>& without) {
    reports::row row;
    for (const variant& v : variants(c)) {
        row = session.run(c, v, configuration, without);
        if (row.verdict != verdict::pass) break;
    }
    return row;
}

std::string why_not(const reports::row& row) {
    if (!row.reason.empty()) return row.reason;
    if (row.findings.empty()) return std::string(reports::verdict_name(row.verdict));
    const reports::finding& f = row.findings.front();
    return fmt::format("step {}, {}: expected {}, found {}", f.step, f.at, f.expected, f.actual);
}

void compare_witnesses(const std::vector<const check*>& checks, client_proof& proof) {
    for (const check* c : checks) {
        for (const witness& w : c->witnesses) {
            if (w.careless.empty()) {
                proof.failures.push_back(
                    fmt::format("{}: a client check needs a careless client as witness, not a fault", c->id));
                continue;
            }
            const auto at = proof.not_passed.find(w.careless);
            if (at == proof.not_passed.end()) {
                proof.failures.push_back(
                    fmt::format("{}: its witness '{}' is no duty of assay rp; see `assay list "
                                "careless`",
                                c->id, w.careless));
            } else if (!std::binary_search(at->second.begin(), at->second.end(), c->id)) {
                proof.failures.push_back(fmt::format(
                    "{}: does not catch a client that leaves out '{}', so it proves nothing", c->id, w.careless));
            }
        }
    }
}

// A run that was skipped or could not be decided catches nobody.
bool caught(const reports::row& row) {
    return row.verdict == verdict::fail || row.verdict == verdict::warn || row.verdict == verdict::info;
}

// Whether the check can be run in that configuration at all.
bool applies(const check& c, const client_configuration& configuration) {
    return std::all_of(c.needs.begin(), c.needs.end(),
                       [&](const std::string& need) { return !is_about_method(need) || configuration.fits(need); });
}

const client_configuration& first_fitting(const client_spec& ours, const check& c) {
    const auto at = std::find_if(ours.configurations.begin(), ours.configurations.end(),
                                 [&](const client_configuration& one) { return applies(c, one); });
    return at == ours.configurations.end() ? ours.configurations.front() : *at;
}

bool has_witness(const check& c, std::string_view name) {
    return std::any_of(c.witnesses.begin(), c.witnesses.end(), [&](const witness& w) { return w.careless == name; });
}

struct careless_column {
    std::string name;
    std::vector<std::string> not_passed;
};

void fill_columns(const client_spec& ours, const std::vector<const check*>& checks, const client_run_options& o,
                  std::vector<careless_column>& columns, std::atomic<std::size_t>& next) {
    client_session session(ours, o);
    // A session that does not start makes every row an error, and the witnesses say nothing then: the strict run,
    // which comes first, has found that out.
    static_cast<void>(session.start());
    for (std::size_t i = next++; i < columns.size() && !stopped(o); i = next++) {
        for (const check* c : checks) {
            // Where everybody waits, only the witness is asked: the matrix would take an hour.
            if (waits(*c) && !has_witness(*c, columns[i].name)) continue;
            const reports::row row = worst_row(session, *c, first_fitting(ours, *c), {columns[i].name});
            if (caught(row)) columns[i].not_passed.push_back(c->id);
        }
        std::sort(columns[i].not_passed.begin(), columns[i].not_passed.end());
    }
}

// Who looks at nothing but what the check is about must refuse all the same: else the fault is another one.
void find_masks(const client_spec& ours, const std::vector<const check*>& checks, const client_run_options& o,
                client_proof& proof) {
    client_session session(ours, o);
    static_cast<void>(session.start());
    for (const check* c : checks) {
        const std::vector<std::string> others = everything_but(*c);
        if (others.empty() || stopped(o)) continue;
        const reports::row row = worst_row(session, *c, first_fitting(ours, *c), others);
        if (row.verdict == verdict::pass) continue;
        proof.failures.push_back(
            fmt::format("{}{}{}: a client that looks at nothing but what this check is about does not refuse it, so "
                        "its fault is another: {}",
                        c->id, row.variant.empty() ? "" : " ", row.variant, why_not(row)));
    }
}

// Checks are left out for what a client cannot do, and each configuration runs them all.
std::size_t amount_of(const client_spec& c) {
    return c.configurations.size() * c.capabilities.size();
}

}  // namespace

std::size_t rows_to_come(const std::vector<client_spec>& clients, const std::vector<check>& checks) {
    std::size_t each = 0;
    for (const check* c : client_checks(checks)) each += variants(*c).size();
    std::size_t all = 0;
    for (const client_spec& c : clients) all += each * c.configurations.size();
    return all;
}

client_run run_client_checks(const std::vector<client_spec>& clients, const std::vector<check>& checks,
                             const client_run_options& options) {
    const std::vector<const check*> ours = client_checks(checks);
    std::vector<one_client> all;
    for (const client_spec& c : clients) all.push_back({&c, {}, {}, {}});
    reporter told(options);
    std::vector<one_client*> order;
    for (one_client& c : all) order.push_back(&c);
    // The one with most to do first, so that the end is not one client alone.
    std::stable_sort(order.begin(), order.end(), [](const one_client* a, const one_client* b) {
        return amount_of(*a->spec) > amount_of(*b->spec);
    });
    std::atomic<std::size_t> next{0};
    const unsigned cores = std::max(1U, std::thread::hardware_concurrency());
    const std::size_t at_once = std::min<std::size_t>(options.jobs == 0 ? 4 * cores : options.jobs, order.size());
    std::vector<std::thread> threads;
    for (std::size_t i = 0; i < at_once; ++i) {
        threads.emplace_back([&] {
            for (std::size_t at = next++; at < order.size(); at = next++) {
                run_one_client(*order[at], ours, options, told);
            }
        });
    }
    for (std::thread& t : threads) t.join();
    client_run run;
    for (one_client& c : all) {
        for (const client_configuration& configuration : c.spec->configurations) {
            if (!wanted(options, configuration)) continue;
            run.subjects.push_back(
                {"client", fmt::format("{} ({})", c.spec->name, configuration.name), c.version, options.dialect, {}});
        }
        std::move(c.rows.begin(), c.rows.end(), std::back_inserter(run.rows));
        std::move(c.notes.begin(), c.notes.end(), std::back_inserter(run.notes));
    }
    return run;
}

result<client_proof> prove_client_checks(const client_spec& ours, const std::vector<check>& checks,
                                         const client_run_options& options) {
    client_run_options o = options;
    o.dialect.clear();
    const std::vector<const check*> all = client_checks(checks);
    client_proof proof;
    {
        client_session strict(ours, o);
        if (const result<void> started = strict.start(); !started) return tl::unexpected(started.error());
        for (const client_configuration& configuration : ours.configurations) {
            for (const check* c : all) {
                if (stopped(o)) return proof;
                if (!applies(*c, configuration) && &configuration != &first_fitting(ours, *c)) continue;
                proof.rows.push_back(worst_row(strict, *c, configuration, {}));
                const reports::row& row = proof.rows.back();
                if (row.verdict == verdict::pass) continue;
                proof.failures.push_back(fmt::format("{}: assay rp ({}) does not pass on {}: {}", c->id,
                                                     configuration.name, row.dialect, why_not(row)));
            }
        }
    }
    std::vector<careless_column> columns;
    for (const duty_row& row : duties()) columns.push_back({std::string(row.name), {}});
    std::atomic<std::size_t> next{0};
    std::vector<std::thread> threads;
    const unsigned workers = std::max(1U, std::thread::hardware_concurrency());
    for (unsigned i = 0; i < workers; ++i) {
        threads.emplace_back([&] { fill_columns(ours, all, o, columns, next); });
    }
    for (std::thread& t : threads) t.join();
    for (careless_column& c : columns) proof.not_passed.emplace(c.name, std::move(c.not_passed));
    if (!stopped(o)) find_masks(ours, all, o, proof);
    if (!stopped(o)) compare_witnesses(all, proof);
    return proof;
}

}  // namespace assay::harness
