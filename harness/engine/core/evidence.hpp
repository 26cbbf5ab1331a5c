// The exchanges of a check, recorded while it runs and masked when written at its end. If
// there are very many, the first and the last are kept. Not thread-safe: one per run of a
// check.
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
    // Records what was not HTTP: a TLS handshake, a connection that failed.
    void note(std::string step, std::string asked, std::string found) {
        keep({std::move(step), std::move(asked), std::move(found), 0});
    }
    void secret(const std::string& s) {
        mask_.add(s);
        secrets_.push_back(s);
    }
    // Copies the exchanges and the secrets of the other.
    void take(const evidence_log& other);
    // Remembers tokens, codes and secrets of a JSON answer or a redirect's query, for masking.
    void secrets_of(const http::exchange& e);

    [[nodiscard]] std::string masked(std::string text) const { return mask_.apply(std::move(text)); }
    [[nodiscard]] std::vector<reports::evidence> written() const;
    // As sent and received, secrets included.
    [[nodiscard]] const std::vector<reports::evidence>& in_full() const { return kept_; }
    [[nodiscard]] bool empty() const { return kept_.empty(); }

private:
    void keep(reports::evidence e);

    std::vector<reports::evidence> kept_;
    std::size_t left_out_ = 0;
    std::vector<std::string> secrets_;
    reports::mask mask_;
};

}  // namespace assay::harness
