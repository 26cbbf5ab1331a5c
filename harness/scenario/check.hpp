// A check file as a typed model. The loader (loader.hpp) makes it; nothing here is validated again.
// Values keep their ${…} until a run expands them. Thread-safe: plain values.
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

// A value under a verb. `absent`: !absent, the parameter is taken away. Otherwise a scalar, an array (the parameter
// is repeated) or, for JSON bodies, anything.
struct parameter {
    std::string name;
    bool absent = false;
    json::value value;
    yaml::place at;
};

// Who signs in, and what that person answers. `nobody`: nobody signs in.
struct sign_in_spec {
    bool nobody = false;
    std::string user = "ada";
    std::vector<std::string> organizations;  // slugs
    std::string consent = "allow";           // or "deny"
    bool by_page = false;                    // on the server's own pages, where there is a shorter way, too
};

struct named_matcher {
    std::string name;  // header, member or pointer, parameter
    matcher what;
    yaml::place at;
};

// ---- server checks ----

// What one assertion looks at. `name` is used by header, json, redirect_query, redirect_fragment, jwt_header,
// jwt_claim.
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
    std::vector<step> steps;  // inside this one: of a loop all, of a race the one request
    std::vector<capture> save;
    std::vector<capture> collect;     // appended to a list, step after step; race: of every answer
    std::vector<named_matcher> when;  // on saved variables: the step is passed over unless all hold
    std::vector<assertion> given;     // what must hold for the check to be decided; otherwise it is undecided
    std::vector<assertion> expect;
    std::vector<assertion> exactly_one, others;  // race
    yaml::place exactly_one_at;
};

// ---- client checks ----

// What the journal must show since the step began.
struct seen_spec {
    std::string endpoint;                             // as in the journal: "token", "userinfo" …
    std::optional<matcher> count;                     // absent: at least one request
    std::vector<named_matcher> form, query, headers;  // hold for every such request
    std::vector<named_matcher> assertion;             // of its client_assertion: {header, claims, lifetime_s}
    bool one_method = false;                          // no request authenticates the client in two ways
    std::vector<std::string> fresh;                   // query parameters: other than in every earlier request
    bool no_repeats = false;                          // no parameter of query and form comes twice, but resource
    yaml::place at;
};

struct client_expectation {
    std::optional<matcher> outcome;  // against "accepted" or "rejected"
    std::optional<matcher> code, error;
    std::vector<named_matcher> report;  // members or pointers of the outcome document
    std::vector<seen_spec> seen;
    std::vector<std::string> never;          // endpoints
    std::optional<matcher> memory;           // MiB by which the client's own grew at most during the step
    std::string user;                        // whose session it is, where somebody is signed in; empty: whoever's
    std::optional<matcher> secrets_printed;  // how many, when the client has ended and all it printed was read
};

struct client_step : verb_use {
    std::optional<client_expectation> expect;
};

// ---- both ----

struct matrix_axis {
    std::string name;
    std::vector<json::value> values;
};

// What must make the check not pass, in at least one of its variants; each variant has one that makes it not pass.
// One of the two is set; both may hold ${matrix.NAME}.
struct witness {
    json::value faults;    // array of fault specs, all on at once
    std::string careless;  // client checks: the validation that `assay rp` leaves out
    yaml::place at;
};

struct check {
    std::string id;  // "AS-PKCE-02"
    std::string title;
    std::string file;  // as messages name it
    bool is_client = false;
    std::vector<std::string> source;
    std::string says;  // the sentence of source.front() that the level rests on; "…" stands for what is left out
    std::vector<std::string> binds;  // whom that sentence binds: "authorization_server" …; empty where says is
    reports::level level = reports::level::must;
    std::vector<std::string> needs;
    std::string destructive;            // what it does to a server that others use; empty: nothing
    std::vector<std::string> dialects;  // empty: any; proven on strict
    std::vector<witness> witnesses;
    std::vector<matrix_axis> matrix;
    json::object clients;  // role -> members merged into what is registered
    std::vector<step> steps;

    json::value fault = json::array{};  // client checks: fault specs that are on while client_steps run
    json::value takes = json::array{};  // client checks: whoever refuses this alone is not asked, as its refusal of
                                        // the fault would say nothing
    bool may_miss_fault = false;        // a careful client may never meet it
    bool issuer_slash = false;          // client checks: the issuer ends in a slash
    std::vector<client_step> client_steps;
    std::optional<std::vector<client_step>> control;  // nullopt: client_steps without the fault

    [[nodiscard]] std::string area() const;                        // "AS-PKCE"
    [[nodiscard]] std::string place(const yaml::place& at) const;  // "file:line:column"
    [[nodiscard]] std::vector<std::string> proof_dialects() const;
    // Whether a correct client must refuse what this check gives it.
    [[nodiscard]] bool asks_for_refusal() const;
};

// One combination of the matrix: the name for the row ("client=public, method=plain") and matrix.NAME values.
struct variant {
    std::string name;
    std::vector<std::pair<std::string, json::value>> values;
};
// At least one: a check without a matrix has one variant without a name.
[[nodiscard]] std::vector<variant> variants(const check& c);
// The value with every ${matrix.NAME} replaced, and every other ${…} left as it is.
[[nodiscard]] json::value with_matrix(const json::value& v, const variant& one);

}  // namespace assay::harness
