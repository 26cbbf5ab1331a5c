#include "harness/cli/shared/tls_setup.hpp"

#include <algorithm>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "reports/writers.hpp"

namespace assay::harness {
namespace {

namespace fs = std::filesystem;
constexpr std::int64_t leaf_lifetime = 30LL * 86400;

result<std::string> state_folder() {
    const char* state = std::getenv("XDG_STATE_HOME");
    // XDG base directories must be absolute; relative ones are ignored.
    if (state != nullptr && *state == '/') return (fs::path(state) / "assay" / "tls").string();
    const char* home = std::getenv("HOME");
    if (home == nullptr || *home == '\0')
        return fail(errc::usage, "HOME is not set; say with --tls-dir where the certificate authority is kept");
    return (fs::path(home) / ".local" / "state" / "assay" / "tls").string();
}

}  // namespace

std::vector<CLI::Option*> add_tls_options(CLI::App& command, tls_options& o) {
    return {
        command.add_flag("--tls", o.on,
                         "Speak TLS, with a private certificate authority that is made on the first run"),
        command.add_option("--tls-dir", o.dir, "Where that authority is kept (default: $XDG_STATE_HOME/assay/tls)"),
        command.add_option("--tls-cert", o.certificate_file, "Your own certificate chain, PEM; with --tls-key"),
        command.add_option("--tls-key", o.key_file, "Its private key, PEM, without a passphrase"),
    };
}

result<std::optional<tls_setup>> set_up_tls(const tls_options& o, const std::vector<std::string>& names) {
    if (o.certificate_file.empty() != o.key_file.empty())
        return fail(errc::usage, "--tls-cert and --tls-key belong together; give both");
    if (!o.certificate_file.empty()) {
        auto own = http::read_identity(o.certificate_file, o.key_file);
        if (!own) return fail(errc::usage, own.error().message);
        return tls_setup{std::move(*own), std::nullopt, ""};
    }
    if (!o.on && o.dir.empty()) return std::nullopt;
    auto dir = o.dir.empty() ? state_folder() : result<std::string>(fs::absolute(o.dir).string());
    if (!dir) return fail(dir.error());
    const std::int64_t now = std::time(nullptr);
    auto ca = http::authority::keep_in(*dir, now);
    if (!ca) return fail(ca.error());
    std::vector<std::string> all{"localhost", "127.0.0.1", "::1"};
    for (const auto& name : names) {
        if (std::find(all.begin(), all.end(), name) != all.end()) continue;
        if (!name.starts_with("127.") && !name.ends_with(".localhost")) {
            return fail(errc::usage,
                        fmt::format("the private authority of --tls is limited to this machine, so it has "
                                    "no certificate for '{}'; call it NAME.localhost, or give a "
                                    "certificate of yours (--tls-cert)",
                                    name));
        }
        all.push_back(name);
    }
    auto who = ca->issue(all, {now - 3600, now + leaf_lifetime});
    if (!who) return fail(who.error());
    return tls_setup{std::move(*who), std::move(*ca), (fs::path(*dir) / "ca.pem").string()};
}

result<std::unique_ptr<run_authority>> run_authority::make() {
    const std::int64_t now = std::time(nullptr);
    auto ca = http::authority::make({now - 3600, now + leaf_lifetime});
    if (!ca) return fail(ca.error());
    std::error_code bad;
    std::string folder = (fs::temp_directory_path(bad) / "assay-ca-XXXXXX").string();
    if (bad || ::mkdtemp(folder.data()) == nullptr)
        return fail(errc::environment, "there is no folder for temporary files; set TMPDIR to one");
    std::unique_ptr<run_authority> out(new run_authority(std::move(*ca), std::move(folder)));
    if (auto ok = reports::write_file(out->file(), out->ca_.own().certificates); !ok) return fail(ok.error());
    // A client may run as another user, and the file contains no secret: the key is in memory only.
    using perms = fs::perms;
    fs::permissions(
        out->folder_,
        perms::owner_all | perms::group_read | perms::group_exec | perms::others_read | perms::others_exec, bad);
    fs::permissions(out->file(), perms::owner_read | perms::owner_write | perms::group_read | perms::others_read,
                    bad);
    return out;
}

run_authority::~run_authority() {
    std::error_code gone;  // an undeleted file contains no secret
    fs::remove_all(folder_, gone);
}

std::string how_to_trust(const std::string& ca_file) {
    const std::string store = (fs::path(ca_file).parent_path() / "truststore.p12").string();
    return fmt::format(
        "  curl     --cacert {0}\n"
        "  Node     export NODE_EXTRA_CA_CERTS={0}\n"
        "  Python   export SSL_CERT_FILE={0} REQUESTS_CA_BUNDLE={0}\n"
        "  Go       export SSL_CERT_FILE={0}\n"
        "  Java     keytool -importcert -noprompt -alias assay -file {0} -keystore {1} -storetype PKCS12 -storepass "
        "changeit\n"
        "           export JAVA_TOOL_OPTIONS='-Djavax.net.ssl.trustStore={1} "
        "-Djavax.net.ssl.trustStorePassword=changeit'\n",
        ca_file, store);
}

}  // namespace assay::harness
