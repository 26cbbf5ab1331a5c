// One request at one issuer: what came, what the rules say of it, what the journal will tell. Used by one thread.
#pragma once

#include <concepts>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "data/json.hpp"
#include "http/message.hpp"
#include "mock_server/issuer/issuer.hpp"
#include "mock_server/pages/layout.hpp"
#include "mock_server/rules/refusal.hpp"
#include "mock_server/rules/rules.hpp"
#include "oauth/form_reading.hpp"

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

    // What does not decode of the parameters that this endpoint reads.
    [[nodiscard]] std::vector<oauth::bad_field> undecoded() const;

    [[nodiscard]] const dialect& speaks() const { return at->speaks(); }

    http::request request;
    std::shared_ptr<issuer> at;
    std::shared_ptr<fault_set> faults;
    std::int64_t now;      // issuer's clock, seconds
    std::string endpoint;  // journal name
    std::string path;      // below the issuer
    oauth::form query;     // what decodes of it
    oauth::form body;      // what decodes of a form body; empty otherwise
    std::vector<oauth::bad_field> query_undecoded;
    std::vector<oauth::bad_field> body_undecoded;
    bool body_is_form = false;
    bool body_too_long = false;      // more parameters than are read
    std::optional<hook> answers_at;  // the hook of the answer, where it has one
    json::object call;               // values for fault operations at that hook

    std::optional<refusal_note> refused;
    std::vector<std::string> leniencies;
    std::vector<std::string> faults_taken;
    std::string client_id;
    std::string dpop_jkt;  // of the key whose proof this request carries
    json::object assay;
    // Rules that are off for some requests: decided once a request.
    mutable std::map<rule, bool> off_this_time;

private:
    void read_multipart(std::string_view type);
    // As Python prints a list: ['client_secret_basic', 'none'].
    [[nodiscard]] std::string methods_of_endpoint() const;
    [[nodiscard]] refusal refusal_of(rule r, std::string_view got, std::string_view expected);
};

// An answer that waits at a named point before it is made: the non-atomic half of a race.
struct held {
    std::string point;
    std::size_t until_waiting = 2;
    std::function<http::response()> next;
};
using answer = std::variant<http::response, held>;

// "2026-07-01T09:00:00Z" (RFC 3339 §5.6).
[[nodiscard]] std::string iso_8601(std::int64_t epoch_s);

// Answers in the dialect's shape.
[[nodiscard]] http::response json_response(int status, const json::value& body);
// With the two cache headers of RFC 6749 §5.1.
[[nodiscard]] http::response token_json(const context& c, int status, const json::value& body);
[[nodiscard]] http::response token_json(const context& c, int status, std::string body);  // JSON text
[[nodiscard]] http::response redirect_response(const context& c, const std::string& location);
[[nodiscard]] http::response html_response(const context& c, int status, pages::page shown);
[[nodiscard]] http::response html_response(const context& c, int status, std::string html);
// The refusal as its channel sends it (all but redirects, which the authorization endpoint makes itself).
[[nodiscard]] http::response refusal_response(context& c, const refusal& r);
// 404 or 405 for a path or method that does not exist.
[[nodiscard]] http::response no_such_route(const context& c, int status);

}  // namespace assay::mock
