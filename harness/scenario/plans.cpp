#include "harness/scenario/plans.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "data/nearest.hpp"

namespace assay::harness {
namespace {

bool has(const std::vector<std::string>& list, const std::string& one) {
    return std::find(list.begin(), list.end(), one) != list.end();
}

result<variant_values> load_variants(const yaml::document& d, const yaml::node& n, const variant_values* known) {
    variant_values out;
    for (const yaml::entry& e : n.entries) {
        auto values = yaml::as_texts(d, e.value);
        if (!values) return fail(values.error());
        for (const std::string& one : *values) {
            if (known == nullptr || (known->contains(e.key) && has(known->at(e.key), one))) continue;
            return fail(d.error_at(e.value.at, fmt::format("'{}={}' is not among the variants", e.key, one)));
        }
        out[e.key] = std::move(*values);
    }
    return out;
}

result<plan_row> load_plan(const yaml::document& d, const yaml::node& n, const plan_book& so_far) {
    static constexpr std::array<std::string_view, 6> keys{"plan", "side", "variant", "partly", "like", "modules"};
    if (auto ok = yaml::only_keys(d, n, keys, "a plan"); !ok) return fail(ok.error());
    plan_row out;
    for (const yaml::entry& e : n.entries) {
        if (e.key == "variant") {
            auto fixed = load_variants(d, e.value, &so_far.variants);
            if (!fixed) return fail(fixed.error());
            out.fixed = std::move(*fixed);
            continue;
        }
        auto texts = yaml::as_texts(d, e.value);
        if (!texts || texts->empty()) return fail(d.error_at(e.value.at, e.key + " is missing"));
        if (e.key == "like") {
            const auto other = std::find_if(so_far.plans.begin(), so_far.plans.end(),
                                            [&](const plan_row& p) { return p.name == texts->front(); });
            if (other == so_far.plans.end())
                return fail(d.error_at(e.value.at, fmt::format("no plan above is called '{}'", texts->front())));
            out.modules = other->modules;
        } else if (e.key == "modules") {
            out.modules = std::move(*texts);
        } else {
            (e.key == "plan" ? out.name : e.key == "side" ? out.side : out.partly) = std::move(texts->front());
        }
    }
    if (out.name.empty() || out.modules.empty() || (out.side != "server" && out.side != "client"))
        return fail(d.error_at(n.at, "a plan needs 'plan', 'side' (server, client) and 'modules' or 'like'"));
    return out;
}

result<void> load_member(const yaml::document& d, const yaml::entry& e, plan_book& out) {
    if (e.key == "plans") {
        for (const yaml::node& item : e.value.items) {
            auto one = load_plan(d, item, out);
            if (!one) return fail(one.error());
            out.plans.push_back(std::move(*one));
        }
        return {};
    }
    if (e.key == "without") {
        for (const yaml::entry& module : e.value.entries) {
            auto values = load_variants(d, module.value, &out.variants);
            if (!values) return fail(values.error());
            out.without[module.key] = std::move(*values);
        }
        return {};
    }
    if (e.key == "variants") {
        auto values = load_variants(d, e.value, nullptr);
        if (!values) return fail(values.error());
        out.variants = std::move(*values);
        return {};
    }
    auto texts = yaml::as_texts(d, e.value);
    if (!texts || texts->empty()) return fail(d.error_at(e.value.at, e.key + " is missing"));
    if (e.key == "review") {
        out.review = std::move(*texts);
    } else {
        out.suite = std::move(texts->front());
    }
    return {};
}

std::vector<std::string> names_of(const variant_values& all) {
    std::vector<std::string> out;
    for (const auto& [name, values] : all) out.push_back(name);
    return out;
}

// "client_registration=static_client"
result<void> choose_variant(const plan_book& book, std::string_view text, chosen_plan& out) {
    const std::size_t mark = text.find('=');
    const std::string name(text.substr(0, mark));
    const auto known = book.variants.find(name);
    if (mark == std::string_view::npos || known == book.variants.end()) {
        return fail(errc::usage, fmt::format("--oidf-plan: [{}] is no variant of the conformance suite{}", text,
                                             did_you_mean(name, names_of(book.variants))));
    }
    const std::string value(text.substr(mark + 1));
    if (!has(known->second, value)) {
        return fail(errc::usage, fmt::format("--oidf-plan: {} cannot be '{}'; it is one of: {}", name, value,
                                             fmt::join(known->second, ", ")));
    }
    const auto fixed = out.plan->fixed.find(name);
    if (fixed != out.plan->fixed.end() && !has(fixed->second, value)) {
        return fail(errc::usage, fmt::format("--oidf-plan: {} runs with {}={} only, not with {}", out.plan->name,
                                             name, fmt::join(fixed->second, ", "), value));
    }
    if (!out.variants.emplace(name, value).second)
        return fail(errc::usage, fmt::format("--oidf-plan: {} is given twice; keep one", name));
    return {};
}

bool left_out(const plan_book& book, const chosen_plan& chosen, const std::string& module) {
    const auto without = book.without.find(module);
    if (without == book.without.end()) return false;
    return std::any_of(without->second.begin(), without->second.end(), [&](const auto& one) {
        const std::string value = chosen.variant(one.first);
        return !value.empty() && has(one.second, value);
    });
}

const suite_module* find_module(const std::vector<suite>& suites, const std::string& name) {
    for (const suite& s : suites) {
        for (const suite_module& m : s.modules) {
            if (m.name == name) return &m;
        }
    }
    return nullptr;
}

// The variants that a user can choose are about what the checks do, too: they use the code flow, and its query.
std::string partly_by_choice(const chosen_plan& chosen) {
    if (!chosen.plan->partly.empty()) return chosen.plan->partly;
    const std::string type = chosen.variant("response_type");
    const std::string mode = chosen.variant("response_mode");
    if (!type.empty() && type != "code") return "the checks use response_type=code";
    return mode == "form_post" ? "the checks use the default response_mode" : std::string{};
}

}  // namespace

result<plan_book> load_plans(const yaml::document& d) {
    static constexpr std::array<std::string_view, 5> keys{"suite", "variants", "plans", "without", "review"};
    if (auto ok = yaml::only_keys(d, d.root, keys, "the test plans"); !ok) return fail(ok.error());
    plan_book out;
    for (const yaml::entry& e : d.root.entries) {
        if (auto ok = load_member(d, e, out); !ok) return fail(ok.error());
    }
    return out;
}

std::string chosen_plan::variant(const std::string& name) const {
    if (const auto chosen = variants.find(name); chosen != variants.end()) return chosen->second;
    const auto fixed = plan->fixed.find(name);
    return fixed != plan->fixed.end() && fixed->second.size() == 1 ? fixed->second.front() : std::string{};
}

result<chosen_plan> choose_plan(const plan_book& book, std::string_view text) {
    const std::size_t bracket = std::min(text.find('['), text.size());
    const std::string name(text.substr(0, bracket));
    chosen_plan out;
    std::vector<std::string> names;
    for (const plan_row& p : book.plans) {
        names.push_back(p.name);
        if (p.name == name) out.plan = &p;
    }
    if (out.plan == nullptr) {
        const std::string near = nearest(name, names);
        return fail(errc::usage,
                    fmt::format("--oidf-plan: no test plan here is called '{}';{} `assay list plans` lists them all",
                                name, near.empty() ? "" : fmt::format(" did you mean '{}'?", near)));
    }
    for (std::string_view rest = text.substr(bracket); !rest.empty();) {
        const std::size_t end = rest.find(']');
        if (rest.front() != '[' || end == std::string_view::npos) {
            return fail(errc::usage, fmt::format("--oidf-plan: after the name, variants stand in brackets: "
                                                 "{}[client_registration=static_client]",
                                                 name));
        }
        if (auto ok = choose_variant(book, rest.substr(1, end - 1), out); !ok) return fail(ok.error());
        rest.remove_prefix(end + 1);
    }
    return out;
}

reports::test_plan plan_for_reports(const plan_book& book, const chosen_plan& chosen,
                                    const std::vector<suite>& suites, const std::vector<check>& all) {
    reports::test_plan out;
    out.name = chosen.plan->name;
    for (const auto& [name, value] : chosen.variants) out.name += fmt::format("[{}={}]", name, value);
    out.kind = chosen.plan->side;
    out.suite = book.suite;
    out.partly = partly_by_choice(chosen);
    for (const std::string& name : chosen.plan->modules) {
        if (left_out(book, chosen, name)) continue;
        reports::plan_module m;
        m.name = name;
        m.review = has(book.review, name);
        std::vector<std::string> missing;
        if (const suite_module* found = find_module(suites, name)) {
            m.partly = found->partly;
            m.left_out = found->left_out;
            for (const std::string& id : found->checks) {
                const bool exists = std::any_of(all.begin(), all.end(), [&](const check& c) { return c.id == id; });
                (exists ? m.checks : missing).push_back(id);
            }
        }
        if (!missing.empty()) {
            const std::string why = fmt::format("{} {} not exist (docs/coverage.md)", fmt::join(missing, ", "),
                                                missing.size() == 1 ? "does" : "do");
            (m.checks.empty() ? m.left_out : m.partly) = why;
        }
        out.modules.push_back(std::move(m));
    }
    return out;
}

}  // namespace assay::harness
