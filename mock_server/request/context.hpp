// One request at one issuer: the request, the rules and faults that apply to it, and what the journal will record.
// Not thread-safe: used by one thread.
#pragma once

#include <concepts>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "data/json.hpp"
#include "data/uuid.hpp"
#include "http/message.hpp"
#include "mock_server/dialects/endpoints.hpp"
#include "mock_server/issuer/issuer.hpp"
#include "mock_server/request/incoming.hpp"
#include "mock_server/rules/refusal.hpp"
#include "mock_server/rules/rules.hpp"

namespace assay::mock {

struct context {
    context(http::request&& r, std::shared_ptr<issuer> i);

    // A refusal, when `holds` is false and the rule is enforced. `got` fills the {} of its text.
    [[nodiscard]] std::optional<refusal> demand(rule r, bool holds, std::string_view got = {},
                                                std::string_view expected = {});
    // The same, with texts that are built only when the rule is violated: `words` returns {got, expected}.
    template <std::invocable Words>
    [[nodiscard]] std::optional<refusal> demand(rule r, bool holds, const Words& words) {
        if (holds) return std::nullopt;
        const std::pair<std::string, std::string> said = words();
        return demand(r, false, said.first, said.second);
    }
    // For rules that require tolerance: with the rule switched off, the server refuses a request that needs it.
    [[nodiscard]] std::optional<refusal> tolerate(rule r, bool needed, std::string_view got = {});
    // For rules that cause an action and not a refusal (no-store, rotation …): whether to do it.
    [[nodiscard]] bool enforces(rule r) const;
    // The faults that apply at that hook; `values`: for their placeholders (client_id …). Counts the call.
    [[nodiscard]] std::vector<taken_fault> take_faults(hook h, json::object values = {});
    // The same, with values that are computed only if there is a fault.
    template <std::invocable Values>
    [[nodiscard]] std::vector<taken_fault> take_faults(hook h, const Values& values) {
        return faults->none_at(h) ? std::vector<taken_fault>{} : take_faults(h, values());
    }
    // The result of `make` under these faults. `seen` is what the peer receives of a result: a fault that does not
    // change it is not recorded as fired.
    template <class Make, class Seen>
    [[nodiscard]] auto under(const std::vector<taken_fault>& taken, const Make& make, const Seen& seen) {
        std::vector<operation> operations;
        auto out = make(operations);
        for (const auto& one : taken) {
            operations.insert(operations.end(), one.operations.begin(), one.operations.end());
            auto with = make(operations);
            if (seen(with) != seen(out)) note_fault(one);
            out = std::move(with);
        }
        return out;
    }
    void note_fault(const taken_fault& t);
    // Records the fault with this operation as fired, for faults that act before there is an answer.
    void note_operation(std::string_view operation);
    // The client authentication methods of this endpoint, with this grant_type.
    [[nodiscard]] const std::vector<std::string>& auth_methods() const;
    // This issuer's metadata under another origin: a client must not send secrets there.
    [[nodiscard]] std::string elsewhere() const;
    // The client and the code of this request, as far as they are known.
    [[nodiscard]] fault_caller caller() const;

    // Sets the endpoint that handles the request.
    void go_to(const endpoint_row& r);
    // The parameters of this endpoint that do not decode.
    [[nodiscard]] std::vector<oauth::bad_field> undecoded() const;

    [[nodiscard]] const dialect& speaks() const { return at->speaks(); }

    incoming in;
    std::shared_ptr<issuer> at;
    std::shared_ptr<fault_set> faults;
    std::int64_t now;                                 // issuer's clock, seconds
    const endpoint_row* route = &endpoint_named("");  // until dispatch has found one
    std::string_view endpoint;                        // journal name
    std::string path;                                 // below the issuer's URL
    std::string alias;            // the prefix of path_aliases that the request has in place of another; empty: none
    std::optional<uuid> session;  // the authorization whose code or tokens are issued, as templates name it
    std::optional<hook> answers_at;  // hook of the answer, if it has one
    json::object call;               // values for the placeholders of faults at that hook

    std::optional<refusal_note> refused;
    std::vector<std::string> leniencies;
    std::vector<std::string> faults_taken;
    std::string client_id;
    std::string browser;   // of an isolated issuer, once this request gave the browser its id; see session.hpp
    std::string dpop_jkt;  // thumbprint of the key of this request's DPoP proof
    json::object assay;
    // Rules that are off for some requests only: decided once per request.
    mutable std::map<rule, bool> off_this_time;

private:
    // In the form of a Python list: ['client_secret_basic', 'none'].
    [[nodiscard]] std::string methods_of_endpoint() const;
    [[nodiscard]] refusal refusal_of(rule r, std::string_view got, std::string_view expected);
};

}  // namespace assay::mock
