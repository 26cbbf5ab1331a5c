// A run arranged for display: by subject, worst first, with texts and links. Thread-safe: plain functions; their
// results point into the run, which must outlive them.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "reports/result.hpp"

namespace assay::reports {

inline constexpr std::array worst_first_order{verdict::fail,  verdict::error, verdict::stale, verdict::warn,
                                              verdict::known, verdict::info,  verdict::skip,  verdict::pass};

// 0 is the worst.
[[nodiscard]] int rank(verdict v);
[[nodiscard]] std::size_t number_of(const totals& t, verdict v);
[[nodiscard]] std::size_t& number_of(totals& t, verdict v);

struct group {
    std::string name;
    const subject* about = nullptr;  // nullptr: not described in the run
    std::vector<const row*> rows;    // worst first, then in the order of the run
    totals sum;
};
// Subjects in the order of the run, including those without a row.
[[nodiscard]] std::vector<group> by_subject(const run& r);
// "client openid-client 6.8.1, dialect polar@2025-02, http://…": the known facts of the subject, without its name.
[[nodiscard]] std::vector<std::string> about(const subject& s);

// "pkce" for AS-PKCE-02; the whole id in lower case when it has no such part.
[[nodiscard]] std::string area_of(const row& r);
// "Proof key (PKCE)"; the area itself when it has no name.
[[nodiscard]] std::string_view area_title(std::string_view area);

// A verdict that asks somebody to look: its row is shown with its findings, not only counted.
[[nodiscard]] bool told_in_full(verdict v);
// What a row found, a line for each finding; then the reason and how to see it again. Each line begins with a
// newline.
[[nodiscard]] std::string details_of(const row& r);

// "AS-PKCE-02", with " [client=public]" for a variant.
[[nodiscard]] std::string key_of(const row& r);
// The violated clause: the first finding's, else the row's sources.
[[nodiscard]] std::string clauses_of(const row& r);
// The URL of a clause; empty for documents without a stable address.
[[nodiscard]] std::string clause_link(std::string_view clause);

// The cause of a deviation, to group rows: that of an error, or the first finding with its request ("POST
// http://…/token: json /error is "invalid_request""). Empty: the row has none.
[[nodiscard]] std::string cause_of(const row& r);
// The rows of that verdict and cause among `rows`, except `first` itself.
[[nodiscard]] std::vector<const row*> of_the_same_cause(const std::vector<const row*>& rows, const row& first);

// The exchange of a finding: that of its step, else the last one; nullptr when none was kept.
[[nodiscard]] const evidence* exchange_of(const row& r, const finding& f);

// Where the line of the check stands that did not hold: the first finding's "scenarios/…/RP-CB-01.yaml:10:16", taken
// apart. Lines and columns begin at 1. nullopt: no finding says where.
struct source_place {
    std::string_view path;
    std::int64_t line = 1;
    std::int64_t column = 1;
};
[[nodiscard]] std::optional<source_place> place_of(const row& r);
// What a CI service shows the row at: run::location, else place_of(row).
[[nodiscard]] std::optional<source_place> place_of(const run& all, const row& r);

// "2 of 23 checks failed.": one sentence for people.
[[nodiscard]] std::string headline(const run& r);

}  // namespace assay::reports
