// One issuer, one relying party, one browser: the steps of a client check, and what they showed. The client's own
// report and the issuer's journal are two witnesses; a step holds when both agree. Not thread-safe.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "data/result.hpp"
#include "harness/clients/adapter.hpp"
#include "harness/engine/client/canaries.hpp"
#include "harness/engine/client/client_browser.hpp"
#include "harness/engine/client/mock_control.hpp"
#include "harness/scenario/check.hpp"
#include "harness/scenario/variables.hpp"
#include "reports/result.hpp"

namespace assay::harness {

struct run_settings {
    std::string dialect;
    json::value faults = json::array{};
    bool own_origin = false;           // the issuer has a port of its own
    bool tls = false;                  // the issuer is an https URL
    std::vector<std::string> lenient;  // rules of the issuer that this client cannot keep, switched off
    client_configuration configuration;
    std::string scope = "openid profile email";
    bool nonce = true;
    json::object extra;
    std::vector<std::string> without;
    std::vector<std::string> use;  // extensions the check needs, of those that a client must be told to use
    json::object clients;          // role -> what is registered differently
    variant matrix;
    bool issuer_slash = false;  // the issuer ends in a slash
    bool short_tokens = false;  // access tokens end soon: the check refreshes, and an application does so by itself
    bool other_issuer = false;  // the check speaks of a second one
    bool other_party = false;   // and of the client's party there
    std::chrono::milliseconds deadline{10'000};
};

// The step of an exchange that is out of the issuer's journal; the others are the browser's.
constexpr std::string_view from_the_journal = "client to issuer";

class client_run {
public:
    // Makes the issuer, the relying party and its registration. Errors: environment.
    [[nodiscard]] static result<std::unique_ptr<client_run>> open(adapter& a, mock_control& control,
                                                                  const run_settings& settings);
    ~client_run();
    client_run(const client_run&) = delete;
    client_run& operator=(const client_run&) = delete;

    // `label` names the step in the evidence ("2 deliver"). Errors: those of the verb; environment.
    [[nodiscard]] result<step_outcome> run(const client_step& s, const std::string& label);
    // What the step expected and did not find. Errors: environment.
    [[nodiscard]] result<std::vector<reports::finding>> judge(const check& c, const client_step& s,
                                                              const std::string& label, const step_outcome& l);
    // What is wrong with how an application shows who is signed in, or empty: `who` has just signed in.
    [[nodiscard]] std::string why_not_shown(const step_outcome& l, const std::string& who) const;
    // Whether any answer so far was one of the fault's.
    [[nodiscard]] result<bool> met_fault();
    // What the browser and the client's requests looked like, secrets masked.
    [[nodiscard]] std::vector<reports::evidence> evidence();

    // ---- for the verbs ----
    [[nodiscard]] adapter& client() const { return adapter_; }
    [[nodiscard]] client_browser& browser() { return *browser_; }
    [[nodiscard]] const variables& names() const { return variables_; }
    [[nodiscard]] const rp_handle& party() const { return rp_; }
    // Of the second issuer, where the check speaks of it.
    [[nodiscard]] const rp_handle& other_party() const { return other_; }
    [[nodiscard]] std::string issuer() const { return std::string(issuer_.string_at("issuer")); }
    // An application that did not come up under a fault: every sign-in ends so.
    [[nodiscard]] const std::optional<step_outcome>& at_start() const { return at_start_; }
    // What the issuer was asked since the step began. Errors: environment.
    [[nodiscard]] result<std::vector<journal_entry>> requests_of_step();

    std::string callback;        // of the last sign-in; empty: there was none
    bool has_signed_in = false;  // a sign-in has begun in this browser

private:
    client_run(adapter& a, mock_control& control) : adapter_(a), control_(control) {}
    [[nodiscard]] result<void> create_party(const rp_request& wanted, bool faulty);
    [[nodiscard]] result<void> set_faults(const run_settings& s);
    [[nodiscard]] result<json::value> make_other(const run_settings& s, rp_request wanted);
    // What the issuer knows a person by: sub, username, name, email.
    [[nodiscard]] std::vector<std::string> names_of(const std::string& user) const;

    adapter& adapter_;
    mock_control& control_;
    std::string issuer_name_;
    std::string client_id_;
    std::string client_secret_;
    rp_handle rp_;
    std::unique_ptr<client_browser> browser_;
    http::client admin_;  // the adapter's own calls
    variables variables_;
    std::optional<step_outcome> at_start_;
    json::value issuer_;           // its document
    std::int64_t step_began_ = 0;  // seq of the last journal entry before the step
    std::int64_t memory_before_ = 0;
    canaries secrets_;
    // A second issuer and the client's party there, where the check speaks of them.
    std::string other_name_;
    rp_handle other_;
};

// The steps of a check's control: its own `control`, or those of its steps that one can have without the fault.
[[nodiscard]] std::vector<client_step> control_steps(const check& c);
// "2 deliver"
[[nodiscard]] std::string label_of(std::size_t index, const client_step& s);
// What all steps ask of the authorization request; a relying party is made once a check.
void add_request(const std::vector<client_step>& steps, run_settings& s);

}  // namespace assay::harness
