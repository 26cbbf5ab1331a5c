// The checks of an authorization request in their order, and the first group of them: which client asks, and where
// the answer may be sent.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "mock_server/protocol/authorization.hpp"

namespace assay::mock {

// Checks rules in order; keeps the first refusal.
class demands {
public:
    demands(context& c, authorization_request& r) : c_(c), r_(r) {}

    bool operator()(rule id, bool holds, std::string_view got = {}, std::string_view expected = {}) {
        if (failed) return false;
        if (auto no = c_.demand(id, holds, got, expected)) refuse(std::move(*no));
        return !failed;
    }
    // With the rule switched off, the server refuses a request that needs this tolerance.
    void tolerate(rule id, bool needed, std::string_view got) {
        if (failed) return;
        if (auto no = c_.tolerate(id, needed, got)) refuse(std::move(*no));
    }
    // The same, but the refusal is always sent to the client, whatever the channel of the rule.
    void at_client(rule id, bool holds, std::string_view got, std::string_view expected) {
        if (failed || (*this)(id, holds, got, expected)) return;
        failed->redirect_uri = r_.redirect_uri;
    }
    void take(std::optional<refusal> no) {
        if (!failed && no) refuse(std::move(*no));
    }
    std::optional<authorization_refusal> failed;

private:
    void refuse(refusal no) {
        const bool may_redirect = no.where == channel::redirect;
        failed =
            authorization_refusal{std::move(no), may_redirect ? r_.redirect_uri : "", r_.state, r_.response_mode};
    }
    context& c_;
    authorization_request& r_;
};

// Whether this is the consent form of a dialect that checks less there than at the authorization endpoint.
[[nodiscard]] bool judges_less(const context& c);
// Sets `who` and `redirect_uri` of `r`; false when a rule about them refuses the request.
[[nodiscard]] bool identify_client(context& c, const oauth::form& p, authorization_request& r, demands& demand);
// Refuses a parameter that identifies the client and does not decode, before it would count as missing.
[[nodiscard]] std::optional<refusal> demand_identity_decoded(context& c);
// Where an error may be sent before the request is validated; empty: nowhere.
[[nodiscard]] std::string verified_redirect_uri(context& c, const oauth::form& p);

}  // namespace assay::mock
