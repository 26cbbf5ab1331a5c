#include "harness/scenario/coverage.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

namespace assay::harness {
namespace {

result<suite_module> load_module(const yaml::document& d, const yaml::node& n) {
    static constexpr std::array<std::string_view, 4> keys{"module", "checks", "partly", "left_out"};
    if (auto ok = yaml::only_keys(d, n, keys, "a module"); !ok) return fail(ok.error());
    suite_module out;
    for (const yaml::entry& e : n.entries) {
        if (e.key == "checks") {
            auto list = yaml::as_texts(d, e.value);
            if (!list) return fail(list.error());
            out.checks = std::move(*list);
        } else {
            auto text = yaml::as_text(d, e.value);
            if (!text) return fail(text.error());
            (e.key == "module" ? out.name : e.key == "partly" ? out.partly : out.left_out) = std::move(*text);
        }
    }
    if (out.name.empty() || out.checks.empty() == out.left_out.empty()) {
        return fail(d.error_at(n.at, "a module needs 'module' and either 'checks' or 'left_out'"));
    }
    return out;
}

result<suite> load_suite(const yaml::document& d, const yaml::node& n) {
    static constexpr std::array<std::string_view, 2> keys{"name", "modules"};
    if (auto ok = yaml::only_keys(d, n, keys, "a suite"); !ok) return fail(ok.error());
    const yaml::node* name = n.find("name");
    const yaml::node* modules = n.find("modules");
    if (name == nullptr || modules == nullptr || !modules->is_sequence())
        return fail(d.error_at(n.at, "a suite needs 'name' and 'modules', a list"));
    suite out;
    out.name = name->scalar;
    for (const yaml::node& item : modules->items) {
        auto one = load_module(d, item);
        if (!one) return fail(one.error());
        out.modules.push_back(std::move(*one));
    }
    return out;
}

// "OIDC Core §3.1.3.7 (3)" -> {"OIDC Core", "§3.1.3.7"}
std::pair<std::string, std::string> split_source(std::string source) {
    if (source.ends_with(')')) source.resize(source.rfind(" ("));
    const auto mark = source.find(" §");
    if (mark == std::string::npos) return {source, {}};
    return {source.substr(0, mark), source.substr(mark + 1)};
}

}  // namespace

result<std::vector<suite>> load_suites(const yaml::document& d) {
    static constexpr std::array<std::string_view, 1> keys{"suites"};
    if (auto ok = yaml::only_keys(d, d.root, keys, "the coverage"); !ok) return fail(ok.error());
    std::vector<suite> out;
    for (const yaml::entry& e : d.root.entries) {
        for (const yaml::node& item : e.value.items) {
            auto one = load_suite(d, item);
            if (!one) return fail(one.error());
            out.push_back(std::move(*one));
        }
    }
    return out;
}

bool covers(const std::vector<check>& all, const suite_module& m) {
    if (!m.partly.empty() || m.checks.empty()) return false;
    return std::all_of(m.checks.begin(), m.checks.end(), [&](const std::string& id) {
        return std::any_of(all.begin(), all.end(), [&](const check& c) { return c.id == id; });
    });
}

clause_index clauses_of(const std::vector<check>& all) {
    clause_index out;
    for (const check& c : all) {
        for (const std::string& source : c.source) {
            auto [document, clause] = split_source(source);
            auto& ids = out[document][clause];
            if (std::find(ids.begin(), ids.end(), c.id) == ids.end()) ids.push_back(c.id);
        }
    }
    return out;
}

}  // namespace assay::harness
