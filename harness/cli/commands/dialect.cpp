// `assay dialect`: shows a dialect, compares two, or writes the schema of their files.
#include <memory>
#include <string>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "data/json.hpp"
#include "harness/cli/commands/commands.hpp"
#include "mock_server/dialects/dialect_text.hpp"

namespace assay::harness {
namespace {

struct dialect_options {
    std::string one, other;
    bool json = false;
};

result<void> show(const dialect_options& o) {
    auto d = mock::load_dialect(o.one);
    if (!d) return fail(d.error());
    fmt::print("{}", mock::show_dialect(**d));
    return {};
}

std::string or_nothing(const std::string& yaml) {
    return yaml.empty() ? "(the rule's own words)" : yaml;
}

result<void> compare(const dialect_options& o) {
    auto a = mock::load_dialect(o.one);
    if (!a) return fail(a.error());
    auto b = mock::load_dialect(o.other);
    if (!b) return fail(b.error());
    const auto differences = mock::compare_dialects(**a, **b);
    if (o.json) {
        json::array rows;
        for (const auto& one : differences)
            rows.emplace_back(json::object{{"member", one.member}, {"before", one.before}, {"after", one.after}});
        fmt::print("{}\n", json::format_pretty(json::value(std::move(rows))));
        return {};
    }
    fmt::print("From {} to {}:\n", (*a)->name, (*b)->name);
    for (const auto& one : differences) {
        if (one.member == "enforced" || one.member == "not_enforced") {
            fmt::print("  {}: {}\n", one.member == "enforced" ? "enforces" : "no longer enforces", one.after);
        } else {
            fmt::print("  {}\n    - {}\n    + {}\n", one.member, or_nothing(one.before), or_nothing(one.after));
        }
    }
    if (differences.empty()) fmt::print("  nothing but their names differs\n");
    return {};
}

}  // namespace

void add_dialect(CLI::App& app, int& exit_code) {
    auto* command = app.add_subcommand("dialect", "Show a dialect, compare two, or print the schema of their files");
    command->require_subcommand(1);
    auto o = std::make_shared<dialect_options>();
    auto* one = command->add_subcommand("show", "A dialect in full, in the format of dialect files");
    one->add_option("dialect", o->one, "Name, alias or file")->required();
    one->callback([o, &exit_code] {
        if (auto ok = show(*o); !ok) exit_code = report_error(ok.error());
    });
    auto* two = command->add_subcommand("diff", "What differs from one dialect to another");
    two->add_option("from", o->one, "Name, alias or file")->required();
    two->add_option("to", o->other, "Name, alias or file")->required();
    two->add_flag("--json", o->json, "For programs");
    two->callback([o, &exit_code] {
        if (auto ok = compare(*o); !ok) exit_code = report_error(ok.error());
    });
    command->add_subcommand("schema", "The JSON Schema of dialect files, for editors")->callback([] {
        fmt::print("{}\n", json::format_pretty(json::value(mock::dialect_schema())));
    });
    command->footer(
        "Examples:\n"
        "  assay dialect show polar\n"
        "  assay dialect diff polar@2025-10 polar@2026-06-26\n"
        "  assay dialect show strict > mine.yaml && assay serve --dialect mine.yaml\n"
        "A file may say `extends: NAME` and state only what differs (docs/dialects.md).");
}

}  // namespace assay::harness
