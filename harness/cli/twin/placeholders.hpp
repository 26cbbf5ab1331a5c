// What of a capture may be said, and what stands in its place: tokens, codes, secrets, cookies, and what is about a
// person become holes of a dialect's templates (${user.email}), any other text its shape (Xxxx-00). Thread-safe once
// made.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "harness/cli/twin/capture.hpp"

namespace assay::harness::twin {

class placeholders {
public:
    // `all`: also what is not of this provider, such as the form in which a password was typed.
    placeholders(const capture& c, const std::vector<exchange>& all);

    // The template of an answer, or of claims.
    [[nodiscard]] json::value template_of(const json::value& answer) const;
    // The same for one member or parameter.
    [[nodiscard]] json::value template_of(std::string_view name, const json::value& v) const;
    // A name, a scope or a path: without what is known to be secret or about a person.
    [[nodiscard]] std::string named(std::string text) const;
    // Text that was written for people: also without addresses and what looks like a number of a trace.
    [[nodiscard]] std::string told(std::string text) const;
    // The same text if it holds no secret; for a last look at what is printed.
    [[nodiscard]] std::string without_secrets(std::string text) const;
    // The URL below the mock: "${base}/device" for an endpoint of this provider.
    [[nodiscard]] json::value with_base(const json::value& v) const;

private:
    void learn(const exchange& e);
    void learn(const step& s);
    void learn_person(std::string_view parent, const json::value& v, int depth);
    void keep_secret(std::string_view value);
    void keep_name(const std::string& value, std::string_view hole);
    [[nodiscard]] json::value member_template(std::string_view parent, std::string_view name, const json::value& v,
                                              int depth) const;
    [[nodiscard]] json::value text_template(std::string_view parent, std::string_view name,
                                            const std::string& text) const;

    std::set<std::string, std::less<>> secrets_;
    std::map<std::string, std::string, std::less<>> holes_;  // by value
    std::vector<std::string> origins_;
    std::string issuer_;
};

// The shape of a text: capitals are X, other letters x, digits 0.
[[nodiscard]] std::string shape_of_text(std::string_view text);
// The same with one sign for what differs from answer to answer, such as the number of a trace.
[[nodiscard]] std::string wording_of(std::string_view text);

}  // namespace assay::harness::twin
