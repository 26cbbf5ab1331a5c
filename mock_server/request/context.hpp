// One request at one issuer: what came in, what the rules and the faults of the issuer say of it, and what the
// journal will tell. Used by one thread.
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
#include "http/message.hpp"
#include "mock_server/dialects/endpoints.hpp"
#include "mock_server/issuer/issuer.hpp"
#include "mock_server/request/incoming.hpp"
#include "mock_server/rules/refusal.hpp"
#include "mock_server/rules/rules.hpp"

namespace assay::mock {

struct context {
    context(http::request r, std::shared_ptr<issuer> i);

    // Ends the request when `holds` is false and the rule is in force. `got` fills the {} of the refusal's words.
    [[nodiscard]] std::optional<refusal> demand(rule r, bool holds, std::string_view got = {},
                                                std::string_view expected = {});
    // The same where the words are worth making only when the rule does not hold: `words` returns {got, expected}.
    template <std::invocable Words>
    [[nodiscard]] std::optional<refusal> demand(rule r, bool holds, const Words& words) {
        if (holds) return std::nullopt;
        const std::pair<std::string, std::string> said = words();
        return demand(r, false, said.first, said.second);
    }
    // For rules that ask for tolerance: only a server without the rule refuses what needs it.
    [[nodiscard]] std::optional<refusal> tolerate(rule r, bool needed, std::string_view got = {});
    // For rules that act rather than refuse (no-store, rotation …): whether to act.
    [[nodiscard]] bool enforces(rule r) const;
    // The faults that are on at that hook; `values` of this call (client_id …). Each call counts.
    [[nodiscard]] std::vector<taken_fault> take_faults(hook h, json::object values = {});
    // The same where the values are worth making only when there is a fault.
    template <std::invocable Values>
    [[nodiscard]] std::vector<taken_fault> take_faults(hook h, const Values& values) {
        return faults->none_at(h) ? std::vector<taken_fault>{} : take_faults(h, values());
    }
    // What `make` makes of their operations. `seen` is what the peer gets of it: a fault that changes nothing there
    // was not met, and nobody is told of it.
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
    // A fault that acts by this operation before any answer is made has acted.
    void note_operation(std::string_view operation);
    // How clients may authenticate at this endpoint, with this grant_type.
    [[nodiscard]] const std::vector<std::string>& auth_methods() const;
    // This issuer under another origin, where a client must not follow with anything secret.
    [[nodiscard]] std::string elsewhere() const;
    // Who calls, as far as it is known by now.
    [[nodiscard]] fault_caller caller() const;

    // Where the request is answered, from here on.
    void go_to(const endpoint_row& r);
    // What does not decode of the parameters that this endpoint reads.
    [[nodiscard]] std::vector<oauth::bad_field> undecoded() const;

    [[nodiscard]] const dialect& speaks() const { return at->speaks(); }

    incoming in;
    std::shared_ptr<issuer> at;
    std::shared_ptr<fault_set> faults;
    std::int64_t now;                                 // issuer's clock, seconds
    const endpoint_row* route = &endpoint_named("");  // until dispatch has found one
    std::string endpoint;                             // journal name
    std::string path;                                 // below the issuer
    std::optional<hook> answers_at;                   // the hook of the answer, where it has one
    json::object call;                                // values for fault operations at that hook

    std::optional<refusal_note> refused;
    std::vector<std::string> leniencies;
    std::vector<std::string> faults_taken;
    std::string client_id;
    std::string dpop_jkt;  // of the key whose proof this request carries
    json::object assay;
    // Rules that are off for some requests: decided once a request.
    mutable std::map<rule, bool> off_this_time;

private:
    // As Python prints a list: ['client_secret_basic', 'none'].
    [[nodiscard]] std::string methods_of_endpoint() const;
    [[nodiscard]] refusal refusal_of(rule r, std::string_view got, std::string_view expected);
};

}  // namespace assay::mock
