// The rules of an authorization request in the order in which they are met, and the first of them: who asks, and
// where the answer may go.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "mock_server/protocol/authorization.hpp"

namespace assay::mock {

// Demands in the order in which they are met; the first refusal stays.
class demands {
public:
    demands(context& c, authorization_request& r) : c_(c), r_(r) {}

    bool operator()(rule id, bool holds, std::string_view got = {}, std::string_view expected = {}) {
        if (failed) return false;
        if (auto no = c_.demand(id, holds, got, expected)) refuse(std::move(*no));
        return !failed;
    }
    // Only a server without the rule refuses what needs it.
    void tolerate(rule id, bool needed, std::string_view got) {
        if (failed) return;
        if (auto no = c_.tolerate(id, needed, got)) refuse(std::move(*no));
    }
    // The same, but whatever the rule says the client is told.
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

// Where the dialect's consent form looks at less than the authorization endpoint did.
[[nodiscard]] bool judges_less(const context& c);
// Fills `who` and `redirect_uri` of `r`; false where a rule of those ends the request.
[[nodiscard]] bool identify_client(context& c, const oauth::form& p, authorization_request& r, demands& demand);
// A parameter on which the identification hangs and that does not decode: to be told before it is missed.
[[nodiscard]] std::optional<refusal> demand_identity_decoded(context& c);
// Where an error may go before anything else is known of the request; empty: nowhere.
[[nodiscard]] std::string verified_redirect_uri(context& c, const oauth::form& p);

}  // namespace assay::mock
