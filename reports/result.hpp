// assay.result/1: the results of a run as data. Every report is a pure function of it; docs/schema/result.json is its
// schema. Thread-safe: plain values.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "data/json.hpp"
#include "data/mask.hpp"
#include "data/result.hpp"

namespace assay::reports {

// skip never counts as pass; error (undecided) counts as neither pass nor fail; known is an expected deviation, stale
// an expected deviation that did not occur.
enum class verdict { pass, fail, warn, info, skip, error, known, stale };
[[nodiscard]] std::string_view verdict_name(verdict v);

// The requirement level of the clause for the party under test; rob: robustness; info: measured, never failed.
enum class level { must, should, may, info, rob };
[[nodiscard]] std::string_view level_name(level l);
// The verdict of findings at that level: fail for a binding clause, warn for SHOULD, info for the rest.
[[nodiscard]] verdict verdict_of_findings(level l);
[[nodiscard]] std::optional<verdict> verdict_named(std::string_view name);
[[nodiscard]] std::optional<level> level_named(std::string_view name);

// One expectation that does not hold. `step` is "3 token", `at` the place in the answer ("status", "header
// cache-control", "json /error", "outcome"), `clause` "RFC 7636 §4.6".
struct finding {
    std::string step;
    std::string at;
    std::string expected;
    std::string actual;
    std::string clause{};
    std::string place{};  // "scenarios/server/pkce/AS-PKCE-02.yaml:14:7"
};

// One exchange as text, secrets masked: request line, headers, body; and the response likewise.
struct evidence {
    std::string step;
    std::string request;
    std::string response;
    std::int64_t time_us = 0;
};

struct row {
    std::string check;    // "AS-PKCE-02"
    std::string variant;  // empty, or the name of a matrix variant
    std::string subject;  // "mock", "openid-client (confidential)"
    std::string dialect;  // "polar@2025-02", or empty for a real server
    std::string title;
    std::vector<std::string> source;
    enum level level = level::must;
    enum verdict verdict = verdict::error;
    // A correct client must refuse what this check sends: the row counts for the mutation score (reports/matrix.hpp).
    bool refusal = false;
    std::string reason;  // skip, known, stale, error: one sentence; else empty
    std::string cause;   // error: the reason without its step, to group rows of the same cause
    std::vector<finding> findings;
    std::vector<evidence> exchanges;
    std::string reproduce;  // a command line to paste
    std::int64_t time_us = 0;
    // Not parts of the document; a capsule has them: the seed of the random values, and when the check began, in
    // epoch seconds.
    std::string seed{};
    std::int64_t clock = 0;
};

struct subject {
    std::string kind;  // "server" or "client"
    std::string name;
    std::string version;  // of the library, or empty
    std::string dialect;
    std::string issuer;
};

// One module of a test plan of another suite (scenarios/plans.yaml), and the checks that test the same
// (scenarios/coverage.yaml).
struct plan_module {
    std::string name;                 // "oidcc-codereuse"
    std::vector<std::string> checks;  // ids
    std::string partly{};             // what these checks do not test; empty: nothing
    std::string left_out{};           // why there are no checks
    bool review = false;              // there, a person decides by a screenshot
};
struct test_plan {
    std::string name;    // "oidcc-basic-certification-test-plan[client_registration=static_client]"
    std::string kind;    // of the subjects that it is for: "server" or "client"
    std::string suite;   // "conformance-suite 12f2a4d, 2026-08-20"
    std::string partly;  // what no check does in this plan; empty: nothing
    std::vector<plan_module> modules;
};

struct run {
    std::string command;     // as typed
    std::string started_at;  // RFC 3339, UTC
    std::int64_t time_us = 0;
    std::string profile;
    bool interrupted = false;
    std::vector<subject> subjects;
    std::vector<std::string> notes;  // what was left out and why ("Node 20 is missing: openid-client skipped")
    std::vector<row> rows;
    std::vector<test_plan> plans{};  // for format_oidf(): at most one of each kind
    // The file of the user's repository that SARIF, Code Quality and annotations point at; empty: each at its check.
    // Not a part of the document.
    std::string location;
};

struct totals {
    std::size_t pass = 0, fail = 0, warn = 0, info = 0, skip = 0, error = 0, known = 0, stale = 0;
};
[[nodiscard]] totals count(const std::vector<row>& rows);

// The number of rows with a result: neither skip nor error.
[[nodiscard]] std::size_t decided(const totals& t);

// The exit code (see docs): 130 interrupted, 3 any error or nothing decided, 1 any fail, 6 any stale, else
// 0.
[[nodiscard]] int exit_code(const run& r);

using assay::mask;
// The run with all its texts masked. Every writer does this with an empty mask as a last resort; the code that makes
// the run applies a mask with its secrets.
[[nodiscard]] run masked(run r, const mask& secrets);

// Maximum bytes of a request or a response in the document, including the note that it was cut.
inline constexpr std::size_t evidence_limit = std::size_t{16} << 10U;

// A row as in docs/schema/result.json, alone. Errors: bad_json with the JSON pointer, which begins with `pointer`.
[[nodiscard]] json::value to_json(const row& r);
[[nodiscard]] result<row> row_from_json(const json::value& v, std::string pointer);

// As in docs/schema/result.json. Evidence above evidence_limit is cut; totals and exit_code are computed.
[[nodiscard]] json::value to_json(const run& r);
// Ignores unknown members (the schema only grows). Errors: bad_json with the JSON pointer of the invalid
// member.
[[nodiscard]] result<run> from_json(const json::value& document);

}  // namespace assay::reports
