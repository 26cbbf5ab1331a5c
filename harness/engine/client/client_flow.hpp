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

struct flow_settings {
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

class client_flow {
public:
    // Makes the issuer, the relying party and its registration. Errors: environment.
    [[nodiscard]] static result<std::unique_ptr<client_flow>> open(adapter& a, mock_control& control,
                                                                   const flow_settings& settings);
    ~client_flow();
    client_flow(const client_flow&) = delete;
    client_flow& operator=(const client_flow&) = delete;

    // `label` names the step in the evidence ("2 deliver"). Errors: what step.query says cannot be expanded.
    [[nodiscard]] result<leg> run(const client_step& s, const std::string& label);
    // What the step expected and did not find. Errors: environment.
    [[nodiscard]] result<std::vector<reports::finding>> judge(const check& c, const client_step& s,
                                                              const std::string& label, const leg& l);
    // What is wrong with how an application shows who is signed in, or empty: `who` has just signed in.
    [[nodiscard]] std::string why_not_shown(const leg& l, const std::string& who) const;
    // Whether any answer so far was one of the fault's.
    [[nodiscard]] result<bool> met_fault();
    // What the browser and the client's requests looked like, secrets masked.
    [[nodiscard]] std::vector<reports::evidence> evidence();

private:
    client_flow(adapter& a, mock_control& control) : adapter_(a), control_(control) {}
    [[nodiscard]] result<std::string> changed_callback(const client_step& s) const;
    [[nodiscard]] leg sign_in(const client_step& s, bool deliver);
    [[nodiscard]] result<void> create_party(const rp_request& wanted, bool faulty);
    [[nodiscard]] result<void> set_faults(const flow_settings& s);
    [[nodiscard]] result<json::value> make_other(const flow_settings& s, rp_request wanted);
    [[nodiscard]] leg deliver(const client_step& s, std::string url);
    [[nodiscard]] leg refresh();
    [[nodiscard]] leg call();
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
    std::string callback_;
    std::optional<leg> at_start_;  // an application that did not come up under a fault: every sign-in ends so
    json::value issuer_;           // its document
    bool signed_in_before_ = false;
    std::int64_t step_began_ = 0;  // seq of the last journal entry before the step
    std::int64_t memory_before_ = 0;
    canaries secrets_;
    // A second issuer and the client's party there, where the check speaks of them.
    std::string other_name_;
    rp_handle other_;
};

// The legs of a check's control: its own `control`, or every sign-in, refresh and UserInfo of its steps.
[[nodiscard]] std::vector<client_step> control_steps(const check& c);
// "2 deliver"
[[nodiscard]] std::string label_of(std::size_t index, const client_step& s);
// What all steps ask of the authorization request; a relying party is made once a check.
void add_request(const std::vector<client_step>& steps, flow_settings& s);

}  // namespace assay::harness
