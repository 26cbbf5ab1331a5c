#include "harness/engine/client/client_proof.hpp"

#include <algorithm>
#include <atomic>
#include <set>
#include <thread>

#include <fmt/format.h>

#include "harness/engine/client/mask_search.hpp"
#include "harness/engine/core/parallel.hpp"
#include "harness/relying_party/relying_party.hpp"

namespace assay::harness {
namespace {

using reports::verdict;

bool stopped(const client_run_options& o) {
    return o.interrupted != nullptr && o.interrupted->load();
}

std::string name_of(const check& c, const variant& v) {
    return v.name.empty() ? c.id : fmt::format("{} [{}]", c.id, v.name);
}

// Whether the check applies to that configuration.
bool applies(const check& c, const client_configuration& configuration) {
    return std::all_of(c.needs.begin(), c.needs.end(),
                       [&](const std::string& need) { return !is_about_method(need) || configuration.fits(need); });
}

const client_configuration& first_fitting(const client_spec& ours, const check& c) {
    const auto at = std::find_if(ours.configurations.begin(), ours.configurations.end(),
                                 [&](const client_configuration& one) { return applies(c, one); });
    return at == ours.configurations.end() ? ours.configurations.front() : *at;
}

// The mutants that this variant names as witnesses.
std::vector<std::string> mutants_of(const check& c, const variant& v) {
    std::vector<std::string> out;
    for (const witness& w : c.witnesses) {
        const json::value name = with_matrix(json::value(w.mutant), v);
        if (name.is_string() && !name.as_string()->empty()) out.push_back(*name.as_string());
    }
    return out;
}

// The run of one mutant in one variant that names it as a witness.
struct attempt {
    const check* c = nullptr;
    std::string variant;
    std::string mutant_name;
    bool caught = false;
    std::string said;
};

struct mutant_column {
    const validation_row* validation = nullptr;
    std::vector<std::string> not_passed;  // ids
    std::vector<attempt> attempts;
    std::vector<std::string> crashes;  // not intended by the mutant
};

struct tried {
    bool caught = false;
    bool killed = false;
    std::string said;
};

tried try_once(client_session& session, const check& c, const variant& v, const client_spec& ours,
               const validation_row& validation) {
    const std::vector<std::string> without{std::string(validation.name)};
    reports::row row = session.run(c, v, first_fitting(ours, c), without);
    // Once more: on a busy machine a run may time out.
    if (session.last_fall() == fall::hung && validation.end != mutant_end::hangs)
        row = session.run(c, v, first_fitting(ours, c), without);
    return {proves(row, session.last_fall(), session.last_exit(), validation.end),
            session.last_fall() == fall::killed,
            fmt::format("{}{}{}", reports::verdict_name(row.verdict), row.verdict == verdict::pass ? "" : ", ",
                        row.verdict == verdict::pass ? "" : why_not(row))};
}

void fill_column(const client_spec& ours, const std::vector<const check*>& checks, const client_run_options& o,
                 bool matrix, client_session& session, mutant_column& column) {
    for (const check* c : checks) {
        bool noticed = false;
        for (const variant& v : variants(*c)) {
            if (stopped(o)) return;
            const std::vector<std::string> names = mutants_of(*c, v);
            const bool is_witness = std::find(names.begin(), names.end(), column.validation->name) != names.end();
            // One variant is enough for the matrix; checks where every client waits are left out, as they would take
            // an hour.
            if (!is_witness && (!matrix || noticed || session.waits(*c))) continue;
            tried one = try_once(session, *c, v, ours, *column.validation);
            noticed = noticed || one.caught;
            if (one.killed) column.crashes.push_back(fmt::format("{}: {}", name_of(*c, v), one.said));
            if (is_witness)
                column.attempts.push_back(
                    {c, v.name, std::string(column.validation->name), one.caught, std::move(one.said)});
        }
        if (noticed) column.not_passed.push_back(c->id);
    }
    std::sort(column.not_passed.begin(), column.not_passed.end());
}

std::vector<mutant_column> fill_columns(const client_spec& ours, const std::vector<const check*>& checks,
                                        const client_run_options& o, bool matrix) {
    std::vector<mutant_column> columns;
    for (const validation_row& row : validations()) columns.push_back({&row, {}, {}, {}});
    std::atomic<std::size_t> next{0};
    std::vector<std::thread> threads;
    const unsigned workers = o.jobs == 0 ? default_jobs() : o.jobs;  // most of the time they wait
    for (unsigned i = 0; i < workers; ++i) {
        threads.emplace_back([&] {
            client_session session(ours, o);
            // If the session does not start, every row is an error and shows nothing; the strict run, which comes
            // first, reports it.
            static_cast<void>(session.start());
            for (std::size_t at = next++; at < columns.size() && !stopped(o); at = next++)
                fill_column(ours, checks, o, matrix, session, columns[at]);
        });
    }
    for (std::thread& t : threads) t.join();
    return columns;
}

// Reports unknown names, and witnesses that are not mutants.
void judge_names(const check& c, client_proof& proof) {
    std::set<std::string> said;
    for (const variant& v : variants(c)) {
        const std::vector<std::string> names = mutants_of(c, v);
        if (names.size() < c.witnesses.size() && said.insert("").second)
            proof.failures.push_back(fmt::format("{}: a client check needs a mutant as witness, not a fault", c.id));
        for (const std::string& name : names) {
            const auto known = validations();
            const bool there =
                std::any_of(known.begin(), known.end(), [&](const validation_row& row) { return row.name == name; });
            if (there || !said.insert(name).second) continue;
            proof.failures.push_back(fmt::format(
                "{}: its witness '{}' is no validation of assay rp; see `assay list careless`", c.id, name));
        }
    }
}

// Each variant must detect at least one of its witnesses, and each witness must be detected by at least one variant.
void judge_attempts(const check& c, const std::vector<const attempt*>& made, client_proof& proof) {
    std::map<std::string, bool> caught_in;
    for (const variant& v : variants(c)) {
        bool caught = false;
        std::string said;
        for (const attempt* one : made) {
            if (one->variant != v.name) continue;
            caught = caught || one->caught;
            caught_in[one->mutant_name] |= one->caught;
            said += fmt::format("{}without {}: {}", said.empty() ? "" : "; ", one->mutant_name, one->said);
        }
        if (!caught)
            proof.failures.push_back(fmt::format("{}: catches none of its mutants, so it proves nothing: {}",
                                                 name_of(c, v), said.empty() ? "it names none" : said));
    }
    for (const auto& [name, caught] : caught_in) {
        if (!caught && caught_in.size() > 1)
            proof.failures.push_back(
                fmt::format("{}: catches a client that leaves out '{}' in no variant", c.id, name));
    }
}

void judge_columns(const std::vector<const check*>& checks, std::vector<mutant_column>& columns,
                   client_proof& proof) {
    std::map<const check*, std::vector<const attempt*>> made;
    for (const mutant_column& column : columns) {
        for (const attempt& one : column.attempts) made[one.c].push_back(&one);
        for (const std::string& crash : column.crashes)
            proof.failures.push_back(fmt::format("assay rp without '{}' crashed, which proves nothing: {}",
                                                 column.validation->name, crash));
    }
    for (const check* c : checks) {
        judge_names(*c, proof);
        judge_attempts(*c, made[c], proof);
    }
    for (mutant_column& column : columns)
        proof.not_passed.emplace(column.validation->name, std::move(column.not_passed));
}

// The strict client: every variant in every configuration to which it applies.
void prove_strict(const client_spec& ours, const std::vector<const check*>& checks, const client_run_options& o,
                  client_session& session, client_proof& proof) {
    for (const client_configuration& configuration : ours.configurations) {
        for (const check* c : checks) {
            if (!applies(*c, configuration) && &configuration != &first_fitting(ours, *c)) continue;
            std::optional<reports::row> worst;
            for (const variant& v : variants(*c)) {
                if (stopped(o)) return;
                reports::row row = session.run(*c, v, configuration);
                for (std::string& note : session.take_notes()) proof.notes.push_back(std::move(note));
                if (row.verdict != verdict::pass) {
                    proof.failures.push_back(fmt::format("{}: assay rp ({}) does not pass on {}: {}", name_of(*c, v),
                                                         configuration.name, row.dialect, why_not(row)));
                }
                if (!worst || worst->verdict == verdict::pass) worst = std::move(row);
            }
            proof.rows.push_back(std::move(*worst));
        }
    }
}

// A client that checks only what the check is about must refuse, too; otherwise it is another fault that is detected.
void find_masks(const client_spec& ours, const std::vector<const check*>& checks, const client_run_options& o,
                client_proof& proof) {
    client_session session(ours, o);
    static_cast<void>(session.start());
    for (const check* c : checks) {
        const std::vector<std::string> others = everything_but(*c);
        if (others.empty()) continue;
        for (const variant& v : variants(*c)) {
            if (stopped(o)) return;
            const reports::row row = session.run(*c, v, first_fitting(ours, *c), others);
            if (row.verdict == verdict::pass) continue;
            proof.failures.push_back(fmt::format(
                "{}: a client that looks at nothing but what this check is about does not refuse it, so its "
                "fault is another: {}",
                name_of(*c, v), why_not(row)));
        }
    }
}

}  // namespace

bool proves(const reports::row& row, fall f, int exit_status, mutant_end expected) {
    if (row.verdict != verdict::fail && row.verdict != verdict::warn && row.verdict != verdict::info) return false;
    switch (f) {
        case fall::none:
            return true;
        case fall::exited:
            return expected == mutant_end::dies && exit_status == mutant_exit;
        case fall::hung:
            return expected == mutant_end::hangs;
        case fall::killed:
            break;
    }
    return false;
}

result<client_proof> prove_client_checks(const client_spec& ours, const std::vector<check>& checks,
                                         const client_run_options& options, bool matrix) {
    client_run_options o = options;
    o.dialect.clear();
    const std::vector<const check*> all = client_checks(checks);
    client_proof proof;
    {
        client_session strict(ours, o);
        if (const result<void> started = strict.start(); !started) return tl::unexpected(started.error());
        prove_strict(ours, all, o, strict, proof);
    }
    if (stopped(o)) return proof;
    std::vector<mutant_column> columns = fill_columns(ours, all, o, matrix);
    if (!stopped(o)) find_masks(ours, all, o, proof);
    if (!stopped(o)) judge_columns(all, columns, proof);
    return proof;
}

}  // namespace assay::harness
