// `assay explain`: explains a check, a fault, a rule or a dialect.
#include <memory>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "data/json.hpp"
#include "data/nearest.hpp"
#include "harness/cli/commands/commands.hpp"
#include "harness/cli/shared/data_folder.hpp"
#include "mock_server/pages/describe.hpp"
#include "oauth/form.hpp"

namespace assay::harness {
namespace {

std::string joined(const std::vector<std::string>& list) {
    return fmt::format("{}", fmt::join(list, ", "));
}

void print_row(std::string_view name, const std::string& text) {
    if (!text.empty()) fmt::print("  {:<9}  {}\n", name, text);
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

void explain_check(const check& c, const catalogue& all) {
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
    std::vector<std::string> profiles;
    for (const profile& p : all.profiles) {
        for (const profile_check& row : p.checks) {
            if (row.id == c.id) profiles.push_back(in_profile(p, row));
        }
        for (const known_row& k : p.known) {
            if (k.check == c.id) print_row("known", fmt::format("{}: {}", p.id, k.reason));
        }
    }
    print_row("profiles", joined(profiles));
    print_row("file", c.file);
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

result<void> explain(const std::string& typed, const std::string& data) {
    const json::value faults = mock::describe_faults();
    const json::value rules = mock::describe_rules();
    const json::value dialects = mock::describe_dialects();
    const std::string name = find_row(dialects, typed) != nullptr ? typed : bare_name(typed);
    if (const json::value* row = find_row(faults, name)) {
        explain_row(*row, "Fault", fault_usage(*row));
        return {};
    }
    if (const json::value* row = find_row(rules, name)) {
        explain_row(*row, "Rule",
                    fmt::format("Switch it off: assay serve --fault defect:{0}, or by URL: "
                                "http://127.0.0.1:8080/f/defect:{0}",
                                name));
        return {};
    }
    if (const json::value* row = find_row(dialects, name)) {
        explain_row(*row, "Dialect", fmt::format("Talk to it: assay serve --dialect {}", name));
        return {};
    }
    auto all = load_catalogue(data);
    if (!all) return fail(all.error());
    if (const check* c = all->find_check(name)) {
        explain_check(*c, *all);
        return {};
    }
    std::vector<std::string> names;
    for (const check& c : all->checks) names.push_back(c.id);
    for (const json::value* rows : {&faults, &rules, &dialects}) add_names(*rows, names);
    const std::string hint = did_you_mean(name, names);
    return fail(errc::usage, fmt::format("there is no check, fault, rule or dialect '{}'{}", name,
                                         hint.empty() ? "; `assay list` has their names (list faults …)" : hint));
}

}  // namespace

void add_explain(CLI::App& app, int& exit_code) {
    auto* command = app.add_subcommand("explain", "Explain a check, a fault, a rule or a dialect");
    auto name = std::make_shared<std::string>();
    auto data = std::make_shared<std::string>();
    command->add_option("name", *name, "AS-PKCE-02, id_token_aud_wrong, token.code_single_use, polar …")->required();
    command->add_option("--data", *data, "The folder that holds scenarios/ and clients/");
    command->callback([name, data, &exit_code] {
        if (auto ok = explain(*name, *data); !ok) exit_code = report_error(ok.error());
    });
}

}  // namespace assay::harness
