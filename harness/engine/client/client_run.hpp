// One issuer, one relying party, one browser: the steps of a client check and their results. The client's report and
// the issuer's journal are compared; a step passes when both agree. Not thread-safe.
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
    std::string seed;  // of the issuer's random values and the client's registration; empty: none
    json::value faults = json::array{};
    bool own_origin = false;           // the issuer has a port of its own
    bool tls = false;                  // the issuer is an https URL
    std::vector<std::string> lenient;  // rules of the issuer that this client always violates, switched off
    client_configuration configuration;
    std::string scope = "openid profile email";
    bool nonce = true;
    json::object extra;
    std::vector<std::string> without;
    std::vector<std::string> use;  // extensions that the check needs and the client must be told to use
    json::object clients;          // role -> changed members of the registration
    variant matrix;
    bool issuer_slash = false;  // the issuer ends in a slash
    bool short_tokens = false;  // access tokens expire soon, so that the client refreshes
    bool other_issuer = false;  // the check refers to a second one
    bool other_party = false;   // and to the client's party there
    std::chrono::milliseconds deadline{10'000};
};

// The name of exchanges from the issuer's journal; the others are the browser's.
constexpr std::string_view from_the_journal = "client to issuer";

class client_run {
public:
    // Creates the issuer and the relying party, and registers the client. Errors: environment.
    [[nodiscard]] static result<std::unique_ptr<client_run>> open(adapter& a, mock_control& control,
                                                                  const run_settings& settings);
    ~client_run();
    client_run(const client_run&) = delete;
    client_run& operator=(const client_run&) = delete;

    // `label` names the step in the evidence ("2 deliver"). Errors: those of the verb; environment.
    [[nodiscard]] result<step_outcome> run(const client_step& s, const std::string& label);
    // The expectations of the step that do not hold. Errors: environment.
    [[nodiscard]] result<std::vector<reports::finding>> judge(const check& c, const client_step& s,
                                                              const std::string& label, const step_outcome& l);
    // What is wrong with the user that an application shows after `who` signed in, or empty.
    [[nodiscard]] std::string why_not_shown(const step_outcome& l, const std::string& who) const;
    // Whether the fault changed any answer so far.
    [[nodiscard]] result<bool> met_fault();
    // The exchanges of the browser and of the client, secrets masked.
    [[nodiscard]] std::vector<reports::evidence> evidence();

    // ---- for the verbs ----
    [[nodiscard]] adapter& client() const { return adapter_; }
    [[nodiscard]] client_browser& browser() { return *browser_; }
    [[nodiscard]] const variables& names() const { return variables_; }
    [[nodiscard]] const rp_handle& party() const { return rp_; }
    // At the second issuer, if the check refers to it.
    [[nodiscard]] const rp_handle& other_party() const { return other_; }
    [[nodiscard]] std::string issuer() const { return std::string(issuer_.string_at("issuer")); }
    // Set if an application did not start under a fault: every sign-in ends with this outcome.
    [[nodiscard]] const std::optional<step_outcome>& at_start() const { return at_start_; }
    // The requests to the issuer since the start of the step. Errors: environment.
    [[nodiscard]] result<std::vector<journal_entry>> requests_of_step();

    std::string callback;        // of the last sign-in; empty: there was none
    bool has_signed_in = false;  // a sign-in has begun in this browser

private:
    client_run(adapter& a, mock_control& control) : adapter_(a), control_(control) {}
    [[nodiscard]] result<void> create_party(const rp_request& wanted, bool faulty);
    [[nodiscard]] result<void> set_faults(const run_settings& s);
    [[nodiscard]] result<json::value> make_other(const run_settings& s, rp_request wanted);
    // The names of a user at the issuer: sub, username, name, email.
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
    std::int64_t step_began_ = 0;  // seq of the last journal entry before it
    std::int64_t memory_before_ = 0;
    canaries secrets_;
    // A second issuer and the client's party there, if the check refers to them.
    std::string other_name_;
    rp_handle other_;
};

// The steps of a check's control: its own `control`, or those of its steps that work without the fault.
[[nodiscard]] std::vector<client_step> control_steps(const check& c);
// "2 deliver"
[[nodiscard]] std::string label_of(std::size_t index, const client_step& s);
// Collects the parameters of the authorization request from all steps: a relying party is created once per check.
void add_request(const std::vector<client_step>& steps, run_settings& s);

}  // namespace assay::harness
