// ${…} in check files: saved variables, members of a loop's element, random values, and whatever the runner knows
// ("issuer", "last.code", "client.public.client_id"), which comes from its `source`.
// Not thread-safe: one per run of a check.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "data/json.hpp"
#include "data/result.hpp"
#include "harness/scenario/matcher.hpp"

namespace assay::harness {

class variables {
public:
    // Looks a name up that is no saved variable; errors as find().
    using source = std::function<result<json::value>(std::string_view name)>;
    explicit variables(source known = {}) : known_(std::move(known)) {}

    void set(std::string name, json::value v);
    // At the end of the list saved under that name, which begins empty.
    void append(const std::string& name, json::value v);
    // What the other saved and declared; not its source.
    void inherit(const variables& other);
    void erase(const std::string& name) { saved_.erase(name); }
    // A name that some step saves: until then it is absent, not unknown.
    void declare(std::string name) { declared_.insert(std::move(name)); }

    // A saved variable, NAME.member of one, random.code_verifier|token|uuid (fresh each time), tampered.X, s256.X
    // (RFC 7636 §4.2), filler.N (N letters), X+3600 and X-5 of an integer, or what the source knows. Errors:
    // not_found (a known name without a value), unsupported (the subject cannot offer it), usage (nobody knows the
    // name).
    [[nodiscard]] result<json::value> find(std::string_view name) const;

    // Text with every ${…} replaced. Errors: not_found (with the saved names), unsupported, malformed (no closing
    // brace).
    [[nodiscard]] result<std::string> expand(std::string_view text) const;
    [[nodiscard]] result<std::string> expand(const std::string& text) const { return expand(std::string_view(text)); }
    // Each string inside; one that is exactly "${x}" becomes x with x's own type.
    [[nodiscard]] result<json::value> expand(const json::value& v) const;
    // Inside !matches a value stands for itself, not for a pattern.
    [[nodiscard]] result<matcher> expand(const matcher& m) const;

    // Every random value handed out, for masking.
    [[nodiscard]] const std::vector<std::string>& secrets() const { return secrets_; }

private:
    [[nodiscard]] result<json::value> random(std::string_view kind) const;
    [[nodiscard]] result<json::value> plain(std::string_view name) const;
    [[nodiscard]] result<std::string> replace(std::string_view text, std::string (*shape)(const std::string&)) const;

    source known_;
    std::map<std::string, json::value, std::less<>> saved_;
    std::set<std::string, std::less<>> declared_;
    mutable std::vector<std::string> secrets_;
};

// The text with one character of its middle changed to another of the same sort (letter, digit).
[[nodiscard]] std::string tamper(std::string text);
// A value where text is wanted: strings as they are, numbers and booleans as JSON writes them.
[[nodiscard]] std::string text_of(const json::value& v);

}  // namespace assay::harness
