#include "harness/engine/client/client_session.hpp"

#include <algorithm>
#include <chrono>
#include <ctime>

#include <fmt/format.h>

#include "data/uuid.hpp"
#include "harness/engine/client/verbs/table.hpp"
#include "harness/engine/core/known.hpp"
#include "oauth/crypto.hpp"
#include "reports/text.hpp"

namespace assay::harness {
namespace {

using reports::verdict;
using clock = std::chrono::steady_clock;

bool has_fault(const check& c) {
    return c.fault.as_array() != nullptr && !c.fault.as_array()->empty();
}

bool needs_other_party(const check& c) {
    return std::any_of(c.client_steps.begin(), c.client_steps.end(),
                       [](const client_step& s) { return verb_of(s).is_at_other_party(s); });
}

// Memory and output are measured from the start of the process: reuse of freed memory would not show, and output of
// earlier checks must not count.
bool needs_fresh_process(const check& c) {
    return std::any_of(c.client_steps.begin(), c.client_steps.end(), [](const client_step& s) {
        return s.expect && (s.expect->memory || s.expect->secrets_printed);
    });
}

bool needs_short_tokens(const check& c) {
    return std::any_of(c.client_steps.begin(), c.client_steps.end(),
                       [](const client_step& s) { return verb_of(s).needs_short_tokens(); });
}

// In at least one variant.
bool needs_other_issuer(const check& c) {
    const auto all = variants(c);
    return needs_other_party(c) ||
           std::any_of(all.begin(), all.end(), [&](const variant& v) { return names_other_issuer(faults_of(c, v)); });
}

// Whether a refusal in the step of this finding, "2 deliver", would have been accepted.
bool may_refuse(const check& c, const reports::finding& f) {
    const std::string rejected(outcome_name(client_outcome::rejected));
    for (std::size_t i = 0; i < c.client_steps.size(); ++i) {
        const client_step& s = c.client_steps[i];
        if (label_of(i, s) != f.step || !s.expect || !s.expect->outcome) continue;
        return !match_text(*s.expect->outcome, &rejected);
    }
    return false;
}

// For a pass, keeps only the last exchange, which shows the client's reaction.
void keep_the_end(std::vector<reports::evidence>& all) {
    const auto own = [](const reports::evidence& e) { return e.step != from_the_journal; };
    const auto last = std::find_if(all.rbegin(), all.rend(), own);
    if (last == all.rend()) return;
    reports::evidence kept = std::move(*last);
    all.clear();
    all.push_back(std::move(kept));
}

// Of an application only the success of a sign-in is visible; it reports no members and takes no parameters.
std::string beyond_an_application(const check& c, const client_spec& spec) {
    if (needs_other_issuer(c)) return "an application is configured for one issuer";
    for (const client_step& s : c.client_steps) {
        if (std::string reason = verb_of(s).beyond_application(s, spec); !reason.empty()) return reason;
        if (s.expect && (s.expect->code || s.expect->error || !s.expect->report.empty())) {
            return "an application reports success and nothing more";
        }
    }
    return {};
}

}  // namespace

client_session::client_session(const client_spec& c, const client_run_options& options)
    : spec_(c), options_(options), control_(options.control, options.ca_file) {}

result<void> client_session::start() {
    adapter_options o;
    o.assay_path = options_.assay_path;
    o.path = options_.path;
    o.ca_file = options_.ca_file;
    result<std::unique_ptr<adapter>> started = adapter::start(spec_, o);
    if (!started) {
        broken_ = started.error().text();
        return tl::unexpected(started.error());
    }
    adapter_ = std::move(*started);
    version_ = adapter_->version();
    const result<json::value> vocabulary = control_.faults();
    if (!vocabulary) {
        broken_ = vocabulary.error().text();
        return tl::unexpected(vocabulary.error());
    }
    reaches_ = fault_reaches(*vocabulary);
    return {};
}

// A client that crashed or hung in an earlier check is restarted for the next one.
result<void> client_session::be_there() {
    if (!broken_.empty()) return fail(errc::environment, broken_);
    if (!adapter_->gone() && !restart_) return {};
    restart_ = false;
    if (result<void> again = adapter_->restart(); !again) {
        broken_ = again.error().text();
        return again;
    }
    return {};
}

reports::row client_session::run(const check& c, const variant& v, const client_configuration& configuration,
                                 const std::vector<std::string>& without) {
    const auto began = clock::now();
    reports::row row;
    row.check = c.id;
    row.variant = v.name;
    row.subject = spec_.subject_in(configuration.name);
    row.dialect = options_.dialect.empty() ? c.proof_dialects().front() : options_.dialect;
    row.title = c.title;
    row.source = c.source;
    row.level = c.level;
    row.seed = options_.seed.empty() ? to_text(random_uuid(oauth::random_bytes(16))) : options_.seed;
    row.clock = std::time(nullptr);
    row.refusal = c.asks_for_refusal();
    row.reproduce = fmt::format("assay run --client {} --dialect {} --select {}", reports::shell_word(spec_.given),
                                reports::shell_word(row.dialect), c.id);
    run_settings s;
    s.dialect = row.dialect;
    s.tls = options_.tls;
    s.configuration = configuration;
    s.without = without;
    s.lenient = spec_.cannot_keep();
    s.clients = c.clients;
    for (const std::string& need : c.needs) {
        if (need == "par" || need == "dpop" || need == "oauth_metadata") s.use.push_back(need);
        if (need == "tls") s.tls = true;
        if (need == "private_key_jwt") s.configuration.auth_method = need;
    }
    s.issuer_slash = c.issuer_slash;
    s.short_tokens = spec_.application && needs_short_tokens(c);
    s.matrix = v;
    s.deadline = options_.deadline;
    row.reason = reason_to_skip(c, configuration, row.dialect);
    if (!row.reason.empty()) {
        row.verdict = verdict::skip;
        return row;
    }
    const std::string unmet = without.empty() ? precondition(s) : std::string{};
    if (!unmet.empty()) {
        row.cause = row.reason = "precondition: " + unmet;
    } else if (const result<void> ready = be_there(); !ready) {
        row.cause = row.reason = "precondition: " + ready.error().message;
    } else {
        judge_patiently(c, s, row);
    }
    apply_known({&row, 1}, spec_.known);
    row.time_us = std::chrono::duration_cast<std::chrono::microseconds>(clock::now() - began).count();
    return row;
}

// Runs twice before a client counts as hung: the machine may be busy. Mutants that hang on purpose are run once.
void client_session::judge_patiently(const check& c, const run_settings& s, reports::row& row) {
    const reports::row blank = row;
    fall_ = fall::none;
    judge(c, s, row);
    if (fall_ != fall::hung || !s.without.empty() || !be_there()) return;
    row = blank;
    fall_ = fall::none;
    judge(c, s, row);
    if (fall_ == fall::hung) return;
    notes_.push_back(fmt::format("{}{}{}: {} did not answer within {} s at the first try, and answered at the second",
                                 c.id, row.variant.empty() ? "" : " ", row.variant, row.subject,
                                 std::chrono::duration_cast<std::chrono::seconds>(s.deadline).count()));
}

void client_session::note_outcome(const step_outcome& ended) {
    if (ended.how == client_outcome::hung) {
        restart_ = true;
        fall_ = fall::hung;
    } else if (ended.how == client_outcome::crashed) {
        const std::optional<int> status = adapter_->exit_status();
        fall_ = status ? fall::exited : fall::killed;
        exit_ = status.value_or(0);
    }
}

std::string client_session::reason_to_skip(const check& c, const client_configuration& configuration,
                                           const std::string& dialect) const {
    for (const std::string& need : c.needs) {
        if (is_about_method(need)) {
            if (!configuration.fits(need)) return fmt::format("only for {}", need);
        } else if (!spec_.can(need)) {
            return fmt::format("left to the application: {}", need);
        }
    }
    if (options_.tls && !spec_.can("tls")) return "left to the application: tls, and every issuer is over TLS";
    if (spec_.application) {
        if (std::string reason = beyond_an_application(c, spec_); !reason.empty()) return reason;
    }
    if (needs_other_party(c) && spec_.can("single_issuer")) return "left to the application: more than one issuer";
    if (!c.dialects.empty() && std::find(c.dialects.begin(), c.dialects.end(), dialect) == c.dialects.end()) {
        return fmt::format("only with an issuer of the dialect {}", fmt::join(c.dialects, " or "));
    }
    return {};
}

const std::string& client_session::precondition(const run_settings& s) {
    const auto [at, is_new] = blocked_.try_emplace(s.configuration.name + " " + s.dialect);
    if (!is_new) return at->second;
    if (const result<void> ready = be_there(); !ready) return at->second = ready.error().message;
    run_settings plain;
    plain.dialect = s.dialect;
    plain.tls = s.tls;
    plain.configuration = s.configuration;
    plain.lenient = s.lenient;
    plain.deadline = s.deadline;
    const std::vector<client_step> one_sign_in{plain_sign_in()};
    result<control_result> r = run_control(one_sign_in, plain);
    if (restart_ && be_there()) r = run_control(one_sign_in, plain);
    if (!r) return at->second = r.error().message;
    if (!r->good) at->second = r->reason;
    return at->second;
}

void client_session::judge(const check& c, const run_settings& s, reports::row& row) {
    row.verdict = verdict::error;
    // A check without a fault needs no control of its own: a sign-in is enough, and every client has done that in
    // precondition().
    const result<control_result> control = has_fault(c) || c.control ? control_of(c, s) : control_result{};
    if (!control || !control->good) {
        row.reason = control ? control->reason : control.error().text();
        return;
    }
    const result<control_result> able = takes_what_is_asked(c, s);
    if (!able || !able->good) {
        row.verdict = able ? verdict::skip : verdict::error;
        row.reason = able ? able->reason : able.error().text();
        return;
    }
    if (needs_fresh_process(c)) restart_ = true;
    if (const result<void> ready = be_there(); !ready) {
        row.reason = ready.error().text();
        return;
    }
    run_settings faulty = s;
    faulty.seed = row.seed;
    faulty.faults = faults_of(c, s.matrix);
    faulty.own_origin = reaches_.needs_own_origin(faulty.faults);
    faulty.other_issuer = needs_other_party(c) || names_other_issuer(faulty.faults);
    faulty.other_party = needs_other_party(c);
    add_request(c.client_steps, faulty);
    const result<std::unique_ptr<client_run>> run = client_run::open(*adapter_, control_, faulty);
    if (!run) {
        row.reason = run.error().text();
        return;
    }
    const result<client_outcome> ran = run_steps(c, **run, row);
    if (!ran) {
        row.reason = ran.error().text();
    } else {
        settle(c, **run, *ran, row);
    }
    row.exchanges = (*run)->evidence();
    if (row.verdict == verdict::pass) keep_the_end(row.exchanges);
}

result<client_outcome> client_session::run_steps(const check& c, client_run& run, reports::row& row) {
    client_outcome last = client_outcome::nonsense;
    for (std::size_t i = 0; i < c.client_steps.size(); ++i) {
        const client_step& s = c.client_steps[i];
        const std::string label = label_of(i, s);
        const result<step_outcome> ended = run.run(s, label);
        if (!ended) return tl::unexpected(ended.error());
        note_outcome(*ended);
        last = ended->how;
        // The reason of a pass lists the outcomes; findings replace it.
        row.reason += fmt::format("{}{}: {}", row.reason.empty() ? "" : "; ", label, describe_outcome(*ended));
        result<std::vector<reports::finding>> found = run.judge(c, s, label, *ended);
        if (!found) return tl::unexpected(found.error());
        row.findings = std::move(*found);
        if (!row.findings.empty()) break;
    }
    return last;
}

void client_session::settle(const check& c, client_run& run, client_outcome last, reports::row& row) const {
    row.verdict = row.findings.empty() ? verdict::pass : reports::verdict_of_findings(c.level);
    if (row.verdict != verdict::pass) row.reason.clear();
    // No user was signed in, so nothing was accepted; but a 5xx may be a bug and not a refusal.
    const bool alone = !row.findings.empty() && last == client_outcome::server_error && row.findings.size() == 1;
    if (alone && may_refuse(c, row.findings.front())) row.verdict = verdict::info;
    if (!has_fault(c) || c.may_miss_fault) return;
    const result<bool> met = run.met_fault();
    if (met && *met) return;
    row.verdict = verdict::error;
    row.reason = met ? "the client never met the fault, so this run says nothing; see what it asked the issuer for"
                     : met.error().text();
}

}  // namespace assay::harness
