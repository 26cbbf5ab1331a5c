// ${…} in check files: saved variables, members of a loop's element, random values, and values of the runner
// ("issuer", "last.code", "client.public.client_id"), which come from its `source`. Not thread-safe: one object per
// run of a check.
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
#include "oauth/random_source.hpp"

namespace assay::harness {

class variables {
public:
    // Returns the value of a name that is not a saved variable; errors as find().
    using source = std::function<result<json::value>(std::string_view name)>;
    // `random`: where random.… come from; it must outlive this object. nullptr: the system.
    explicit variables(source known = {}, oauth::random_source* random = nullptr)
        : known_(std::move(known)), random_(random) {}

    void set(std::string name, json::value v);
    // Appends to the list saved under that name; it starts empty.
    void append(const std::string& name, json::value v);
    // Copies the saved and declared names of the other, not its source.
    void inherit(const variables& other);
    void erase(const std::string& name) { saved_.erase(name); }
    // A name that some step saves: before that step it is absent, not unknown.
    void declare(std::string name) { declared_.insert(std::move(name)); }

    // A saved variable, NAME.member of one, random.code_verifier|token|uuid (new each time), tampered.X, s256.X
    // (RFC 7636 §4.2), filler.N (N letters), X+3600 and X-5 of an integer, or a value of the source. Errors:
    // not_found (a known name without a value), unsupported (the subject does not have it), usage (unknown
    // name).
    [[nodiscard]] result<json::value> find(std::string_view name) const;

    // The text with every ${…} replaced. Errors: not_found (with the saved names), unsupported, malformed (no closing
    // brace).
    [[nodiscard]] result<std::string> expand(std::string_view text) const;
    [[nodiscard]] result<std::string> expand(const std::string& text) const { return expand(std::string_view(text)); }
    // Expands every string inside; one that is exactly "${x}" gets the value and the type of x.
    [[nodiscard]] result<json::value> expand(const json::value& v) const;
    // In !matches the value is escaped: it is compared as text, not as a pattern.
    [[nodiscard]] result<matcher> expand(const matcher& m) const;

    // Every generated random value, for masking.
    [[nodiscard]] const std::vector<std::string>& secrets() const { return secrets_; }

private:
    [[nodiscard]] result<json::value> random(std::string_view kind) const;
    [[nodiscard]] result<json::value> plain(std::string_view name) const;
    [[nodiscard]] result<std::string> replace(std::string_view text, std::string (*shape)(const std::string&)) const;

    source known_;
    oauth::random_source* random_;
    std::map<std::string, json::value, std::less<>> saved_;
    std::set<std::string, std::less<>> declared_;
    mutable std::vector<std::string> secrets_;
};

// The text with one character in its middle replaced by another of the same kind (letter, digit).
[[nodiscard]] std::string tamper(std::string text);
// The value as text: strings unchanged, numbers and booleans as in JSON.
[[nodiscard]] std::string text_of(const json::value& v);

}  // namespace assay::harness
