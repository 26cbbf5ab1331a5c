// A run arranged for reading: by subject, worst first, with the words and links that people see.
// Thread-safe: plain functions; what they return points into the run, which must outlive it.
#pragma once

#include <array>
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
    const subject* about = nullptr;  // nullptr: the run does not describe it
    std::vector<const row*> rows;    // worst first, then in the order of the run
    totals sum;
};
// Subjects in the order of the run; those without a row are there too.
[[nodiscard]] std::vector<group> by_subject(const run& r);
// "client openid-client 6.8.1, dialect polar@2025-02, http://…": what is known of the subject, its name left out.
[[nodiscard]] std::vector<std::string> about(const subject& s);

// "pkce" for AS-PKCE-02; the whole id in lower case when it has no such part.
[[nodiscard]] std::string area_of(const row& r);
// "Proof key (PKCE)"; the area itself when it has no name.
[[nodiscard]] std::string_view area_title(std::string_view area);

// "AS-PKCE-02", with " [client=public]" for a variant.
[[nodiscard]] std::string key_of(const row& r);
// The clause that was broken: the first finding's, else the row's sources.
[[nodiscard]] std::string clauses_of(const row& r);
// Where a clause can be read; empty for documents that have no stable address.
[[nodiscard]] std::string clause_link(std::string_view clause);

// Rows that deviate for the same reason have the same cause: that of an error, or the first finding at the request
// that met it ("POST http://…/token: json /error is "invalid_request""). Empty: the row has none.
[[nodiscard]] std::string cause_of(const row& r);
// The rows of that verdict and cause among `rows`, but for `first` itself.
[[nodiscard]] std::vector<const row*> of_the_same_cause(const std::vector<const row*>& rows, const row& first);

// The exchange a finding speaks of: that of its step, else the last one; nullptr when none was kept.
[[nodiscard]] const evidence* exchange_of(const row& r, const finding& f);

// "2 of 23 checks failed.", one sentence for a person.
[[nodiscard]] std::string headline(const run& r);

}  // namespace assay::reports
