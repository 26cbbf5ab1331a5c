// `assay dialect`: shows a dialect, compares two, drafts one from a capture, or writes the schema of their files.
#include <memory>
#include <string>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "data/json.hpp"
#include "harness/cli/commands/commands.hpp"
#include "harness/cli/twin/twin.hpp"
#include "mock_server/dialects/dialect_text.hpp"

namespace assay::harness {
namespace {

struct dialect_options {
    std::string one, other;
    bool json = false;
};

struct from_options {
    std::string file;
    twin::draft_options how;
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

result<void> draft(const from_options& o) {
    auto text = twin::read_har_file(o.file);
    if (!text) return fail(text.error());
    auto drafted = twin::draft_dialect(*text, o.file, o.how);
    if (!drafted) return fail(drafted.error());
    fmt::print("{}", *drafted);
    return {};
}

void add_from(CLI::App& command, int& exit_code) {
    auto o = std::make_shared<from_options>();
    auto* from = command.add_subcommand("from", "Draft a dialect that answers as the provider in a capture did");
    from->add_option("capture", o->file, "A HAR: of a browser, of mitmproxy, or of Assay's own journal")->required();
    from->add_option("--issuer", o->how.provider.issuer, "Which provider, if the capture has several: its issuer");
    from->add_option("--host", o->how.provider.host, "The same by a host of it");
    from->add_option("--extends", o->how.extends,
                     "The dialect that it extends (default: the nearest provider's, or strict)");
    from->add_option("--name", o->how.name, "The dialect's name (default: its host and month)");
    from->footer(
        "Examples:\n"
        "  assay dialect from capture.har > mine.yaml && assay serve --dialect ./mine.yaml\n"
        "  assay dialect from capture.har --host login.example.com --name acme@2026\n"
        "No token, code, secret, cookie, address or name of the capture is in the draft; `unknown` at its end says\n"
        "what the capture does not show.");
    from->callback([o, &exit_code] {
        if (auto ok = draft(*o); !ok) exit_code = report_error(ok.error());
    });
}

}  // namespace

void add_dialect(CLI::App& app, int& exit_code) {
    auto* command =
        app.add_subcommand("dialect", "Show a dialect, compare two, draft one from a capture, or print the schema");
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
    add_from(*command, exit_code);
    command->add_subcommand("schema", "The JSON Schema of dialect files, for editors")->callback([] {
        fmt::print("{}\n", json::format_pretty(json::value(mock::dialect_schema())));
    });
    command->footer(
        "Examples:\n"
        "  assay dialect show polar\n"
        "  assay dialect diff polar@2025-10 polar@2026-06-26\n"
        "  assay dialect from capture.har > mine.yaml\n"
        "  assay dialect show strict > mine.yaml && assay serve --dialect mine.yaml\n"
        "A file may say `extends: NAME` and state only what differs (docs/dialects.md).");
}

}  // namespace assay::harness
