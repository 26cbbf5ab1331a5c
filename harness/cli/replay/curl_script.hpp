// The requests of one server check as a shell script with curl: what a server gave (codes, tokens, form fields) is
// taken from its answers as they come, and secrets are variables. Not thread-safe.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "harness/cli/replay/capsule.hpp"
#include "harness/engine/server/subject.hpp"
#include "reports/result.hpp"

namespace assay::harness {

// A text that requests contain, and the shell variable that stands for it.
struct known_value {
    std::string text, variable;
};

class curl_script {
public:
    // What a run of the check sent and received, secrets included: they do not get into the script.
    void take(const issuer_view& at, const std::vector<reports::evidence>& all);
    // `now`: the row of that run, for the comments.
    [[nodiscard]] std::string write(const capsule& c, const reports::row& now) const;

private:
    [[nodiscard]] std::string prologue(const capsule& c, const reports::row& now) const;
    [[nodiscard]] std::string issuer_lines() const;
    [[nodiscard]] std::string secret_lines(std::vector<known_value>& known) const;
    [[nodiscard]] std::string request_lines(const reports::evidence& e, const std::vector<known_value>& known) const;
    // Assignments for the values of answer `n` that later requests contain.
    [[nodiscard]] std::string taken_from(std::size_t n, std::vector<known_value>& known,
                                         std::map<std::string, int>& names) const;
    [[nodiscard]] bool is_mock() const { return !at_.control.empty(); }

    issuer_view at_;
    std::vector<reports::evidence> exchanges_;
};

}  // namespace assay::harness
