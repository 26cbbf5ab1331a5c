#include "mock_server/dialects/dialect_text.hpp"

#include <algorithm>
#include <cctype>
#include <map>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "mock_server/dialects/dialect_fields.hpp"

namespace assay::mock {
namespace {

using strings = std::vector<std::string>;
using string_map = std::map<std::string, std::string>;
struct member {
    std::string_view section;
    std::string name;
    std::string yaml;
};

std::string flow(const strings& list) {
    strings items;
    for (const auto& one : list) items.push_back(yaml_scalar(one));
    return fmt::format("[{}]", fmt::join(items, ", "));
}

std::string flow(const string_map& map) {
    strings items;
    for (const auto& [name, value] : map)
        items.push_back(fmt::format("{}: {}", yaml_scalar(name), yaml_scalar(value)));
    return fmt::format("{{ {} }}", fmt::join(items, ", "));
}

// Holds a copy of the dialect, because the table gives access to members only for writing.
struct to_yaml {
    dialect& d;
    std::string operator()(member_of<std::string> at) const { return yaml_scalar(at(d)); }
    std::string operator()(member_of<bool> at) const { return at(d) ? "true" : "false"; }
    std::string operator()(member_of<std::int64_t> at) const { return std::to_string(at(d)); }
    std::string operator()(member_of<strings> at) const { return flow(at(d)); }
    std::string operator()(member_of<string_map> at) const { return flow(at(d)); }
    std::string operator()(member_of<json::value> at) const { return json::format(at(d)); }  // JSON is YAML
};

std::string_view name_of(channel where) {
    for (const auto& [name, one] : refusal_channels()) {
        if (one == where) return name;
    }
    return "json";
}

std::string resource_of(const resource& r) {
    const std::string creates = r.creates.empty() ? "" : fmt::format(", creates: {}", flow(r.creates));
    const std::string answer = r.answer.is_null() ? "" : ", answer: " + json::format(r.answer);
    return fmt::format("{{ path: {}, subjects: {}, scope: {}{}{} }}", yaml_scalar(r.path), flow(r.subjects),
                       flow(r.scope), creates, answer);
}

strings lenient_rules(const dialect& d) {
    strings out;
    for (const auto& r : rules()) {
        if (!d.enforces(r.id)) out.emplace_back(r.name);
    }
    return out;
}

// The members that differ from the defaults.
std::vector<member> plain_members(dialect d) {
    dialect silent;
    std::vector<member> out;
    for (const auto& f : dialect_fields()) {
        auto yaml = std::visit(to_yaml{d}, f.at);
        if (yaml != std::visit(to_yaml{silent}, f.at))
            out.push_back({f.section, std::string(f.name), std::move(yaml)});
    }
    return out;
}

std::string list(std::string_view name, const strings& items) {
    std::string out;
    if (!items.empty()) out = fmt::format("\n{}:\n", name);
    for (const auto& one : items) out += fmt::format("  - {}\n", one);
    return out;
}

// Every member by its path, with its YAML.
std::vector<std::pair<std::string, std::string>> paths_of(dialect d) {
    std::vector<std::pair<std::string, std::string>> out;
    for (const auto& f : dialect_fields()) {
        if (f.name == "name" || f.name == "title" || f.name == "aliases") continue;
        if (f.name == "capabilities" || f.name == "sources" || f.name == "unknown" || f.name == "hazards") continue;
        const std::string path = f.section.empty() ? std::string(f.name) : fmt::format("{}.{}", f.section, f.name);
        out.emplace_back(path, std::visit(to_yaml{d}, f.at));
    }
    for (const auto& r : rules()) {
        const auto w = d.wordings.find(r.id);
        out.emplace_back(fmt::format("refusals.{}", r.name), w == d.wordings.end() ? "" : refusal_yaml(w->second));
    }
    out.emplace_back("claims", fmt::format("[{}]", fmt::join(claims_yaml(d), ", ")));
    out.emplace_back("resources", fmt::format("[{}]", fmt::join(resources_yaml(d), ", ")));
    out.emplace_back("metadata_extra", json::format(json::value(d.metadata_extra)));
    return out;
}

// ---- the schema

json::object texts_schema(const dialect_field& f, bool list) {
    json::object text{{"type", "string"}};
    if (!f.one_of.empty()) text.append("enum", json::array(f.one_of.begin(), f.one_of.end()));
    if (!list) return text;
    return {{"oneOf", json::array{text, json::object{{"type", "array"}, {"items", text}}}}};
}

struct to_schema {
    const dialect_field& f;
    json::object operator()(member_of<std::string>) const { return texts_schema(f, false); }
    json::object operator()(member_of<bool>) const { return {{"type", "boolean"}}; }
    json::object operator()(member_of<std::int64_t>) const { return {{"type", "integer"}, {"minimum", 0}}; }
    json::object operator()(member_of<strings>) const { return texts_schema(f, true); }
    json::object operator()(member_of<string_map>) const {
        return {{"type", "object"}, {"additionalProperties", json::object{{"type", "string"}}}};
    }
    json::object operator()(member_of<json::value>) const { return {{"type", json::array{"object", "array"}}}; }
};

json::object section_schema(std::string_view section) {
    json::object members;
    for (const auto& f : dialect_fields()) {
        if (f.section != section) continue;
        auto one = std::visit(to_schema{f}, f.at);
        one.append("description", f.what);
        members.append(std::string(f.name), std::move(one));
    }
    return members;
}

json::object closed(json::object members) {
    return {{"type", "object"}, {"properties", std::move(members)}, {"additionalProperties", false}};
}

json::object rules_schema() {
    json::array names;
    for (const auto& r : rules()) names.emplace_back(r.name);
    return {{"type", "array"}, {"items", json::object{{"enum", std::move(names)}}}};
}

json::array forms() {
    json::array out;
    for (const auto& [name, where] : refusal_channels()) out.emplace_back(name);
    return out;
}

json::object refusals_schema() {
    const json::object text{{"type", "string"}};
    const auto words = closed({{"status", json::object{{"type", "integer"}, {"minimum", 400}, {"maximum", 599}}},
                               {"error", text},
                               {"description", text},
                               {"as", json::object{{"enum", forms()}}},
                               {"members", json::object{{"type", "object"}}}});
    json::object by_rule;
    for (const auto& r : rules()) by_rule.append(std::string(r.name), json::object{{"$ref", "#/$defs/words"}});
    auto out = closed(std::move(by_rule));
    out.append("description", "The texts of refusals in this dialect, where they differ from those of the rule.");
    return {{"refusals", std::move(out)}, {"words", words}};
}

json::object resources_schema() {
    const json::object text{{"type", "string"}};
    const json::object list{{"type", "array"}, {"items", text}};
    auto creates = list;
    creates.append("description", "POST creates an object of an organization; its JSON must have these members.");
    auto one = closed({{"path", text},
                       {"subjects", list},
                       {"scope", list},
                       {"creates", std::move(creates)},
                       {"answer", json::object{{"type", json::array{"object", "array"}},
                                               {"description", "A template of its answer."}}}});
    one.append("required", json::array{"path"});
    return {{"type", "array"},
            {"items", std::move(one)},
            {"description", "Protected resources; {organization} at the end of a path is an organization's id."}};
}

json::object claims_schema() {
    const json::object places{{"enum", json::array{"id_token", "userinfo", "access_token"}}};
    auto one = closed({{"claims", json::object{{"type", "object"}}},
                       {"scope", json::object{{"type", "string"}}},
                       {"in", json::object{{"type", "array"}, {"items", places}}}});
    one.append("required", json::array{"claims"});
    return {{"type", "array"},
            {"items", std::move(one)},
            {"description", "Claims that the provider adds; null leaves one out."}};
}

}  // namespace

// Unquoted only where every YAML parser reads it as that string.
std::string yaml_scalar(const std::string& text) {
    const bool plain =
        !text.empty() &&
        (std::isalpha(static_cast<unsigned char>(text.front())) != 0 || text.front() == '/' || text.front() == '_') &&
        std::all_of(text.begin(), text.end(), [](char c) {
            return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '-' || c == '.' || c == '/' ||
                   c == '@';
        });
    const bool is_word = text == "true" || text == "false" || text == "null" || text == "yes" || text == "no";
    return plain && !is_word ? text : json::format(json::value(text));
}

std::string field_yaml(const dialect_field& f, dialect d) {
    return std::visit(to_yaml{d}, f.at);
}

std::string refusal_yaml(const wording& w) {
    strings parts;
    if (w.status) parts.push_back(fmt::format("status: {}", *w.status));
    if (w.error) parts.push_back("error: " + yaml_scalar(*w.error));
    if (w.description) parts.push_back("description: " + yaml_scalar(*w.description));
    if (w.where) parts.push_back(fmt::format("as: {}", name_of(*w.where)));
    if (!w.members.empty()) parts.push_back("members: " + json::format(json::value(w.members)));
    return parts.empty() ? "{}" : fmt::format("{{ {} }}", fmt::join(parts, ", "));
}

std::vector<std::string> claims_yaml(const dialect& d) {
    strings out;
    for (const auto& one : d.claims) {
        const std::string scope = one.scope.empty() ? "" : ", scope: " + yaml_scalar(one.scope);
        out.push_back(
            fmt::format("{{ claims: {}{}, in: {} }}", json::format(json::value(one.claims)), scope, flow(one.in)));
    }
    return out;
}

std::vector<std::string> resources_yaml(const dialect& d) {
    strings out;
    for (const auto& r : d.resources) out.push_back(resource_of(r));
    return out;
}

std::string show_dialect(const dialect& d) {
    std::string out;
    std::string_view section;
    for (const auto& m : plain_members(d)) {
        // The line of a section is written once, before its first member.
        if (m.section != section && !m.section.empty()) out += fmt::format("{}:\n", m.section);
        section = m.section;
        out += fmt::format("{}{}: {}\n", section.empty() ? "" : "  ", m.name, m.yaml);
    }
    out += list("not_enforced", lenient_rules(d));
    if (!d.wordings.empty()) out += "\nrefusals:\n";
    for (const auto& [id, words] : d.wordings) out += fmt::format("  {}: {}\n", row(id).name, refusal_yaml(words));
    out += list("claims", claims_yaml(d));
    out += list("resources", resources_yaml(d));
    if (!d.metadata_extra.members.empty())
        out += fmt::format("\nmetadata_extra: {}\n", json::format(json::value(d.metadata_extra)));
    return out;
}

std::vector<dialect_difference> compare_dialects(const dialect& a, const dialect& b) {
    std::vector<dialect_difference> out;
    const auto before = paths_of(a);
    const auto after = paths_of(b);
    for (std::size_t i = 0; i < before.size(); ++i) {
        if (before[i].second != after[i].second) out.push_back({before[i].first, before[i].second, after[i].second});
    }
    for (const auto& r : rules()) {
        if (a.enforces(r.id) && !b.enforces(r.id)) out.push_back({"not_enforced", "", std::string(r.name)});
        if (!a.enforces(r.id) && b.enforces(r.id)) out.push_back({"enforced", "", std::string(r.name)});
    }
    return out;
}

json::object dialect_schema() {
    auto members = section_schema("");
    members.append("extends", json::object{{"type", "string"},
                                           {"description", "Another dialect; this file states only what differs."}});
    for (const auto section : dialect_sections())
        members.append(std::string(section), closed(section_schema(section)));
    for (const auto& [name, what] :
         {std::pair{"not_enforced", "Leniencies by name: rules that this dialect does not enforce."},
          std::pair{"enforced", "Rules that this dialect enforces and the one it extends does not."}}) {
        auto list = rules_schema();
        list.append("description", what);
        members.append(name, std::move(list));
    }
    auto refusals = refusals_schema();
    members.append("refusals", *refusals.find("refusals"));
    members.append("claims", claims_schema());
    members.append("resources", resources_schema());
    members.append(
        "metadata_extra",
        json::object{
            {"type", "object"},
            {"description", "Members added to the metadata; ${base} and ${issuer} in their texts stand for URLs."}});
    json::object out{{"$schema", "https://json-schema.org/draft/2020-12/schema"},
                     {"title", "A dialect of the mock authorization server"},
                     {"type", "object"},
                     {"required", json::array{"name"}},
                     {"properties", std::move(members)},
                     {"additionalProperties", false}};
    out.append("$defs", json::object{{"words", *refusals.find("words")}});
    return out;
}

}  // namespace assay::mock
