#include "mock_server/observe/traffic.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "mock_server/dialects/endpoints.hpp"
#include "mock_server/faults/fault.hpp"

namespace assay::mock {
namespace {

// Each endpoint name once; other names count as "other", the last one.
const std::vector<std::string_view>& endpoints() {
    static const auto all = [] {
        std::vector<std::string_view> names;
        for (const auto& row : endpoint_rows) {
            const bool is_new = std::find(names.begin(), names.end(), row.name) == names.end();
            if (is_new && !row.name.empty() && row.name != "other") names.push_back(row.name);
        }
        names.emplace_back("other");
        return names;
    }();
    return all;
}

std::size_t index_of(std::string_view endpoint) {
    const auto& all = endpoints();
    const auto found = std::find(all.begin(), all.end() - 1, endpoint);
    return static_cast<std::size_t>(found - all.begin());
}

std::string family(std::string_view name, std::string_view kind, std::string_view help) {
    return fmt::format("# HELP {0} {2}\n# TYPE {0} {1}\n", name, kind, help);
}

}  // namespace

traffic::traffic() : requests_(endpoints().size()), faults_(faults().size()) {}

void traffic::count(const journal_entry& e) {
    if (e.response.status != 0) {
        const auto status = static_cast<std::size_t>(std::clamp(e.response.status, 100, 599) - 100);
        requests_[index_of(e.endpoint)][status].fetch_add(1, std::memory_order_relaxed);
    }
    if (e.refusal) {
        if (const auto id = find_rule(e.refusal->rule))
            refusals_[static_cast<std::size_t>(*id)].fetch_add(1, std::memory_order_relaxed);
    }
    for (const auto& name : e.faults) {
        const auto& all = faults();
        const auto at = std::lower_bound(all.begin(), all.end(), name,
                                         [](const fault& f, const std::string& n) { return f.name < n; });
        if (at != all.end() && at->name == name)
            faults_[static_cast<std::size_t>(at - all.begin())].fetch_add(1, std::memory_order_relaxed);
    }
}

std::string traffic::counters() const {
    std::string out = family("assay_requests_total", "counter", "Requests answered, by endpoint and status.");
    for (std::size_t e = 0; e < endpoints().size(); ++e) {
        for (std::size_t s = 0; s < statuses_max; ++s) {
            const auto n = requests_[e][s].load(std::memory_order_relaxed);
            if (n != 0)
                out += fmt::format("assay_requests_total{{endpoint=\"{}\",status=\"{}\"}} {}\n", endpoints()[e],
                                   s + 100, n);
        }
    }
    out += family("assay_refusals_total", "counter", "Requests refused, by the rule that did not hold.");
    for (const auto& r : rules()) {
        const auto n = refusals_[static_cast<std::size_t>(r.id)].load(std::memory_order_relaxed);
        if (n != 0) out += fmt::format("assay_refusals_total{{rule=\"{}\"}} {}\n", r.name, n);
    }
    out += family("assay_faults_total", "counter", "Answers changed by a fault, by fault.");
    for (std::size_t f = 0; f < faults_.size(); ++f) {
        const auto n = faults_[f].load(std::memory_order_relaxed);
        if (n != 0) out += fmt::format("assay_faults_total{{fault=\"{}\"}} {}\n", faults()[f].name, n);
    }
    return out;
}

std::string counter(std::string_view name, std::string_view help, std::uint64_t value) {
    return family(name, "counter", help) + fmt::format("{} {}\n", name, value);
}

std::string gauge(std::string_view name, std::string_view help, double value) {
    return family(name, "gauge", help) + fmt::format("{} {}\n", name, value);
}

std::string memory_gauges(const memory_budget& of) {
    std::string out = gauge("assay_memory_budget_bytes", "Memory that all stores may use together (--memory).",
                            static_cast<double>(of.bytes()));
    out += family("assay_store_budget_bytes", "gauge", "The share of each store in that.");
    for (const auto& row : stored_rows)
        out += fmt::format("assay_store_budget_bytes{{store=\"{}\"}} {}\n", row.name, of.share(row.what));
    out += family("assay_store_used_bytes", "gauge", "What each store uses of its share.");
    for (const auto& row : stored_rows)
        out += fmt::format("assay_store_used_bytes{{store=\"{}\"}} {}\n", row.name, of.used(row.what));
    return out;
}

}  // namespace assay::mock
