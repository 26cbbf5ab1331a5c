// The control API as a table: method, path and handler. docs/control-api.openapi.yaml describes the same routes; a
// test compares the two.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "data/json.hpp"
#include "data/result.hpp"
#include "http/message.hpp"
#include "mock_server/routing/mock.hpp"

namespace assay::mock::control {

// One request of the control listener with its path parsed. `at` is the issuer in the path, nullptr if the path has
// none; `name` is the value of the last {…} that is not an issuer.
struct call {
    mock& core;
    const http::request& request;
    std::shared_ptr<issuer> at{};
    std::string name{};

    // The value of that query parameter; empty when it is absent.
    [[nodiscard]] std::string parameter(std::string_view wanted) const;
    [[nodiscard]] bool has_parameter(std::string_view wanted) const;
};

struct refused {
    int status = 400;
    std::string error;    // "bad_request", "not_found", "method_not_allowed", "conflict", "forbidden"
    std::string message;  // a sentence that says what to do
    std::string allow{};  // of 405: the methods of the path (RFC 9110 §10.2.1)
};
using reply = tl::expected<http::plan, refused>;

struct route {
    std::string_view method;
    std::string_view path;  // "/issuers/{issuer}/clients/{client_id}"
    reply (*run)(const call&);
};
[[nodiscard]] std::span<const route> routes();

// Helpers of the handlers.
[[nodiscard]] reply ok(const json::value& body, int status = 200);
[[nodiscard]] reply no_content();
[[nodiscard]] tl::unexpected<refused> no(int status, std::string error, std::string message);
[[nodiscard]] tl::unexpected<refused> no(const error& e);
// The JSON body; an empty one is {}.
[[nodiscard]] tl::expected<json::value, refused> body_of(const call& c);

// issuers.cpp
[[nodiscard]] reply list_issuers(const call& c);
[[nodiscard]] reply make_issuer(const call& c);
[[nodiscard]] reply read_issuer(const call& c);
[[nodiscard]] reply end_issuer(const call& c);
[[nodiscard]] reply reset_issuer(const call& c);
[[nodiscard]] reply read_faults(const call& c);
[[nodiscard]] reply replace_faults(const call& c);
[[nodiscard]] reply add_faults(const call& c);
[[nodiscard]] reply clear_faults(const call& c);
[[nodiscard]] reply read_clock(const call& c);
[[nodiscard]] reply move_clock(const call& c);
[[nodiscard]] reply read_keys(const call& c);
[[nodiscard]] reply rotate_keys(const call& c);
[[nodiscard]] reply mint(const call& c);
[[nodiscard]] reply mint_pairs(const call& c);
// clients.cpp
[[nodiscard]] reply list_clients(const call& c);
[[nodiscard]] reply add_client(const call& c);
[[nodiscard]] reply read_client(const call& c);
[[nodiscard]] reply replace_client(const call& c);
[[nodiscard]] reply end_client(const call& c);
// people.cpp
[[nodiscard]] reply list_users(const call& c);
[[nodiscard]] reply add_user(const call& c);
[[nodiscard]] reply read_user(const call& c);
[[nodiscard]] reply replace_user(const call& c);
[[nodiscard]] reply end_user(const call& c);
[[nodiscard]] reply read_claims(const call& c);
[[nodiscard]] reply replace_claims(const call& c);
[[nodiscard]] reply withdraw_consent(const call& c);
[[nodiscard]] reply list_organizations(const call& c);
[[nodiscard]] reply add_organization(const call& c);
[[nodiscard]] reply read_organization(const call& c);
[[nodiscard]] reply replace_organization(const call& c);
[[nodiscard]] reply end_organization(const call& c);
// devices.cpp
[[nodiscard]] reply list_devices(const call& c);
[[nodiscard]] reply read_device(const call& c);
[[nodiscard]] reply decide_device(const call& c);
// journals.cpp
[[nodiscard]] reply read_journal(const call& c);
[[nodiscard]] reply empty_journal(const call& c);
[[nodiscard]] reply journal_as_har(const call& c);
[[nodiscard]] reply journal_events(const call& c);
[[nodiscard]] reply read_orphans(const call& c);
[[nodiscard]] reply empty_orphans(const call& c);
// about.cpp
[[nodiscard]] reply health(const call& c);
[[nodiscard]] reply metrics(const call& c);
[[nodiscard]] reply list_rules(const call& c);
[[nodiscard]] reply list_faults(const call& c);
[[nodiscard]] reply list_dialects(const call& c);
[[nodiscard]] reply openapi(const call& c);

}  // namespace assay::mock::control
