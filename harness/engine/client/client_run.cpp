#include "harness/engine/client/client_run.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "harness/engine/client/client_judge.hpp"
#include "harness/engine/client/client_registration.hpp"
#include "harness/engine/client/verbs/verb.hpp"
#include "harness/engine/core/people.hpp"
#include "oauth/base64url.hpp"
#include "oauth/form.hpp"
#include "oauth/random_source.hpp"
#include "reports/text.hpp"

namespace assay::harness {
namespace {

std::string random_token(oauth::random_source& random, std::size_t bytes) {
    return oauth::base64url_encode(random.bytes("client", bytes));
}

// Identifiers that differ only slightly from the issuer's.
result<json::value> part_of_issuer(const std::string& issuer, std::string_view part) {
    const std::size_t rest = issuer.find("://");
    const std::size_t path = rest == std::string::npos ? rest : issuer.find('/', rest + 3);
    if (part == "origin") return json::value(issuer.substr(0, path));
    if (part == "other_scheme" && rest != std::string::npos)
        return json::value((issuer.starts_with("https:") ? "http" : "https") + issuer.substr(rest));
    return fail(errc::usage, fmt::format("a client check knows no ${{issuer.{}}}; issuer, issuer.origin and "
                                         "issuer.other_scheme are known",
                                         part));
}

// A variant may have several faults.
json::value in_one_list(const json::value& faults) {
    json::array all;
    for (const json::value& f : *faults.as_array()) {
        if (f.is_array()) {
            all.insert(all.end(), f.as_array()->begin(), f.as_array()->end());
        } else {
            all.push_back(f);
        }
    }
    return all;
}

struct known_names {
    json::value issuer;
    json::value other;
    std::string client_id;
    std::string client_secret;
    std::string redirect_uri;
    variant matrix;

