// assay.result/1: what a run found, as data. Every report is a pure function of this; docs/schema/result.json is its
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

// skip is never counted as pass; error (we could not decide) is neither; known is a deviation that was expected,
// stale one that was expected and did not happen.
enum class verdict { pass, fail, warn, info, skip, error, known, stale };
[[nodiscard]] std::string_view verdict_name(verdict v);

// The clause's own word for the party under test; rob marks robustness, info is measured and never failed.
enum class level { must, should, may, info, rob };
[[nodiscard]] std::string_view level_name(level l);
// What findings mean at that level: a fail where the clause binds, a warn for a SHOULD, information for the rest.
[[nodiscard]] verdict verdict_of_findings(level l);
[[nodiscard]] std::optional<verdict> verdict_named(std::string_view name);
[[nodiscard]] std::optional<level> level_named(std::string_view name);

// One thing that was not as it must be. `step` is "3 token", `at` is where in the answer ("status", "header
// cache-control", "json /error", "outcome"), `clause` "RFC 7636 §4.6".
struct finding {
    std::string step;
    std::string at;
    std::string expected;
    std::string actual;
    std::string clause{};
    std::string place{};  // "scenarios/server/pkce/AS-PKCE-02.yaml:14:7"
};

// One exchange as text, secrets masked: request line, headers, body; the same for the answer.
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
    // A client was given what a correct one must refuse: this row counts for its mutation score (reports/matrix.hpp).
    bool refusal = false;
    std::string reason;  // for skip, known, stale, error: one sentence; else empty
    std::string cause;   // error: the reason without the step it was met at; rows of one cause have one root
    std::vector<finding> findings;
    std::vector<evidence> exchanges;
    std::string reproduce;  // one line to paste
    std::int64_t time_us = 0;
};

struct subject {
    std::string kind;  // "server" or "client"
    std::string name;
    std::string version;  // of the library, or empty
    std::string dialect;
    std::string issuer;
};

struct run {
    std::string command;     // as it was typed
    std::string started_at;  // RFC 3339, UTC
    std::int64_t time_us = 0;
    std::string profile;
    bool interrupted = false;
    std::vector<subject> subjects;
    std::vector<std::string> notes;  // what was left out and why ("Node 20 is missing: openid-client skipped")
    std::vector<row> rows;
};

struct totals {
    std::size_t pass = 0, fail = 0, warn = 0, info = 0, skip = 0, error = 0, known = 0, stale = 0;
};
[[nodiscard]] totals count(const std::vector<row>& rows);

// Rows that say something of the party under test: neither skip nor error.
[[nodiscard]] std::size_t decided(const totals& t);

// The exit code of docs: 130 interrupted, 3 any error verdict or nothing decided, 1 any fail, 6 any stale, 0
// otherwise.
[[nodiscard]] int exit_code(const run& r);

using assay::mask;
// The run with every text of it masked. Each writer does this with a mask that was told nothing, as a last resort;
// who makes the run applies one that knows the secrets.
[[nodiscard]] run masked(run r, const mask& secrets);

// At most this many bytes of a request or an answer are kept in the document, the note that it was cut included.
inline constexpr std::size_t evidence_limit = std::size_t{16} << 10U;

// docs/schema/result.json. Evidence above evidence_limit is cut; totals and exit_code are derived.
[[nodiscard]] json::value to_json(const run& r);
// Unknown members are passed over (the schema only ever grows). Errors: bad_json with the pointer of what does not
// fit.
[[nodiscard]] result<run> from_json(const json::value& document);

}  // namespace assay::reports
