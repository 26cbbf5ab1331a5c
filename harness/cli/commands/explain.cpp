// `assay explain`: explains a check, a fault, a rule, a dialect, an area, a clause, an error code or an exit code.
#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "data/json.hpp"
#include "data/nearest.hpp"
#include "data/text.hpp"
#include "harness/cli/commands/commands.hpp"
#include "harness/cli/shared/data_folder.hpp"
#include "mock_server/pages/describe.hpp"
#include "oauth/form.hpp"

namespace assay::harness {
namespace {

std::string joined(const std::vector<std::string>& list) {
    return fmt::format("{}", fmt::join(list, ", "));
}

void print_row(std::string_view name, std::string_view text) {
    if (!text.empty()) fmt::print("  {:<9}  {}\n", name, text);
}

struct explain_options {
    std::vector<std::string> words;
    std::string data;
    bool as_json = false;
};

// docs/explain.yaml, which the program carries: areas, errors, exit_codes.
result<json::value> texts_of_topics() {
    auto d = (file_tree(embedded_files()) / "docs").read_yaml("explain.yaml");
    if (!d) return fail(d.error());
    return yaml::as_json(*d, d->root);
}

const json::value* topic(const json::value& texts, std::string_view group, const std::string& name) {
    const json::value* rows = texts.find(group);
    return rows == nullptr ? nullptr : rows->find(name);
}

json::object with_kind(std::string_view kind, std::string_view name, const json::object& rest) {
    json::object out{{"kind", kind}, {"name", name}};
    for (const json::member& m : rest.members) {
        if (m.name != "name") out.append(m.name, m.v);
    }
    return out;
}

void print_json(json::object o) {
    fmt::print("{}\n", json::format_pretty(std::move(o)));
}

std::string witness_text(const check& c) {
    std::vector<std::string> all;
    for (const witness& w : c.witnesses) {
        all.push_back(w.mutant.empty() ? json::format(w.faults) : "assay rp without " + w.mutant);
    }
    return joined(all);
}

// "oauth2.1 (must: OAuth 2.1 §4.1.2 "…")" if the profile sets its own level.
std::string in_profile(const profile& p, const profile_check& row) {
    if (!row.level) return p.id;
    const std::string quote = row.says.empty() ? "" : fmt::format(" \"{}\"", row.says);
    return fmt::format("{} ({}: {}{})", p.id, reports::level_name(*row.level), row.source, quote);
}

std::vector<std::string> profiles_of(const check& c, const catalogue& all) {
    std::vector<std::string> out;
    for (const profile& p : all.profiles) {
        for (const profile_check& row : p.checks) {
            if (row.id == c.id) out.push_back(in_profile(p, row));
        }
    }
    return out;
}

json::array text_array(const std::vector<std::string>& list) {
    return {list.begin(), list.end()};
}

json::object describe(const check& c, const catalogue& all, const json::value* area) {
    json::array known;
    for (const profile& p : all.profiles) {
        for (const known_row& k : p.known) {
            if (k.check == c.id) known.emplace_back(json::object{{"profile", p.id}, {"reason", k.reason}});
        }
    }
    json::object out{{"title", c.title},
                     {"source", text_array(c.source)},
                     {"level", reports::level_name(c.level)},
                     {"says", c.says},
                     {"binds", text_array(c.binds)},
                     {"needs", text_array(c.needs)},
                     {"dialects", text_array(c.dialects)},
                     {"witness", witness_text(c)},
                     {"fault", c.fault},
                     {"profiles", text_array(profiles_of(c, all))},
                     {"known", std::move(known)},
                     {"file", c.file},
                     {"text", all.data.read(c.file).value_or("")}};
    for (const char* name : {"why", "mend"}) {
        if (area != nullptr) out.append(name, area->string_at(name));
    }
    return out;
}

void explain_check(const check& c, const catalogue& all, const json::value* area) {
    fmt::print("{}: {}\n\n", c.id, c.title);
    print_row("clauses", joined(c.source));
    print_row("level", std::string(reports::level_name(c.level)));
    print_row("says", c.says);
    print_row("binds", joined(c.binds));
    print_row("needs", joined(c.needs));
    print_row("dialects", joined(c.dialects));
    print_row("witness", witness_text(c));
    if (c.is_client) print_row("fault", json::format(c.fault));
    if (!c.takes.as_array()->empty()) print_row("takes", json::format(c.takes));
    for (const profile& p : all.profiles) {
        for (const known_row& k : p.known) {
            if (k.check == c.id) print_row("known", fmt::format("{}: {}", p.id, k.reason));
        }
    }
    print_row("profiles", joined(profiles_of(c, all)));
    print_row("file", c.file);
    if (area != nullptr) {
        print_row("why", area->string_at("why"));
        print_row("mend", area->string_at("mend"));
    }
    if (const auto text = all.data.read(c.file); text) {
        const std::size_t steps = text->find("\nsteps:");
        if (steps != std::string::npos) fmt::print("{}", text->substr(steps));
    }
    // A client check needs a client; assay-rp is part of this program.
    fmt::print("\nRun it: assay run --select {}{}\n", c.id, c.is_client ? " --client assay-rp" : "");
    if (c.is_client) fmt::print("        assay run --select {} --client ./my-client    (clients/README.md)\n", c.id);
}

std::string text_at(const json::value& row, std::string_view name) {
    const json::value* v = row.find(name);
    if (v == nullptr || v->is_null()) return {};
    if (const std::string* s = v->as_string()) return *s;
    const json::array* list = v->as_array();
    if (list == nullptr) return v->is_object() && v->as_object()->empty() ? std::string{} : json::format(*v);
    std::vector<std::string> texts;
    for (const json::value& one : *list) texts.push_back(one.is_string() ? *one.as_string() : json::format(one));
    return joined(texts);
}

const json::value* find_row(const json::value& rows, const std::string& name) {
    for (const json::value& row : *rows.as_array()) {
        if (row.string_at("name") == name) return &row;
        const json::value* aliases = row.find("aliases");
        if (aliases == nullptr || !aliases->is_array()) continue;
        for (const json::value& alias : *aliases->as_array()) {
            if (alias.is_string() && *alias.as_string() == name) return &row;
        }
    }
    return nullptr;
}

void explain_row(const json::value& row, std::string_view kind, const std::string& usage) {
    fmt::print("{} {}\n\n", kind, row.string_at("name"));
    for (const json::member& m : row.as_object()->members) {
        if (m.name == "name" || m.name == "try") continue;
        const std::string text = text_at(row, m.name);
        if (!text.empty()) fmt::print("  {:<13}  {}\n", m.name, text);
    }
    fmt::print("\n{}\n", usage);
}

// A value percent-encoded for a URL (RFC 3986 §2.1).
std::string in_url(const json::value& v) {
    std::string out;
    for (const char ch : oauth::form_encode(v.is_string() ? *v.as_string() : json::format(v)))
        out += ch == '+' ? "%20" : std::string(1, ch);
    return out;
}

// How to use the fault: by hand, with a client, with qualifiers.
std::string fault_usage(const json::value& row) {
    const std::string name(row.string_at("name"));
    const std::string url(row.string_at("url"));
    const bool tls = row.string_at("group") == "tls";
    std::string lines(row.string_at("try"));
    for (std::size_t at = 0; (at = lines.find('\n', at)) != std::string::npos;) lines.insert(++at, "  ");
    std::string out = fmt::format(
        "See it: assay serve --dialect strict --sign-in auto{}, and in another shell\n\n  {}\n\n"
        "Meet it: give your client the issuer above; in a browser, {}/ begins a sign-in.\n",
        tls ? " --tls" : "", lines, url);
    const json::object& parameters = *row.find("parameters")->as_object();
    if (!parameters.empty()) {
        out += fmt::format("  with a value   {}={}\n", url, in_url(parameters.members.front().v));
    }
    out += fmt::format("  at times       {0}@2   {0}@once@client   (docs/faults.md has all)\n", url);
    if (row.string_at("at") == "endpoint") out += fmt::format("  elsewhere      {0}@userinfo   {0}@jwks\n", url);
    return out + fmt::format("Everywhere: assay serve --fault {}", name);
}

// The names of everything that can be explained, to suggest one for a mistyped name.
void add_names(const json::value& rows, std::vector<std::string>& names) {
    for (const json::value& row : *rows.as_array()) names.emplace_back(row.string_at("name"));
}

// The bare name in a fault spec or defect: "token_status=503@2", "defect:token.code_single_use".
std::string bare_name(std::string text) {
    constexpr std::string_view defect = "defect:";
    if (text.starts_with(defect)) text.erase(0, defect.size());
    const bool dialect = text.starts_with("polar@") || text.find('/') != std::string::npos;
    return dialect ? text : text.substr(0, text.find_first_of("=;@~"));
}

// The checks of a clause or an area, as a table, or as JSON.
void explain_checks(const std::string& name, const std::string& selector, const std::vector<const check*>& all,
                    const json::value* area, const explain_options& o) {
    if (o.as_json) {
        json::array rows;
        for (const check* c : all)
            rows.emplace_back(json::object{{"id", c->id},
                                           {"title", c->title},
                                           {"level", reports::level_name(c->level)},
                                           {"source", text_array(c->source)},
                                           {"says", c->says}});
        json::object out = with_kind(area == nullptr ? "clause" : "area", name,
                                     area == nullptr ? json::object{} : *area->as_object());
        out.append("checks", std::move(rows));
        return print_json(std::move(out));
    }
    fmt::print("{}{}\n\n", name, area == nullptr ? "" : fmt::format(": {}", area->string_at("title")));
    if (area != nullptr) {
        print_row("why", area->string_at("why"));
        print_row("mend", area->string_at("mend"));
        fmt::print("\n");
    }
    // A check quotes the first of its clauses.
    std::vector<std::string> sentences;
    for (const check* c : all) {
        const bool quoted = area == nullptr && clause_selector(c->source.front()) == lowered(selector);
        if (!quoted || std::find(sentences.begin(), sentences.end(), c->says) != sentences.end()) continue;
        sentences.push_back(c->says);
        fmt::print("  \"{}\"\n", c->says);
    }
    if (!sentences.empty()) fmt::print("\n");
    for (const check* c : all) {
        fmt::print("  {:<12}  {:<6}  {}\n", c->id, reports::level_name(c->level), c->title);
    }
    fmt::print("\nRun them: assay run --select {}\n", selector);
}

void explain_topic(std::string_view kind, const std::string& name, const json::value& row, const explain_options& o) {
    if (o.as_json) return print_json(with_kind(kind, name, *row.as_object()));
    const std::string_view title = row.string_at("title");
    fmt::print("{} {}{}{}\n\n", kind, name, title.empty() ? "" : ": ", title);
    for (const char* part : {"source", "means", "mend"}) print_row(part, row.string_at(part));
}

// "3", "exit 3", "exit code 3"; empty: no exit code.
std::string exit_code_in(const std::string& name) {
    std::string text = lowered(name);
    for (const std::string_view before : {"exit", "code"}) {
        if (text.starts_with(before)) text.erase(0, before.size());
        text.erase(0, text.find_first_not_of(' '));
    }
    return !text.empty() && text.find_first_not_of("0123456789") == std::string::npos ? text : std::string{};
}

// A fault, a rule or a dialect. False: it is none.
bool explain_mocks(const std::string& typed, const explain_options& o) {
    const json::value faults = mock::describe_faults();
    const json::value rules = mock::describe_rules();
    const json::value dialects = mock::describe_dialects();
    const std::string name = find_row(dialects, typed) != nullptr ? typed : bare_name(typed);
    const auto tell = [&](const json::value& row, std::string_view kind, const std::string& usage) {
        if (o.as_json) {
            print_json(with_kind(lowered(kind), row.string_at("name"), *row.as_object()));
        } else {
            explain_row(row, kind, usage);
        }
        return true;
    };
    if (const json::value* row = find_row(faults, name)) return tell(*row, "Fault", fault_usage(*row));
    if (const json::value* row = find_row(rules, name)) {
        return tell(*row, "Rule",
                    fmt::format("Switch it off: assay serve --fault defect:{0}, or by URL: "
                                "http://127.0.0.1:8080/f/defect:{0}",
                                name));
    }
    if (const json::value* row = find_row(dialects, name))
        return tell(*row, "Dialect", fmt::format("Talk to it: assay serve --dialect {}", name));
    return false;
}

error unknown(const std::string& name, const catalogue& all, const json::value& texts) {
    std::vector<std::string> names;
    for (const check& c : all.checks) names.push_back(c.id);
    for (const json::value& rows : {mock::describe_faults(), mock::describe_rules(), mock::describe_dialects()})
        add_names(rows, names);
    for (const char* group : {"areas", "errors"}) {
        for (const json::member& m : texts.find(group)->as_object()->members) names.push_back(m.name);
    }
    const std::string hint = did_you_mean(name, names);
    return {errc::usage,
            fmt::format("there is no check, fault, rule, dialect, area, clause, error code or exit code '{}'{}", name,
                        hint.empty() ? "; `assay list` has their names (list faults …)" : hint)};
}

result<void> explain(const explain_options& o) {
    const std::string name = fmt::format("{}", fmt::join(o.words, " "));
    const auto texts = texts_of_topics();
    if (!texts) return fail(texts.error());
    const std::string code = exit_code_in(name);
    if (const json::value* row = topic(*texts, "exit_codes", code)) {
        explain_topic("exit code", code, *row, o);
        return {};
    }
    if (const json::value* row = topic(*texts, "errors", lowered(name))) {
        explain_topic("error", lowered(name), *row, o);
        return {};
    }
    if (explain_mocks(name, o) || explain_mocks(lowered(name), o)) return {};
    auto all = load_catalogue(o.data);
    if (!all) return fail(all.error());
    const std::string upper = uppered(name);
    if (const check* c = all->find_check(upper)) {
        const json::value* area = topic(*texts, "areas", c->area());
        if (o.as_json) {
            print_json(with_kind("check", c->id, describe(*c, *all, area)));
        } else {
            explain_check(*c, *all, area);
        }
        return {};
    }
    const json::value* area = topic(*texts, "areas", upper);
    const std::string clause = name.find("§") == std::string::npos ? name : clause_selector(name);
    std::vector<const check*> of;
    for (const check& c : all->checks) {
        if (area != nullptr ? c.area() == upper : selects(clause, c)) of.push_back(&c);
    }
    if (of.empty()) return fail(unknown(name, *all, *texts));
    explain_checks(area != nullptr ? upper : name, area != nullptr ? upper : clause, of, area, o);
    return {};
}

}  // namespace

void add_explain(CLI::App& app, int& exit_code) {
    auto* command = app.add_subcommand(
        "explain", "Explain a check, a fault, a rule, a dialect, an area, a clause, an error code or an exit code");
    auto o = std::make_shared<explain_options>();
    command
        ->add_option("name", o->words,
                     "AS-PKCE-02, id_token_aud_wrong, token.code_single_use, polar, AS-PKCE, RFC 7636 §4.6, "
                     "invalid_grant, exit 3 …; in any case of letters")
        ->required();
    command->add_flag("--json", o->as_json, "For programs");
    command->add_option("--data", o->data, "The folder that holds scenarios/ and clients/");
    command->footer(
        "Examples:\n"
        "  assay explain AS-PKCE-02\n"
        "  assay explain rfc7636/4.6\n"
        "  assay explain invalid_grant\n"
        "  assay explain exit 3");
    command->callback([o, &exit_code] {
        if (auto ok = explain(*o); !ok) exit_code = report_error(ok.error());
    });
}

}  // namespace assay::harness