    [[nodiscard]] result<json::value> operator()(std::string_view name) const {
        if (name == "issuer") return json::value(issuer.string_at("issuer"));
        if (name.starts_with("issuer."))
            return part_of_issuer(std::string(issuer.string_at("issuer")), name.substr(7));
        if (name.starts_with("other.")) return json::value(other.string_at(name.substr(6)));
        if (name == "client.client_id") return json::value(client_id);
        if (name == "client.client_secret") return json::value(client_secret);
        if (name == "client.redirect_uri") return json::value(redirect_uri);
        const json::value* v = nullptr;
        if (name.starts_with("user.")) v = member_of_one(issuer.find("users"), "username", name.substr(5));
        if (name.starts_with("organization."))
            v = member_of_one(issuer.find("organizations"), "slug", name.substr(13));
        if (v != nullptr) return *v;
        if (name.starts_with("matrix.")) {
            for (const auto& [axis, value] : matrix.values) {
                if (axis == name.substr(7)) return value;
            }
        }
        return fail(errc::usage, fmt::format("a client check knows no ${{{}}}", name));
    }
};

}  // namespace

result<std::unique_ptr<client_run>> client_run::open(adapter& a, mock_control& control, const run_settings& s) {
    std::unique_ptr<client_run> f(new client_run(a, control));
    oauth::random_source random(s.seed);
    known_names names{{}, {}, "rp-" + random_token(random, 9), {}, {}, s.matrix};
    if (s.configuration.auth_method != "none" && !uses_key(s)) names.client_secret = random_token(random, 24);
    const json::value special = special_members(s);
    if (const json::value* id = special.find("client_id")) names.client_id = text_of(*id);
    if (const json::value* secret = special.find("client_secret")) names.client_secret = text_of(*secret);
    result<json::value> issuer = control.make_issuer(s.dialect, issuer_members(s, a.resources()));
    if (!issuer) return tl::unexpected(issuer.error());
    names.issuer = f->issuer_ = std::move(*issuer);
    f->issuer_name_ = names.issuer.string_at("name");
    rp_request wanted;
    wanted.issuer = names.issuer.string_at("issuer");
    wanted.client_id = f->client_id_ = names.client_id;
    wanted.client_secret = f->client_secret_ = names.client_secret;
    wanted.auth_method = s.configuration.auth_method;
    if (uses_key(s)) {
        auto key = client_key().private_json();
        if (!key) return tl::unexpected(key.error());
        key->set("alg", "ES256");
        wanted.private_key = std::move(*key);
    }
    wanted.scope = s.scope;
    wanted.nonce = s.nonce;
    wanted.extra = s.extra;
    wanted.without = s.without;
    wanted.use = s.use;
    // An application reads the metadata at its start; a fault for it must be on before.
    const bool is_application = a.application() != nullptr;
    f->variables_ = variables(names);
    if (is_application) {
        if (const auto ok = f->set_faults(s); !ok) return tl::unexpected(ok.error());
    }
    if (const auto ok = f->create_party(wanted, is_application && !s.faults.as_array()->empty()); !ok) {
        return tl::unexpected(ok.error());
    }
    names.redirect_uri = f->rp_.redirect_uri;
    f->browser_ = std::make_unique<client_browser>(a, f->rp_, s.deadline);
    if (f->at_start_) return f;
    f->secrets_.add("the client's secret", f->client_secret_);
    const result<void> registered =
        control.register_client(f->issuer_name_, registration(f->client_id_, f->client_secret_, s, f->rp_));
    if (!registered) return tl::unexpected(registered.error());
    if (s.other_issuer) {
        const result<json::value> other = f->make_other(s, wanted);
        if (!other) return tl::unexpected(other.error());
        names.other = *other;
    }
    f->variables_ = variables(names);
    // Set last, so that a fault can refer to the issuer and the client.
    if (!is_application) {
        if (const auto ok = f->set_faults(s); !ok) return tl::unexpected(ok.error());
    }
    return f;
}

result<void> client_run::create_party(const rp_request& wanted, bool faulty) {
    result<rp_handle> rp = adapter_.create(admin_, wanted);
    if (rp) {
        rp_ = std::move(*rp);
        return {};
    }
    if (!faulty) return tl::unexpected(rp.error());
    // It started in the control run, so this is its reaction to the fault: no sign-in is possible.
    const std::string& why = rp.error().message;
    if (rp.error().code == errc::timeout) {
        at_start_.emplace(step_outcome{client_outcome::hung, {}, why});
        return {};
    }
    json::object report{{"outcome", "rejected"}, {"code", "start"}, {"message", why}};
    at_start_.emplace(step_outcome{client_outcome::rejected, std::move(report), {}});
    return {};
}

result<void> client_run::set_faults(const run_settings& s) {
    // Expanded twice: a value of the matrix may itself refer to a value of this run.
    result<json::value> once = variables_.expand(s.faults);
    if (!once) return tl::unexpected(once.error());
    result<json::value> faults = variables_.expand(in_one_list(*once));
    if (!faults) return tl::unexpected(faults.error());
    for (const std::string& rule : s.lenient) faults->as_array()->emplace_back(json::object{{"defect", rule}});
    return control_.set_faults(issuer_name_, *faults);
}

// The same client at another server: its browser may return to the callback of either party.
result<json::value> client_run::make_other(const run_settings& s, rp_request wanted) {
    run_settings plain = s;
    plain.own_origin = plain.issuer_slash = false;
    if (!plain.seed.empty()) plain.seed += " other";
    result<json::value> issuer = control_.make_issuer(s.dialect, issuer_members(plain, adapter_.resources()));
    if (!issuer) return issuer;
    other_name_ = issuer->string_at("name");
    wanted.issuer = issuer->string_at("issuer");
    json::array redirect_uris{rp_.redirect_uri};
    if (s.other_party) {
        result<rp_handle> rp = adapter_.create(admin_, wanted);
        if (!rp) return tl::unexpected(rp.error());
        other_ = std::move(*rp);
        redirect_uris.emplace_back(other_.redirect_uri);
    }
    json::value client = registration(client_id_, client_secret_, s, rp_);
    client.as_object()->set("redirect_uris", std::move(redirect_uris));
    if (const auto ok = control_.register_client(other_name_, client); !ok) return tl::unexpected(ok.error());
    return control_.metadata(wanted.issuer);
}

client_run::~client_run() {
    if (!other_.id.empty() && !adapter_.gone()) adapter_.remove(admin_, other_);
    if (!other_name_.empty()) control_.remove_issuer(other_name_);
    if (!rp_.id.empty() && !adapter_.gone()) adapter_.remove(admin_, rp_);
    if (!issuer_name_.empty()) control_.remove_issuer(issuer_name_);
}

result<std::vector<journal_entry>> client_run::requests_of_step() {
    return control_.journal(issuer_name_, step_began_);
}

std::vector<std::string> client_run::names_of(const std::string& user) const {
    std::vector<std::string> out;
    for (const char* name : {"sub", "username", "name", "email"}) {
        const json::value* v = member_of_one(issuer_.find("users"), "username", user + "." + name);
        if (v != nullptr && v->is_string()) out.push_back(*v->as_string());
    }
    return out;
}

std::string client_run::why_not_shown(const step_outcome& l, const std::string& who) const {
    if (adapter_.application() == nullptr || adapter_.application()->success.user.empty()) return {};
    const std::string shown(l.report.string_at("user"));
    const std::vector<std::string> names = names_of(who);
    if (std::find(names.begin(), names.end(), shown) != names.end()) return {};
    return fmt::format(
        "{} signed in, and success.user of client.yaml finds \"{}\" on the page, which is none of {}; correct the "
        "rule",
        who, shown, fmt::join(names, ", "));
}

result<step_outcome> client_run::run(const client_step& s, const std::string& label) {
    const result<std::vector<journal_entry>> before = requests_of_step();
    if (!before) return tl::unexpected(before.error());
    if (!before->empty()) step_began_ = before->back().seq;
    browser_->name_step(label);
    memory_before_ = adapter_.peak_memory(true);
    return verb_of(s).carry_out(*this, s);
}

result<std::vector<reports::finding>> client_run::judge(const check& c, const client_step& s,
                                                        const std::string& label, const step_outcome& l) {
    const bool at_other = verb_of(s).is_at_other_party(s);
    const result<std::vector<journal_entry>> all = control_.journal(at_other ? other_name_ : issuer_name_);
    if (!all) return tl::unexpected(all.error());
    std::vector<journal_entry> seen = *all;
    if (!at_other) std::erase_if(seen, [&](const journal_entry& e) { return e.seq <= step_began_; });
    secrets_.learn(seen);
    const std::vector<leak> leaks = secrets_.search(seen);
    const auto grown = std::max<std::int64_t>(0, adapter_.peak_memory() - memory_before_);
    judged_step j{c, s, label, l, seen, *all, variables_, leaks, grown, {}, {}};
    if (s.expect && !s.expect->user.empty()) j.person = names_of(s.expect->user);
    if (s.expect && s.expect->secrets_printed) j.printed = secrets_.search_output(adapter_.end_and_read());
    return judge_step(j);
}

result<bool> client_run::met_fault() {
    const result<std::vector<journal_entry>> all = control_.journal(issuer_name_);
    if (!all) return tl::unexpected(all.error());
    for (const journal_entry& e : *all) {
        if (e.has_fault()) return true;
    }
    return false;
}

std::vector<reports::evidence> client_run::evidence() {
    std::vector<reports::evidence> all = browser_->take_evidence();
    if (const result<std::vector<journal_entry>> seen = control_.journal(issuer_name_)) {
        for (const journal_entry& e : *seen) {
            // The browser's own requests are already in the evidence.
            if (e.endpoint == "authorize" || e.endpoint == "consent" || e.endpoint == "sign_in") continue;
            http::request r;
            r.method = e.document.string_at("method");
            r.target = e.target();
            r.head = e.request_headers();
            r.body = e.request_body();
            http::response answer;
            answer.status = e.status();
            if (const json::value* v = e.document.find("response")) answer.body = v->string_at("body");
            all.push_back({std::string(from_the_journal), as_text(r), as_text(answer), 0});
        }
    }
    reports::mask hide;
    hide.add(client_secret_);
    for (reports::evidence& e : all) {
        // Cut as in the document, so that every report of it is the same as that of the run.
        e.request = reports::cut(hide.apply(e.request), reports::evidence_limit);
        e.response = reports::cut(hide.apply(e.response), reports::evidence_limit);
    }
    return all;
}

}  // namespace assay::harness
