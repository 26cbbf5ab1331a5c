// A check file as a typed model, made by the loader (loader.hpp), which validates it. Values keep their ${…} until a
// run expands them. Thread-safe: plain values.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "data/json.hpp"
#include "data/yaml.hpp"
#include "harness/scenario/matcher.hpp"
#include "harness/scenario/verb.hpp"
#include "reports/result.hpp"

namespace assay::harness {

// A value under a verb. `absent`: !absent, the parameter is not sent. Otherwise a scalar, an array (the parameter is
// repeated) or, in JSON bodies, any value.
struct parameter {
    std::string name;
    bool absent = false;
    json::value value;
    yaml::place at;
};

// The user who signs in, and the answers on the pages. `nobody`: no user signs in.
struct sign_in_spec {
    bool nobody = false;
    std::string user = "ada";
    std::vector<std::string> organizations;  // slugs
    std::string consent = "allow";           // or "deny"
    bool by_page = false;                    // on the server's own pages, even if there is a shorter way
};

struct named_matcher {
    std::string name;  // header, member or pointer, parameter
    matcher what;
    yaml::place at;
};

// ---- server checks ----

// The part of an observation that an assertion is about. `name` is used by header, json, redirect_query,
// redirect_fragment, jwt_header, jwt_claim.
enum class aspect {
    status,
    header,
    content_type,
    json,
    json_members,
    body,
    not_5xx,
    page,
    redirect,
    redirect_to,
    redirect_query,
    redirect_fragment,
    jwt_header,
    jwt_claim,
    jwt_signature,
    jwt_lifetime,
};

struct assertion {
    aspect what = aspect::status;
    std::string name;
    matcher wants;
    yaml::place at;
};

struct capture {
    std::string variable;
    std::string from;  // "query.code", "json./error", "claims.sub"
    yaml::place at;
};

struct step : verb_use {
    std::vector<step> steps;  // inner steps: of a loop all, of a race the one request
    std::vector<capture> save;
    std::vector<capture> collect;     // appended to a list; race: of every answer
    std::vector<named_matcher> when;  // on saved variables: the step is skipped unless all hold
    std::vector<assertion> given;     // preconditions: unless they hold, the check is undecided
    std::vector<assertion> expect;
    std::vector<assertion> exactly_one, others;  // race
    yaml::place exactly_one_at;
};

// ---- client checks ----

// What the journal must show since the start of the step.
struct seen_spec {
    std::string endpoint;                             // name in the journal: "token", "userinfo" …
    std::optional<matcher> count;                     // absent: at least one request
    std::vector<named_matcher> form, query, headers;  // hold for every such request
    std::vector<named_matcher> assertion;             // of its client_assertion: {header, claims, lifetime_s}
    bool one_method = false;                          // no request authenticates the client by two methods
    std::vector<std::string> fresh;                   // query parameters that differ from every earlier request's
    bool no_repeats = false;                          // no parameter of query or form is repeated, except resource
    yaml::place at;
};

struct client_expectation {
    std::optional<matcher> outcome;  // compared with "accepted" or "rejected"
    std::optional<matcher> code, error;
    std::vector<named_matcher> report;  // members or pointers of the outcome document
    std::vector<seen_spec> seen;
    std::vector<std::string> never;          // endpoints
    std::optional<matcher> memory;           // growth of the client's memory during the step, MiB
    std::string user;                        // the user of the session, if one is signed in; empty: any
    std::optional<matcher> secrets_printed;  // number of secrets in all output, read after the client's end
};

struct client_step : verb_use {
    std::optional<client_expectation> expect;
};

// ---- both ----

struct matrix_axis {
    std::string name;
    std::vector<json::value> values;
};

// A fault or mutant under which the check must not pass, in at least one of its variants; each variant has such a
// witness. One of the two members is set; both may contain ${matrix.NAME}.
struct witness {
    json::value faults;  // array of fault specs, all on together
    std::string mutant;  // client checks: the validation that `assay rp` leaves out
    yaml::place at;
};

struct check {
    std::string id;  // "AS-PKCE-02"
    std::string title;
    std::string file;  // the name in messages
    bool is_client = false;
    std::vector<std::string> source;
    std::string says;  // the sentence of source.front() on which the level is based; "…" stands for omitted words
    std::vector<std::string> binds;  // whom that sentence binds: "authorization_server" …; empty if `says` is
    reports::level level = reports::level::must;
    std::vector<std::string> needs;
    std::string destructive;            // the damage to a server in use; empty: none
    std::vector<std::string> dialects;  // empty: any; proven on strict
    std::vector<witness> witnesses;
    std::vector<matrix_axis> matrix;
    json::object clients;  // role -> members merged into the registration
    std::vector<step> steps;

    json::value fault = json::array{};  // client checks: fault specs that are on during client_steps
    json::value takes = json::array{};  // client checks: skipped for a client that refuses this alone: its refusal of
                                        // the fault would show nothing
    bool may_miss_fault = false;        // a careful client may never meet the fault
    bool issuer_slash = false;          // client checks: the issuer ends in a slash
    std::vector<client_step> client_steps;
    std::optional<std::vector<client_step>> control;  // nullopt: client_steps without the fault

    [[nodiscard]] std::string area() const;                        // "AS-PKCE"
    [[nodiscard]] std::string place(const yaml::place& at) const;  // "file:line:column"
    [[nodiscard]] std::vector<std::string> proof_dialects() const;
    // Whether a correct client must refuse what this check sends.
    [[nodiscard]] bool asks_for_refusal() const;
};

// One combination of the matrix: its name for the row ("client=public, method=plain") and the matrix.NAME values.
struct variant {
    std::string name;
    std::vector<std::pair<std::string, json::value>> values;
};
// At least one: a check without a matrix has one variant without a name.
[[nodiscard]] std::vector<variant> variants(const check& c);
// The value with every ${matrix.NAME} replaced; other ${…} are kept.
[[nodiscard]] json::value with_matrix(const json::value& v, const variant& one);

}  // namespace assay::harness
