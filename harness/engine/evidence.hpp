// What was exchanged, kept while a check runs and written out masked at its end.
// Not thread-safe: one per run of a check.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "http/client.hpp"
#include "reports/result.hpp"

namespace assay::harness {

class evidence_log {
public:
    void add(std::string step, const http::exchange& e);
    void secret(const std::string& s) { mask_.add(s); }
    // Tokens, codes and secrets of a JSON answer or of a redirect's query.
    void secrets_of(const http::exchange& e);

    [[nodiscard]] std::string masked(std::string text) const { return mask_.apply(std::move(text)); }
    [[nodiscard]] std::vector<reports::evidence> written() const;
    [[nodiscard]] bool empty() const { return kept_.empty(); }

private:
    std::vector<reports::evidence> kept_;
    reports::mask mask_;
};

}  // namespace assay::harness
