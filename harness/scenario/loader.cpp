#include "harness/scenario/loader.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "data/nearest.hpp"
#include "harness/scenario/capability_words.hpp"
#include "harness/scenario/references.hpp"
#include "harness/scenario/steps.hpp"
#include "harness/scenario/words.hpp"

namespace assay::harness {
namespace {

result<std::string> required_text(const yaml::document& d, std::string_view key) {
    const yaml::node* n = d.root.find(key);
    if (n == nullptr) return fail(d.error_at(d.root.at, fmt::format("a check needs '{}'", key)));
    return yaml::as_text(d, *n);
}

result<std::vector<std::string>> optional_texts(const yaml::document& d, std::string_view key) {
    const yaml::node* n = d.root.find(key);
    if (n == nullptr) return std::vector<std::string>{};
    return yaml::as_texts(d, *n);
}

// A fault spec is a name, or a map with `fault` or `defect`.
result<json::value> load_fault(const yaml::document& d, const yaml::node& n) {
    auto v = yaml::as_json(d, n);
    if (!v) return v;
    const bool named = v->is_string() || v->find("fault") != nullptr || v->find("defect") != nullptr;
    if (!named) return fail(d.error_at(n.at, "a fault is a name, { fault: NAME, … } or { defect: RULE }"));
    return v;
}

result<json::value> load_faults(const yaml::document& d, const yaml::node& n) {
    json::array out;
    if (!n.is_sequence()) {
        auto one = load_fault(d, n);
        if (!one) return one;
        out.push_back(std::move(*one));
        return json::value(std::move(out));
    }
    for (const yaml::node& item : n.items) {
        auto one = load_fault(d, item);
        if (!one) return one;
        out.push_back(std::move(*one));
    }
    return json::value(std::move(out));
}

result<void> load_witness(const yaml::document& d, const yaml::node& n, check& c) {
    witness w;
    w.at = n.at;
    const yaml::node* careless = n.find("careless");
    if (careless == nullptr) {
        auto faults = load_faults(d, n);
        if (!faults) return fail(faults.error());
        w.faults = std::move(*faults);
        c.witnesses.push_back(std::move(w));
        return {};
    }
    auto names = yaml::as_texts(d, *careless);
    if (!names) return fail(names.error());
    for (std::string& name : *names) {
        w.mutant = std::move(name);
        c.witnesses.push_back(w);
    }
    return {};
}

result<void> load_witnesses(const yaml::document& d, check& c) {
    const yaml::node* n = d.root.find("witness");
    if (n == nullptr) return fail(d.error_at(d.root.at, "a check needs 'witness': the fault that must make it fail"));
    if (!n->is_sequence()) return load_witness(d, *n, c);
    for (const yaml::node& item : n->items) {
        if (auto ok = load_witness(d, item, c); !ok) return ok;
    }
    if (c.witnesses.empty()) return fail(d.error_at(n->at, "witness must name at least one fault"));
    return {};
}

result<void> load_matrix(const yaml::document& d, check& c) {
    const yaml::node* n = d.root.find("matrix");
    if (n == nullptr) return {};
    if (!n->is_map()) return fail(d.error_at(n->at, "matrix must be a map of name: [values]"));
    for (const yaml::entry& e : n->entries) {
        auto v = yaml::as_json(d, e.value);
        if (!v) return fail(v.error());
        if (!v->is_array() || v->as_array()->empty()) {
            return fail(d.error_at(e.value.at, fmt::format("matrix '{}' must be a list of values", e.key)));
        }
        c.matrix.push_back({e.key, *v->as_array()});
    }
    return {};
}

result<void> load_clients(const yaml::document& d, check& c) {
    const yaml::node* n = d.root.find("clients");
    if (n == nullptr) return {};
    if (auto ok = yaml::only_keys(d, *n, client_roles(), "clients"); !ok) return ok;
    auto v = yaml::as_json(d, *n);
    if (!v) return fail(v.error());
    c.clients = *v->as_object();
    return {};
}

result<void> load_level(const yaml::document& d, check& c) {
    auto text = required_text(d, "level");
    if (!text) return fail(text.error());
    const auto level = parse_level(*text);
    if (!level) {
        const auto known = words().levels;
        const std::vector<std::string> list(known.begin(), known.end());
        return fail(d.error_at(d.root.find("level")->at,
                               fmt::format("unknown level '{}'{}", *text, did_you_mean(*text, list))));
    }
    c.level = *level;
    return {};
}

result<void> load_texts(const yaml::document& d, check& c) {
    struct row {
        std::string_view key;
        std::vector<std::string>& into;
    };
    if (const yaml::node* needs = d.root.find("needs")) {
        auto list = load_capabilities(d, *needs, c.is_client ? side::client : side::server);
        if (!list) return fail(list.error());
        c.needs = std::move(*list);
    }
    for (const row& r : {row{"source", c.source}, row{"dialects", c.dialects}}) {
        auto list = optional_texts(d, r.key);
        if (!list) return fail(list.error());
        r.into = std::move(*list);
    }
    if (c.source.empty()) return fail(d.error_at(d.root.at, "a check needs 'source': the clauses it checks"));
    return {};
}

// `says`, the sentence on which the level is based, and `binds`, whom it binds: neither without the other.
result<void> load_clause(const yaml::document& d, check& c) {
    const yaml::node* says = d.root.find("says");
    const yaml::node* binds = d.root.find("binds");
    if (says == nullptr && binds == nullptr) return {};
    if (binds == nullptr) return fail(d.error_at(says->at, "'says' needs 'binds': whom the clause binds"));
    if (says == nullptr) return fail(d.error_at(binds->at, "'binds' needs 'says': the sentence that binds them"));
    auto text = yaml::as_text(d, *says);
    if (!text) return fail(text.error());
    if (text->empty()) return fail(d.error_at(says->at, "'says' quotes the sentence that the level rests on"));
    c.says = std::move(*text);
    auto parties = yaml::as_texts(d, *binds);
    if (!parties) return fail(parties.error());
    const std::vector<std::string> known(bound_parties().begin(), bound_parties().end());
    for (std::size_t i = 0; i < parties->size(); ++i) {
        const std::string& party = (*parties)[i];
        if (std::find(known.begin(), known.end(), party) != known.end()) continue;
        const yaml::place& at = binds->is_sequence() ? binds->items[i].at : binds->at;
        return fail(d.error_at(at, fmt::format("binds knows no '{}'{}", party, did_you_mean(party, known))));
    }
    if (parties->empty()) return fail(d.error_at(binds->at, "binds must name at least one party"));
    c.binds = std::move(*parties);
    return {};
}

result<void> load_body(const yaml::document& d, const vocabulary& v, check& c) {
    const yaml::node* steps = d.root.find("steps");
    if (steps == nullptr) return fail(d.error_at(d.root.at, "a check needs 'steps'"));
    for (const std::string_view key : {"fault", "takes", "control", "may_miss_fault", "issuer"}) {
        const yaml::node* n = d.root.find(key);
        if (n != nullptr && !c.is_client) {
            return fail(d.error_at(n->at, fmt::format("'{}' is for client checks (RP-…)", key)));
        }
    }
    if (!c.is_client) {
        auto list = load_steps(d, *steps, v.server);
        if (!list) return fail(list.error());
        c.steps = std::move(*list);
        return {};
    }
    auto list = load_client_steps(d, *steps, v.client);
    if (!list) return fail(list.error());
    c.client_steps = std::move(*list);
    for (const auto& [key, where] : {std::pair{"fault", &c.fault}, std::pair{"takes", &c.takes}}) {
        const yaml::node* n = d.root.find(key);
        if (n == nullptr) continue;
        auto faults = load_faults(d, *n);
        if (!faults) return fail(faults.error());
        *where = std::move(*faults);
    }
    if (const yaml::node* miss = d.root.find("may_miss_fault")) {
        auto flag = yaml::as_boolean(d, *miss);
        if (!flag) return fail(flag.error());
        c.may_miss_fault = *flag;
    }
    if (const yaml::node* issuer = d.root.find("issuer")) {
        static constexpr std::array<std::string_view, 1> keys{"ends_in_slash"};
        if (auto ok = yaml::only_keys(d, *issuer, keys, "issuer"); !ok) return fail(ok.error());
        const yaml::node* slash = issuer->find(keys[0]);
        auto flag = slash == nullptr ? result<bool>(false) : yaml::as_boolean(d, *slash);
        if (!flag) return fail(flag.error());
        c.issuer_slash = *flag;
    }
    if (const yaml::node* control = d.root.find("control")) {
        auto beside = load_client_steps(d, *control, v.client);
        if (!beside) return fail(beside.error());
        c.control = std::move(*beside);
    }
    return {};
}

}  // namespace

result<check> load_check(const yaml::document& d, const vocabulary& v) {
    if (auto ok = yaml::only_keys(d, d.root, words().check_keys, "the check"); !ok) return fail(ok.error());
    check c;
    c.file = d.name;
    auto id = required_text(d, "id");
    if (!id) return fail(id.error());
    c.id = std::move(*id);
    c.is_client = c.id.starts_with("RP-");
    if (!c.is_client && !c.id.starts_with("AS-")) {
        return fail(d.error_at(d.root.find("id")->at, "an id begins with AS- (server) or RP- (client)"));
    }
    auto title = required_text(d, "title");
    if (!title) return fail(title.error());
    c.title = std::move(*title);
    if (const yaml::node* n = d.root.find("destructive"); n != nullptr) {
        auto what = yaml::as_text(d, *n);
        if (!what || what->empty())
            return fail(d.error_at(n->at, "destructive says in a few words what the check does to a server"));
        c.destructive = std::move(*what);
    }
    for (auto load : {load_level, load_texts, load_clause, load_witnesses, load_matrix, load_clients}) {
        if (auto ok = load(d, c); !ok) return fail(ok.error());
    }
    if (auto ok = load_body(d, v, c); !ok) return fail(ok.error());
    if (auto ok = check_references(d); !ok) return fail(ok.error());
    return c;
}

result<void> demand_file_of(const yaml::document& d, const check& c) {
    const std::string name = c.id + ".yaml";
    if (d.name == name || d.name.ends_with("/" + name)) return {};
    return fail(d.error_at(d.root.find("id")->at,
                           fmt::format("the file of {} must be named {}; an id is found by its file", c.id, name)));
}

namespace {

// `name` is a path below `scenarios`, as "server/pkce/AS-PKCE-01.yaml".
result<check> load_check_file(const file_tree& scenarios, const std::string& name, const vocabulary& v) {
    const std::string shown = "scenarios/" + name;
    auto text = scenarios.read(name);
    if (!text) return fail(text.error());
    auto d = yaml::parse(*text, shown);
    if (!d) return fail(d.error());
    auto c = load_check(*d, v);
    if (!c) return c;
    if (auto ok = demand_file_of(*d, *c); !ok) return fail(ok.error());
    return c;
}

}  // namespace

result<std::vector<check>> load_checks(const file_tree& scenarios, const vocabulary& v) {
    std::vector<check> out;
    for (const std::string& name : scenarios.files(".yaml")) {
        if (!name.starts_with("server/") && !name.starts_with("client/")) continue;
        auto c = load_check_file(scenarios, name, v);
        if (!c) return fail(c.error());
        out.push_back(std::move(*c));
    }
    if (out.empty()) {
        return fail(errc::not_found,
                    fmt::format("there are no checks below {}; point --data at the folder that holds scenarios/",
                                scenarios.path()));
    }
    std::stable_sort(out.begin(), out.end(), [](const check& a, const check& b) { return a.id < b.id; });
    const auto twice =
        std::adjacent_find(out.begin(), out.end(), [](const check& a, const check& b) { return a.id == b.id; });
    if (twice != out.end()) {
        return fail(errc::bad_yaml, fmt::format("the id {} is taken by {}", twice->id, twice->file),
                    (twice + 1)->file);
    }
    return out;
}

}  // namespace assay::harness
