#include "mock_server/faults/fault.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <utility>

#include <fmt/format.h>

#include "data/nearest.hpp"
#include "data/yaml.hpp"
#include "mock_server/embedded_files.hpp"

namespace assay::mock {
namespace {

constexpr std::array<std::string_view, 11> hook_names{"callback", "id_token", "token", "refresh",
                                                      "userinfo", "metadata", "jwks",  "introspect",
                                                      "revoke",   "resource", "page"};

constexpr std::array<std::string_view, 16> operation_names{
    "claims.set", "claims.drop", "claims.shift", "jose.set",    "jose.drop", "sign",       "signature", "token",
    "json.set",   "json.drop",   "header.set",   "header.drop", "query.set", "query.drop", "status",    "body"};

result<std::string> text_at(const yaml::document& d, const yaml::node& map, std::string_view key) {
    const auto* n = map.find(key);
    if (n == nullptr) return fail(d.error_at(map.at, fmt::format("a fault needs '{}'", key)));
    return yaml::as_text(d, *n);
}

result<std::vector<operation>> read_operations(const yaml::document& d, const yaml::node& list) {
    std::vector<operation> out;
    for (const auto& item : list.items) {
        if (!item.is_map() || item.entries.size() != 1) {
            return fail(d.error_at(item.at, "an operation is a map with one key, such as 'claims.set: {…}'"));
        }
        const auto& entry = item.entries.front();
        if (std::find(operation_names.begin(), operation_names.end(), entry.key) == operation_names.end()) {
            const std::vector<std::string> names(operation_names.begin(), operation_names.end());
            return fail(d.error_at(
                entry.at, fmt::format("unknown operation '{}'{}", entry.key, did_you_mean(entry.key, names))));
        }
        auto arguments = yaml::as_json(d, entry.value);
        if (!arguments) return fail(arguments.error());
        out.push_back({entry.key, std::move(*arguments)});
    }
    return out;
}

result<fault> read_fault(const yaml::document& d, const yaml::node& n) {
    constexpr std::array<std::string_view, 7> keys{"name",          "at",         "summary", "breaks",
                                                   "correct_party", "parameters", "do"};
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
    auto at = text_at(d, n, "at");
    if (!at) return fail(at.error());
    const auto h = parse_hook(*at);
    if (!h) return fail(d.error_at(n.at, fmt::format("unknown hook '{}'", *at)));
    f.at = *h;
    if (const auto* parameters = n.find("parameters")) {
        auto v = yaml::as_json(d, *parameters);
        if (!v) return fail(v.error());
        f.parameters = *v->as_object();
    }
    const auto* steps = n.find("do");
    if (steps == nullptr || !steps->is_sequence())
        return fail(d.error_at(n.at, "a fault needs 'do', a list of operations"));
    auto operations = read_operations(d, *steps);
    if (!operations) return fail(operations.error());
    f.operations = std::move(*operations);
    return f;
}

std::vector<fault> load_embedded() {
    std::vector<fault> all;
    for (const auto& file : embedded_files()) {
        if (!file.name.starts_with("faults/")) continue;
        auto some = parse_faults(file.text, std::string(file.name));
        if (!some) {
            std::fputs(("assay: " + some.error().text() + "\n").c_str(), stderr);
            std::abort();
        }
        std::move(some->begin(), some->end(), std::back_inserter(all));
    }
    std::sort(all.begin(), all.end(), [](const fault& a, const fault& b) { return a.name < b.name; });
    return all;
}

// "${name}" as a whole value takes the parameter, or else the value of this call, with its type.
json::value filled(const json::value& v, const json::object& parameters, const json::object& call) {
    if (const auto* s = v.as_string()) {
        if (!s->starts_with("${") || !s->ends_with("}")) return v;
        const auto name = std::string_view(*s).substr(2, s->size() - 3);
        if (const auto* p = parameters.find(name)) return *p;
        if (const auto* p = call.find(name)) return *p;
        return v;
    }
    if (const auto* a = v.as_array()) {
        json::array out;
        for (const auto& item : *a) out.push_back(filled(item, parameters, call));
        return out;
    }
    if (const auto* o = v.as_object()) {
        json::object out;
        for (const auto& m : o->members) out.append(m.name, filled(m.v, parameters, call));
        return out;
    }
    return v;
}

}  // namespace

std::optional<hook> parse_hook(std::string_view name) {
    const auto* found = std::find(hook_names.begin(), hook_names.end(), name);
    if (found == hook_names.end()) return std::nullopt;
    return static_cast<hook>(found - hook_names.begin());
}

std::string_view hook_name(hook h) {
    return hook_names[static_cast<std::size_t>(h)];
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
    std::vector<std::string> names;
    for (const auto& f : faults()) {
        if (f.name == name) return &f;
        names.push_back(f.name);
    }
    return fail(errc::not_found, fmt::format("unknown fault '{}'{}", name, did_you_mean(name, names)));
}

result<std::shared_ptr<fault_set>> fault_set::from_json(const json::value& specs) {
    auto out = std::make_shared<fault_set>();
    const json::array single{specs};
    for (const auto& spec : specs.is_array() ? *specs.as_array() : single) {
        out->specs_.push_back(spec);
        const json::object named = spec.is_string() ? json::object{{"fault", spec}} : json::object{};
        const auto* o = spec.is_string() ? &named : spec.as_object();
        if (o == nullptr) return fail(errc::usage, "a fault is a name or an object with 'fault' or 'defect'");
        const json::value wrapped(*o);
        if (const auto defect = wrapped.string_at("defect"); !defect.empty()) {
            const auto id = find_rule(defect);
            std::vector<std::string> names;
            for (const auto& r : rules()) names.emplace_back(r.name);
            if (!id)
                return fail(errc::usage, fmt::format("unknown rule '{}'{}", defect, did_you_mean(defect, names)));
            out->defects_.set(static_cast<std::size_t>(*id));
            continue;
        }
        auto what = find_fault(wrapped.string_at("fault"));
        if (!what) return fail(errc::usage, what.error().message);
        auto entry = std::make_unique<active>();
        entry->what = *what;
        entry->parameters = (*what)->parameters;
        for (const auto& m : o->members) {
            if (m.name == "fault") continue;
            if (m.name == "nth") {
                entry->nth = m.v.as_integer();
            } else if (m.name == "once") {
                entry->once = m.v.as_boolean().value_or(false);
            } else if (entry->parameters.find(m.name) != nullptr) {
                entry->parameters.set(m.name, m.v);
            } else {
                return fail(errc::usage, fmt::format("fault '{}' has no parameter '{}'", (*what)->name, m.name));
            }
        }
        out->active_.push_back(std::move(entry));
    }
    return out;
}

bool fault_set::none_at(hook h) const {
    return std::none_of(active_.begin(), active_.end(), [&](const auto& a) { return a->what->at == h; });
}

std::vector<operation> fault_set::take(hook h, const json::object& call, std::vector<std::string>& names) {
    std::vector<operation> out;
    for (const auto& a : active_) {
        if (a->what->at != h) continue;
        const auto nth_call = a->calls.fetch_add(1, std::memory_order_relaxed) + 1;
        if (a->nth && nth_call != *a->nth) continue;
        if (a->once && nth_call != 1) continue;
        names.push_back(a->what->name);
        for (const auto& op : a->what->operations)
            out.push_back({op.name, filled(op.arguments, a->parameters, call)});
    }
    return out;
}

void apply_members(json::object& target, const std::vector<operation>& operations, std::string_view prefix) {
    for (const auto& op : operations) {
        if (!op.name.starts_with(prefix)) continue;
        const auto verb = std::string_view(op.name).substr(prefix.size());
        if (verb == ".set" && op.arguments.is_object()) {
            for (const auto& m : op.arguments.as_object()->members) target.set(m.name, m.v);
        } else if (verb == ".drop" && op.arguments.is_array()) {
            for (const auto& name : *op.arguments.as_array()) {
                if (const auto* s = name.as_string()) target.erase(*s);
            }
        } else if (verb == ".shift" && op.arguments.is_object()) {
            for (const auto& m : op.arguments.as_object()->members) {
                const auto* old = target.find(m.name);
                const auto base = old != nullptr ? old->as_integer() : target.find("iat")->as_integer();
                target.set(m.name, json::value(base.value_or(0) + m.v.as_integer().value_or(0)));
            }
        }
    }
}

}  // namespace assay::mock
