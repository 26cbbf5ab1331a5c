#include "mock_server/faults/fault.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <utility>

#include <fmt/format.h>

#include "data/nearest.hpp"
#include "data/yaml.hpp"
#include "mock_server/assets/embedded_files.hpp"
#include "mock_server/dialects/endpoints.hpp"

namespace assay::mock {
namespace {

// The places of a fault that acts on any answer, on any with a body, or on any with JSON. It acts at the token
// endpoint unless another place is chosen.
constexpr std::array any_answer{hook::token,        hook::refresh, hook::userinfo, hook::metadata, hook::jwks,
                                hook::introspect,   hook::revoke,  hook::resource, hook::page,     hook::authorize,
                                hook::registration, hook::par,     hook::refusal};
bool can_act(std::string_view kind, hook h) {
    if (kind == "endpoint") return true;
    if (h == hook::revoke) return false;  // RFC 7009 §2.2: its answer has no body
    return kind == "body" || (kind == "json" && h != hook::authorize);
}

// The endpoints in the metadata, for `choices` and `keys`.
json::array endpoints_of_metadata() {
    json::array out;
    for (const endpoint_row& row : endpoint_rows) {
        if (!row.metadata_member.empty()) out.emplace_back(row.metadata_member);
    }
    return out;
}

result<std::string> text_at(const yaml::document& d, const yaml::node& map, std::string_view key) {
    const auto* n = map.find(key);
    if (n == nullptr) return fail(d.error_at(map.at, fmt::format("a fault needs '{}'", key)));
    return yaml::as_text(d, *n);
}

// Removes places (`not_at`) where the answer has nothing that the fault could change.
result<void> leave_out(const yaml::document& d, const yaml::node& map, std::vector<hook>& places) {
    const auto* list = map.find("not_at");
    for (const auto& item : list != nullptr ? list->items : std::vector<yaml::node>{}) {
        auto name = yaml::as_text(d, item);
        if (!name) return fail(name.error());
        const auto h = parse_hook(*name);
        if (!h || std::erase(places, *h) == 0)
            return fail(d.error_at(item.at, fmt::format("this fault does not apply to '{}'", *name)));
    }
    return {};
}

// "endpoint", "body" and "json" are groups of places; any other name is one place.
result<std::vector<hook>> places_at(const yaml::document& d, const yaml::node& map) {
    auto at = text_at(d, map, "at");
    if (!at) return fail(at.error());
    if (*at == "endpoint" || *at == "body" || *at == "json") {
        std::vector<hook> out;
        for (const hook h : any_answer) {
            if (can_act(*at, h)) out.push_back(h);
        }
        if (auto ok = leave_out(d, map, out); !ok) return fail(ok.error());
        return out;
    }
    const auto h = parse_hook(*at);
    if (h) return std::vector<hook>{*h};
    auto names = hook_names();
    for (const auto* kind : {"endpoint", "body", "json"}) names.emplace_back(kind);
    return fail(d.error_at(map.at, fmt::format("unknown hook '{}'{}", *at, did_you_mean(*at, names))));
}

// What the operations of a fault are checked against: its places, and the defaults of its parameters.
struct operation_place {
    const std::vector<hook>& hooks;
    const json::object& parameters;
};

result<const operation_row*> row_for(const yaml::document& d, const yaml::entry& e, const json::value& arguments,
                                     const operation_place& how) {
    const auto* row = find_operation(e.key);
    if (row == nullptr) {
        return fail(
            d.error_at(e.at, fmt::format("unknown operation '{}'{}", e.key, did_you_mean(e.key, operation_names()))));
    }
    for (const hook h : how.hooks) {
        if (acts_at(*row, h)) continue;
        return fail(d.error_at(
            e.at, fmt::format("'{}' acts at {}, not at {}", e.key,
                              row->only_at ? hook_name(*row->only_at) : "the answer of an endpoint", hook_name(h))));
    }
    if (fits(row->takes, filled(arguments, how.parameters, {}))) return row;
    return fail(d.error_at(e.value.at, fmt::format("'{}' takes {}", e.key, words_of(row->takes))));
}

result<std::vector<operation>> read_operations(const yaml::document& d, const yaml::node& map,
                                               const operation_place& how) {
    const auto* list = map.find("do");
    if (list == nullptr || !list->is_sequence())
        return fail(d.error_at(map.at, "a fault needs 'do', a list of operations"));
    std::vector<operation> out;
    for (const auto& item : list->items) {
        if (!item.is_map() || item.entries.size() != 1) {
            return fail(d.error_at(item.at, "an operation is a map with one key, such as 'claims.set: {…}'"));
        }
        const auto& entry = item.entries.front();
        auto arguments = yaml::as_json(d, entry.value);
        if (!arguments) return fail(arguments.error());
        const auto row = row_for(d, entry, *arguments, how);
        if (!row) return fail(row.error());
        out.push_back({*row, std::move(*arguments)});
    }
    return out;
}

result<void> read_object(const yaml::document& d, const yaml::node& n, std::string_view key, json::object& out) {
    const auto* found = n.find(key);
    if (found == nullptr) return {};
    auto v = yaml::as_json(d, *found);
    if (!v) return fail(v.error());
    if (!v->is_object()) return fail(d.error_at(found->at, fmt::format("'{}' must be a map", key)));
    out = *v->as_object();
    return {};
}

// PARAMETER: [text …], or the name of a list that several faults share.
result<void> read_texts(const yaml::document& d, const yaml::node& n, std::string_view key, json::object& out) {
    if (auto ok = read_object(d, n, key, out); !ok) return ok;
    for (auto& m : out.members) {
        if (m.v == json::value("endpoints_of_metadata")) m.v = endpoints_of_metadata();
        const auto* list = m.v.as_array();
        if (list == nullptr || list->empty())
            return fail(d.error_at(n.at, fmt::format("'{}' of '{}' must be a list of texts", key, m.name)));
    }
    return {};
}

result<void> only_of_parameters(const yaml::document& d, const yaml::node& n, const fault& f) {
    for (const auto* described : {&f.limits, &f.choices, &f.keys}) {
        for (const auto& m : described->members) {
            if (f.parameters.find(m.name) != nullptr) continue;
            return fail(d.error_at(n.at, fmt::format("'{}' describes no parameter of '{}'", m.name, f.name)));
        }
    }
    return {};
}

// Numbers from outside control how many bytes are made and how long the mock waits, so each needs bounds.
result<void> check_limits(const yaml::document& d, const yaml::node& n, const fault& f) {
    for (const auto& p : f.parameters.members) {
        if (!p.v.as_integer()) continue;
        const auto* bounds = f.limits.find(p.name);
        if (bounds == nullptr || bounds->as_array() == nullptr || bounds->as_array()->size() != 2) {
            return fail(d.error_at(
                n.at, fmt::format("parameter '{}' needs limits: {{ {}: [least, most] }}", p.name, p.name)));
        }
    }
    return {};
}

result<void> read_also(const yaml::document& d, const yaml::node& n, fault& f) {
    const auto* also = n.find("also");
    if (also == nullptr) return {};
    for (const auto& item : also->items) {
        auto at = places_at(d, item);
        if (!at) return fail(at.error());
        auto operations = read_operations(d, item, {*at, f.parameters});
        if (!operations) return fail(operations.error());
        f.also.push_back({at->front(), std::move(*operations)});
    }
    return {};
}

result<fault> read_fault(const yaml::document& d, const yaml::node& n) {
    constexpr std::array<std::string_view, 13> keys{"name",   "at",      "not_at", "summary",    "breaks",
                                                    "limits", "choices", "keys",   "parameters", "correct_party",
                                                    "when",   "do",      "also"};
    if (auto ok = yaml::only_keys(d, n, keys, "a fault"); !ok) return fail(ok.error());
    fault f;
    for (auto& [key, field] : {std::pair<std::string_view, std::string&>{"name", f.name},
                               {"summary", f.summary},
                               {"breaks", f.breaks},
                               {"correct_party", f.correct_party}}) {
        auto text = text_at(d, n, key);
        if (!text) return fail(text.error());
        field = std::move(*text);
    }
    auto places = places_at(d, n);
    if (!places) return fail(places.error());
    f.places = std::move(*places);
    f.at = f.places.front();
    if (n.find("when") != nullptr) f.when = text_at(d, n, "when").value_or("");
    if (auto ok = read_object(d, n, "parameters", f.parameters); !ok) return fail(ok.error());
    if (auto ok = read_object(d, n, "limits", f.limits); !ok) return fail(ok.error());
    if (auto ok = read_texts(d, n, "choices", f.choices); !ok) return fail(ok.error());
    if (auto ok = read_texts(d, n, "keys", f.keys); !ok) return fail(ok.error());
    if (auto ok = only_of_parameters(d, n, f); !ok) return fail(ok.error());
    if (auto ok = check_limits(d, n, f); !ok) return fail(ok.error());
    auto operations = read_operations(d, n, {f.places, f.parameters});
    if (!operations) return fail(operations.error());
    f.operations = std::move(*operations);
    if (auto ok = read_also(d, n, f); !ok) return fail(ok.error());
    return f;
}

std::vector<fault> load_embedded() {
    constexpr std::string_view folder = "faults/";
    std::vector<fault> all;
    for (const auto& file : embedded_files()) {
        if (!file.name.starts_with(folder)) continue;
        auto some = parse_faults(file.text, std::string(file.name));
        if (!some) {
            std::fputs(("assay: " + some.error().text() + "\n").c_str(), stderr);
            std::abort();
        }
        const auto stem = file.name.substr(folder.size());
        for (auto& f : *some) f.group = stem.substr(0, stem.find('.'));
        std::move(some->begin(), some->end(), std::back_inserter(all));
    }
    std::sort(all.begin(), all.end(), [](const fault& a, const fault& b) { return a.name < b.name; });
    return all;
}

}  // namespace

operation_reach reach_of(const fault& f) {
    auto farthest = operation_reach::values;
    for (const auto& op : f.operations) farthest = std::max(farthest, op.row->reach);
    return farthest;
}

result<std::vector<fault>> parse_faults(std::string_view text, std::string file) {
    auto d = yaml::parse(text, std::move(file));
    if (!d) return fail(d.error());
    std::vector<fault> out;
    for (const auto& item : d->root.items) {
        auto f = read_fault(*d, item);
        if (!f) return fail(f.error());
        out.push_back(std::move(*f));
    }
    return out;
}

const std::vector<fault>& faults() {
    static const auto all = load_embedded();
    return all;
}

result<const fault*> find_fault(std::string_view name) {
    const auto& all = faults();
    const auto found = std::lower_bound(all.begin(), all.end(), name,
                                        [](const fault& f, std::string_view wanted) { return f.name < wanted; });
    if (found != all.end() && found->name == name) return &*found;
    std::vector<std::string> names;
    for (const auto& f : all) names.push_back(f.name);
    const auto hint = did_you_mean(name, names);
    return fail(errc::not_found, fmt::format("unknown fault '{}'{}", name,
                                             hint.empty() ? "; `assay list faults` has their names" : hint));
}

}  // namespace assay::mock
