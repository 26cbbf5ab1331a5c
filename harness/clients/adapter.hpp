// A client under test: its adapter process and the calls of the adapter contract (clients/README.md); or an
// application without the contract, whose process starts and ends with the relying party. Not thread-safe: one thread
// per adapter.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "data/json.hpp"
#include "data/result.hpp"
#include "harness/clients/client_yaml.hpp"
#include "harness/clients/process.hpp"
#include "http/client.hpp"

namespace assay::harness {

struct adapter_options {
    std::string assay_path;  // the value of "${assay}" in the command
    std::string path;        // PATH of the process; empty: ours
    std::string ca_file;     // PEM that it should trust, for issuers over TLS; empty: none
};

// The content of POST /assay/rp.
struct rp_request {
    std::string issuer;
    std::string client_id;
    std::string client_secret;  // empty: none
    std::string auth_method;
    json::value private_key;  // a private JWK for private_key_jwt; null: none
    std::string scope;
    bool nonce = true;  // false: send none, only with the capability nonce_optional
    json::object extra;
    std::vector<std::string> without;  // only for assay rp
    std::vector<std::string> use;      // extensions that this party should use: "par", "dpop"
};
struct rp_handle {
    std::string id;
    std::string redirect_uri;
    std::string sign_in_url;
    std::string post_logout_redirect_uri{};  // empty: none
};

class adapter {
public:
    // Starts the process and waits for its ready line. Errors: environment, one sentence with the last line of stderr
    // and what to do.
    [[nodiscard]] static result<std::unique_ptr<adapter>> start(const client_spec& c, const adapter_options& options);

    [[nodiscard]] const std::string& url() const { return url_; }
    [[nodiscard]] const std::string& version() const { return version_; }
    [[nodiscard]] const std::string& ca_file() const { return options_.ca_file; }
    // Whether the process has ended; waits at most `patience` for that.
    [[nodiscard]] bool gone(std::chrono::milliseconds patience = {}) {
        return process_ != nullptr && process_->ended(patience);
    }
    // nullptr for an adapter, which reports outcomes itself.
    [[nodiscard]] const application_spec* application() const {
        return spec_.application ? &*spec_.application : nullptr;
    }
    // "was killed by signal 11 (Segmentation fault); its last words: …".
    [[nodiscard]] std::string how_it_went() const;
    // As process::exit_status().
    [[nodiscard]] std::optional<int> exit_status() const {
        return process_ == nullptr ? std::nullopt : process_->exit_status();
    }
    // Ends the process and returns its complete output, stdout and stderr. restart() can start it
    // again.
    [[nodiscard]] std::string end_and_read() {
        if (process_ == nullptr) return {};
        process_->finish();
        return process_->printed();
    }
    // Waits until the client may fetch keys again (cool_down_s), or has ended.
    void cool_down();
    [[nodiscard]] const std::vector<std::string>& resources() const { return spec_.resources; }
    [[nodiscard]] std::int64_t peak_memory(bool again = false) const {
        return process_ == nullptr ? 0 : process_->peak_memory(again);
    }
    // Ends what is left of the process and starts it again. Errors: as start().
    [[nodiscard]] result<void> restart();

    // Creates a relying party. Errors: environment, when the adapter refuses or answers something else.
    [[nodiscard]] result<rp_handle> create(http::client& client, const rp_request& r);
    void remove(http::client& client, const rp_handle& rp);

private:
    adapter(client_spec c, adapter_options o) : spec_(std::move(c)), options_(std::move(o)) {}
    [[nodiscard]] result<void> launch();
    [[nodiscard]] result<void> run(process_options o);  // in the client's folder
    [[nodiscard]] result<rp_handle> launch_application(const rp_request& r);
    [[nodiscard]] result<void> wait_until_ready(http::client& client);
    [[nodiscard]] error complaint(std::string_view what) const;

    client_spec spec_;
    adapter_options options_;
    std::unique_ptr<process> process_;
    std::string url_;
    std::string version_;
    // The command of the last start, for messages.
    std::vector<std::string> command_;
    std::vector<std::pair<std::string, std::string>> environment_;
    std::string secret_;
};

}  // namespace assay::harness
