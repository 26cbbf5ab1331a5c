// Workflow commands of GitHub Actions: one line each, which the service shows as an annotation.
// https://docs.github.com/en/actions/reference/workflow-commands-for-github-actions
#include <algorithm>

#include <fmt/format.h>

#include "reports/text.hpp"
#include "reports/view.hpp"
#include "reports/writers.hpp"

namespace assay::reports {
namespace {

constexpr std::size_t annotations_max = 10;  // more errors of one step are not shown
constexpr std::size_t message_max = 1000;

// The text of a command; in a property, ':' and ',' would end it.
std::string in_command(std::string_view s, bool in_property) {
    std::string out;
    for (const char c : printable(s)) {
        const bool special = c == '%' || c == '\r' || c == '\n' || (in_property && (c == ':' || c == ','));
        out += special ? fmt::format("%{:02X}", static_cast<unsigned char>(c)) : std::string(1, c);
    }
    return out;
}

std::string message_of(const row& r) {
    std::string out = r.subject;
    if (const auto clauses = clauses_of(r); !clauses.empty()) out += fmt::format(" · {}", clauses);
    return cut(out + details_of(r), message_max);
}

std::string annotation_of(const run& all, const row& r) {
    std::string out = r.verdict == verdict::warn ? "::warning " : "::error ";
    if (const auto at = place_of(all, r))
        out += fmt::format("file={},line={},", in_command(at->path, true), at->line);
    const std::string title = fmt::format("{}: {} {}", verdict_name(r.verdict), key_of(r), r.title);
    return out + fmt::format("title={}::{}\n", in_command(title, true), in_command(message_of(r), false));
}

}  // namespace

std::string format_annotations(const run& r) {
    const run safe = masked(r, mask{});
    std::vector<const row*> chosen;
    for (const row& each : safe.rows) {
        if (told_in_full(each.verdict)) chosen.push_back(&each);
    }
    std::stable_sort(chosen.begin(), chosen.end(),
                     [](const row* a, const row* b) { return rank(a->verdict) < rank(b->verdict); });
    if (chosen.size() > annotations_max) chosen.resize(annotations_max);
    std::string out;
    for (const row* each : chosen) out += annotation_of(safe, *each);
    return out;
}

std::string format_annotations(const std::vector<error>& errors) {
    std::string out;
    for (std::size_t n = 0; n < std::min(errors.size(), annotations_max); ++n) {
        const std::string& where = errors[n].where;
        const std::size_t column = where.rfind(':');
        const std::size_t line = column == std::string::npos || column == 0 ? column : where.rfind(':', column - 1);
        std::string at = "file=" + in_command(where.substr(0, line), true);
        if (line != std::string::npos) {
            at += fmt::format(",line={},col={}", in_command(where.substr(line + 1, column - line - 1), true),
                              in_command(where.substr(column + 1), true));
        }
        out += fmt::format("::error {}::{}\n", at, in_command(cut(errors[n].message, message_max), false));
    }
    return out;
}

}  // namespace assay::reports
