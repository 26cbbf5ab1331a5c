#include "harness/cli/twin/draft.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "mock_server/dialects/dialect_text.hpp"
#include "mock_server/dialects/endpoints.hpp"

namespace assay::harness::twin {
namespace {

using mock::dialect;

std::vector<std::string_view> segments(std::string_view path) {
    std::vector<std::string_view> out;
    while (path.starts_with('/')) {
        path.remove_prefix(1);
        out.push_back(path.substr(0, path.find('/')));
        path.remove_prefix(out.back().size());
    }
    return out;
}

// The same but for at most one segment, as a realm or a tenant.
bool is_like(std::string_view a, std::string_view b) {
    const auto one = segments(a), other = segments(b);
    if (a == b) return true;
    std::size_t differ = 0;
    for (std::size_t i = 0; i < std::min(one.size(), other.size()); ++i) differ += one[i] == other[i] ? 0 : 1;
    return one.size() == other.size() && one.size() >= 3 && differ <= 1;
}

std::string with_comment(const draft& a, const std::string& line, const std::string& key) {
    const auto note = a.notes.find(key);
    if (note == a.notes.end() || note->second.empty()) return line + "\n";
    return fmt::format("{:<58}  # {}\n", line, a.hidden.named(note->second));
}

// A template in the style of the built-in files: one member a line.
std::string block(const json::value& v, std::size_t indent) {
    std::string out;
    const std::string before(indent, ' ');
    for (const auto& m : v.as_object()->members) {
        const auto* inner = m.v.as_object();
        const auto* text = m.v.as_string();
        const auto key = before + mock::yaml_scalar(m.name) + ":";
        if (inner != nullptr && !inner->empty()) {
            out += fmt::format("{}\n{}", key, block(m.v, indent + 2));
        } else {
            out += fmt::format("{} {}\n", key, text != nullptr ? mock::yaml_scalar(*text) : json::format(m.v));
        }
    }
    return out;
}

bool is_block(const json::value* v) {
    return v != nullptr && v->is_object() && v->as_object()->size() > 0;
}

// The value of a member that is JSON; nullptr: it is of another type.
const json::value* json_of(const mock::dialect_field& f, dialect& d) {
    const auto* at = std::get_if<mock::member_of<json::value>>(&f.at);
    return at == nullptr ? nullptr : &(*at)(d);
}

bool has_own_text(const mock::dialect_field& f) {
    return f.section.empty() && (f.name == "name" || f.name == "title" || f.name == "sources" || f.name == "unknown");
}

std::string fields_text(const draft& a) {
    std::string out, section;
    dialect d = a.d;  // the table gives access to members only for writing
    for (const auto& f : mock::dialect_fields()) {
        if (has_own_text(f)) continue;
        const auto yaml = mock::field_yaml(f, a.d);
        if (yaml == mock::field_yaml(f, *a.base)) continue;
        if (f.section != section && !f.section.empty()) out += fmt::format("{}:\n", f.section);
        section = f.section;
        const auto key = section.empty() ? std::string(f.name) : fmt::format("{}.{}", section, f.name);
        const std::string before = section.empty() ? "" : "  ";
        const auto* value = json_of(f, d);
        const bool lines = is_block(value);
        out += with_comment(a, fmt::format("{}{}:{}", before, f.name, lines ? "" : " " + yaml), key);
        if (lines) out += block(*value, before.size() + 2);
    }
    return out;
}

std::string rules_text(const draft& a, bool lenient) {
    std::string out;
    for (const auto& r : mock::rules()) {
        if (a.d.enforces(r.id) == a.base->enforces(r.id) || a.d.enforces(r.id) == lenient) continue;
        if (out.empty()) out = lenient ? "not_enforced:\n" : "enforced:\n";
        out += with_comment(a, fmt::format("  - {}", r.name), fmt::format("rule {}", r.name));
    }
    return out;
}

std::string refusals_text(const draft& a) {
    std::string out;
    for (const auto& [id, words] : a.d.wordings) {
        const auto before = a.base->wordings.find(id);
        const auto yaml = mock::refusal_yaml(words);
        if (before != a.base->wordings.end() && mock::refusal_yaml(before->second) == yaml) continue;
        const std::string name(mock::row(id).name);
        if (out.empty()) out = "refusals:\n";
        out += with_comment(a, fmt::format("  {}: {}", name, yaml), "refusal " + name);
    }
    return out;
}

std::string claims_text(const draft& a) {
    if (mock::claims_yaml(a.d) == mock::claims_yaml(*a.base)) return {};
    std::string out = with_comment(a, "claims:", "claims");
    for (const auto& row : a.d.claims) {
        out += "  - claims:\n" + block(json::value(row.claims), 6);
        if (!row.scope.empty()) out += fmt::format("    scope: {}\n", mock::yaml_scalar(row.scope));
        out += fmt::format("    in: [{}]\n", fmt::join(row.in, ", "));
    }
    return out;
}

std::string resources_text(const draft& a) {
    if (mock::resources_yaml(a.d) == mock::resources_yaml(*a.base)) return {};
    if (a.d.resources.empty()) return with_comment(a, "resources: []", "resources");
    std::string out = with_comment(a, "resources:", "resources");
    for (const auto& one : mock::resources_yaml(a.d)) out += fmt::format("  - {}\n", one);
    return out;
}

std::string metadata_text(const draft& a) {
    std::string out;
    for (const auto& m : a.d.metadata_extra.members) {
        const auto* before = a.base->metadata_extra.find(m.name);
        if (before != nullptr && *before == m.v) continue;
        if (out.empty()) out = with_comment(a, "metadata_extra:", "metadata_extra");
        out += block(json::value(json::object{{m.name, m.v}}), 2);
    }
    return out;
}

std::string entries_of(const capture& c) {
    std::vector<std::size_t> out;
    for (const auto& s : c.steps) {
        out.push_back(s.of.entry);
        if (s.came_by.entry != 0) out.push_back(s.came_by.entry);
    }
    std::sort(out.begin(), out.end());
    out.erase(std::unique(out.begin(), out.end()), out.end());
    constexpr std::size_t shown = 24;
    const auto more = out.size() > shown ? fmt::format(" and {} more", out.size() - shown) : std::string{};
    out.resize(std::min(out.size(), shown));
    return fmt::format("{} {}{}", out.size() == 1 ? "entry" : "entries", fmt::join(out, ", "), more);
}

}  // namespace

std::shared_ptr<const dialect> nearest_dialect(const capture& c) {
    const auto* authorize = c.first(step_kind::authorize);
    const auto* token = c.first(step_kind::token);
    std::shared_ptr<const dialect> best;
    bool best_is_exact = false;
    for (const auto& d : mock::dialects()) {
        if (d->sources.empty() || authorize == nullptr || token == nullptr) continue;
        const auto its_token = mock::path_of(mock::endpoint_named("token"), *d);
        const auto its_authorize = mock::path_of(mock::endpoint_named("authorize"), *d);
        // Paths that many servers have say nothing about whose they are.
        const bool plain = segments(its_token).size() + segments(its_authorize).size() <= 2;
        if (plain || !is_like(token->of.url.path, its_token) || !is_like(authorize->of.url.path, its_authorize))
            continue;
        const bool is_exact = token->of.url.path == its_token;
        // Of two with the same paths the one with the plainer name: github, not github-app.
        const bool better = best == nullptr || is_exact > best_is_exact ||
                            (is_exact == best_is_exact && d->name.size() < best->name.size());
        if (!better) continue;
        best = d;
        best_is_exact = is_exact;
    }
    if (best != nullptr) return best;
    return *mock::find_dialect("strict");
}

draft::draft(const capture& c, const placeholders& h, std::shared_ptr<const dialect> b, std::string name)
    : from(c), hidden(h), base(std::move(b)), d(*base) {
    d.name = std::move(name);
    d.title = fmt::format("{} as a client met it on {}", c.issuer.empty() ? c.origin : c.issuer,
                          c.day.empty() ? "an unknown day" : c.day);
}

void draft::enforce(mock::rule r, bool enforced, const std::string& seen) {
    d.not_enforced.set(static_cast<std::size_t>(r), !enforced);
    notes[fmt::format("rule {}", mock::row(r).name)] = seen;
}

void draft::also(const std::string& key, const std::string& seen) {
    auto& note = notes[key];
    if (note.find(seen) == std::string::npos) note += (note.empty() ? "" : ", ") + seen;
}

void draft::doubt(std::string what) {
    if (std::find(unknown.begin(), unknown.end(), what) == unknown.end()) unknown.push_back(std::move(what));
}

std::string draft::text() const {
    std::string out = fmt::format(
        "# Drafted by `assay dialect from` out of {0}: {1} of its {2}, entry N being the Nth of log.entries.\n"
        "# It has what differs from `{3}`; no token, code, secret, cookie, address or name of the capture is in "
        "it.\n",
        from.file, entries_of(from), from.entries, base->name);
    out += fmt::format("name: {}\nextends: {}\ntitle: {}\n", mock::yaml_scalar(d.name), mock::yaml_scalar(base->name),
                       mock::yaml_scalar(hidden.told(d.title)));
    out += fmt::format("sources:\n  - {}\n",
                       mock::yaml_scalar(fmt::format("{} {}, {}", from.day, from.file, entries_of(from))));
    for (const auto& part : {fields_text(*this), rules_text(*this, true), rules_text(*this, false),
                             refusals_text(*this), claims_text(*this), resources_text(*this), metadata_text(*this)}) {
        if (!part.empty()) out += "\n" + part;
    }
    if (!unknown.empty()) out += "\n# What the capture does not show, or a dialect cannot say.\nunknown:\n";
    for (const auto& one : unknown) out += fmt::format("  - {}\n", mock::yaml_scalar(one));
    return hidden.without_secrets(std::move(out));
}

}  // namespace assay::harness::twin
