// A dialect that is being drafted from a capture: what was seen, where, and what was not. Thread-safe: plain values.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "harness/cli/twin/capture.hpp"
#include "harness/cli/twin/placeholders.hpp"
#include "mock_server/dialects/dialect.hpp"

namespace assay::harness::twin {

class draft {
public:
    // Starts as `base`.
    draft(const capture& c, const placeholders& hidden, std::shared_ptr<const mock::dialect> base, std::string name);

    // Sets a member, and notes where it was seen; `key` as in dialect_fields(): "lifetimes.code", "discovery".
    template <class T, class V>
    void set(T& member, V value, const std::string& key, const std::string& seen) {
        member = std::move(value);
        notes[key] = seen;
    }
    // A rule that the provider does not enforce, or that it does.
    void enforce(mock::rule r, bool enforced, const std::string& seen);
    // Another place where it was seen.
    void also(const std::string& key, const std::string& seen);
    void doubt(std::string what);  // once

    // The file, which parse_dialect() reads.
    [[nodiscard]] std::string text() const;

    const capture& from;
    const placeholders& hidden;
    std::shared_ptr<const mock::dialect> base;
    mock::dialect d;
    std::map<std::string, std::string> notes;  // by key: "tokens.prefixes", "rule NAME", "refusal NAME", "claims"
    std::vector<std::string> unknown;
};

// The built-in dialect of a provider with the same paths, or `strict`.
[[nodiscard]] std::shared_ptr<const mock::dialect> nearest_dialect(const capture& c);

// Everything that can be read off the capture alone: paths, lifetimes, token formats, metadata, what was not seen.
void take_facts(draft& out);
// Of those, the ones about tokens: lifetimes, prefixes, formats, claims, scopes.
void take_token_facts(draft& out);

}  // namespace assay::harness::twin
