#include "harness/engine/server/oidf_config.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "harness/engine/server/oidf_members.hpp"
#include "http/url.hpp"

namespace assay::harness {
namespace {

constexpr std::size_t bytes_max = std::size_t{4} << 20U;
constexpr std::string_view well_known = "/.well-known/openid-configuration";

// Members of the suite's forms (its @PublishTestModule and @VariantConfigurationFields). `known`: those that mean
// nothing here.
constexpr std::array<std::string_view, 9> root_used{"alias",   "description",        "publish", "server",  "client",
                                                    "client2", "client_secret_post", "browser", "override"};
constexpr std::array<std::string_view, 21> root_known{"browser_verbose",
                                                      "client_attestation",
                                                      "consent",
                                                      "credential",
                                                      "directory",
                                                      "ekyc",
                                                      "federation",
                                                      "federation_trust_anchor",
                                                      "internal",
                                                      "mtls",
                                                      "mtls2",
                                                      "options",
                                                      "pdp",
                                                      "resource",
                                                      "resource2",
                                                      "ssf",
                                                      "trust_framework",
                                                      "vci",
                                                      "verified_claim_names",
                                                      "waitTimeoutSeconds",
                                                      "version"};
constexpr std::array<std::string_view, 6> server_used{
    "discoveryUrl", "issuer", "jwks_uri", "token_endpoint", "userinfo_endpoint", "authorization_endpoint"};
constexpr std::array<std::string_view, 8> server_known{
    "acr_values",         "allow_unexpected_metadata_fields",
    "discoveryIssuer",    "jwks",
    "jwks_refresh_delay", "login_hint",
    "ui_locales",         "additionalOpenBankingUkAccountRequestData"};
constexpr std::array<std::string_view, 5> client_used{"client_id", "client_secret", "jwks", "scope",
                                                      "initial_access_token"};
constexpr std::array<std::string_view, 23> client_known{"acr_value",
                                                        "authorization_encrypted_response_alg",
                                                        "authorization_encrypted_response_enc",
                                                        "backchannel_client_notification_endpoint",
                                                        "backchannel_logout_uri",
                                                        "certificate",
                                                        "client_name",
                                                        "client_secret_jwt_alg",
                                                        "dpop_signing_alg",
                                                        "frontchannel_logout_uri",
                                                        "hint_type",
                                                        "hint_value",
                                                        "id_token_encrypted_response_alg",
                                                        "id_token_encrypted_response_enc",
                                                        "jwks_uri",
                                                        "login_hint",
                                                        "org_jwks",
                                                        "post_logout_redirect_uri",
                                                        "presentation_definition",
                                                        "redirect_uri",
                                                        "registration_options",
                                                        "request_type",
                                                        "tls_client_auth_subject_dn"};

// "plan.json:3:14" for the parser's "… at byte 41 of 90".
std::string place_of_byte(std::string_view text, const std::string& name, const std::string& message) {
    constexpr std::string_view mark = " at byte ";
    const std::size_t at = message.find(mark);
    std::size_t byte = 0;
    if (at == std::string::npos) return name;
    std::from_chars(message.data() + at + mark.size(), message.data() + message.size(), byte);
    const std::string_view before = text.substr(0, byte == 0 ? 0 : byte - 1);  // the parser counts from 1
    const std::size_t line = before.rfind('\n');
    return fmt::format("{}:{}:{}", name, std::count(before.begin(), before.end(), '\n') + 1,
                       before.size() - (line == std::string_view::npos ? 0 : line + 1) + 1);
}

class config_reader {
public:
    config_reader(const json::value& root, const std::string& name, const oidf_choice& choice, oidf_config& out)
        : root_(root), choice_(choice), out_(out), in_(name, out) {}

    void read() {
        in_.refuse_duplicates(root_, "");
        in_.look_at(root_, "", root_used, root_known);
        for (const char* text : {"alias", "description", "publish"}) (void)in_.text(&root_, "", text);
        server_ = object("server", server_used, server_known);
        client_ = object("client", client_used, client_known);
        read_server();
        read_clients();
        // Every module of the suite's plans runs whatever the metadata shows (OIDC Core §15.1: prompt and max_age are
        // mandatory).
        out_.spec.view.capabilities = {"prompt", "max_age", "id_token_hint"};
        read_oidf_browser(root_, in_, out_.spec);
        say_override();
        in_.say_unused();
        out_.spec.notes.insert(out_.spec.notes.begin(), out_.warnings.begin(), out_.warnings.end());
        out_.spec.name = in_.text(&root_, "", "alias");
        if (out_.spec.name.empty()) out_.spec.name = in_.text(&root_, "", "description");
        if (out_.spec.name.empty()) out_.spec.name = out_.spec.view.issuer;
    }

private:
    const json::value* object(std::string_view name, std::span<const std::string_view> used,
                              std::span<const std::string_view> known) {
        const json::value* v = in_.of_kind(&root_, "", name, json::kind::object);
        if (v != nullptr) in_.look_at(*v, "/" + std::string(name), used, known);
        return v;
    }

    void expect_url(const std::string& text, const std::string& pointer) {
        if (!http::parse_url(text))
            in_.add_error(pointer, fmt::format("'{}' is no absolute http or https URL", text));
    }

    // ---- server ----

    void read_server() {
        if (server_ == nullptr) {
            if (root_.find("server") == nullptr)
                in_.add_error("/server", "it is missing: its 'discoveryUrl' says where the server is");
            return;
        }
        const std::string discovery = in_.text(server_, "/server", "discoveryUrl");
        const json::value* given = server_->find("discoveryUrl");
        const bool has_discovery = !discovery.empty() || (given != nullptr && !given->is_string());
        out_.metadata = !choice_.server_metadata.empty() ? choice_.server_metadata
                        : has_discovery                  ? "discovery"
                                                         : "static";
        std::string& issuer = out_.spec.view.issuer;
        issuer = in_.text(server_, "/server", "issuer");
        if (out_.metadata == "static") {
            read_static_server();
        } else if (!has_discovery) {
            in_.add_error("/server/discoveryUrl",
                          "server_metadata=discovery needs it: https://…" + std::string(well_known));
        } else if (issuer.empty() && !discovery.empty() && !discovery.ends_with(well_known)) {
            in_.add_error(
                "/server/discoveryUrl",
                fmt::format("'{}' does not end in {}: name the issuer in /server/issuer", discovery, well_known));
        } else if (issuer.empty() && !discovery.empty()) {
            issuer = discovery.substr(0, discovery.size() - well_known.size());
            expect_url(discovery, "/server/discoveryUrl");
        }
        out_.spec.places["issuer"] = in_.place(out_.metadata == "static" ? "/server/issuer" : "/server/discoveryUrl");
    }

    // The suite's server_metadata=static: no discovery, so what is not named here does not exist.
    void read_static_server() {
        for (const std::string_view name : server_used) {
            if (name == "discoveryUrl") continue;
            const std::string url = in_.text(server_, "/server", name);
            const std::string pointer = "/server/" + std::string(name);
            if (!url.empty()) {
                expect_url(url, pointer);
                if (name != "issuer") out_.spec.view.endpoints.set(std::string(name), url);
            } else if (name != "userinfo_endpoint" && name != "jwks_uri") {
                in_.add_error(pointer, name == "issuer"
                                           ? "a server needs 'discoveryUrl', or 'issuer' and its endpoints"
                                           : "a server without 'discoveryUrl' needs it");
            }
        }
    }

    // ---- clients ----

    void read_clients() {
        const std::string alias = in_.text(&root_, "", "alias");
        const std::string id = in_.text(client_, "/client", "client_id");
        out_.registration = !choice_.client_registration.empty() ? choice_.client_registration
                            : id.empty()                         ? "dynamic_client"
                                                                 : "static_client";
        out_.spec.view.initial_access_token = in_.text(client_, "/client", "initial_access_token");
        // The suite's redirect URI; nothing is sent there, as our browser ends at the client.
        redirect_uri_ =
            fmt::format("{}/test/a/{}/callback", choice_.suite.substr(0, choice_.suite.find_last_not_of('/') + 1),
                        alias.empty() ? "assay" : alias);
        if (out_.registration == "dynamic_client") {
            register_clients();
            return;
        }
        if (alias.empty()) {
            in_.add_error("/alias",
                          fmt::format("a registered client needs it: its redirect URI is {}/test/a/ALIAS/callback",
                                      choice_.suite));
        }
        const std::string method = auth_type();
        static_client("client", method, roles_of(method));
        static_client("client2", method, {"second"});
        static_client("client_secret_post", "client_secret_post", {"post"});
    }

    std::string auth_type() {
        if (!choice_.client_auth_type.empty()) return choice_.client_auth_type;
        const bool by_key = client_ != nullptr && client_->find("jwks") != nullptr &&
                            in_.text(client_, "/client", "client_secret").empty();
        return by_key ? "private_key_jwt" : "client_secret_basic";
    }

    static std::vector<std::string> roles_of(const std::string& method) {
        if (method == "none") return {"public"};
        if (method == "private_key_jwt") return {"confidential", "key"};
        if (method == "client_secret_jwt") return {"confidential", "jwt_secret"};
        return {"confidential"};
    }

    // The engine registers those without a client_id, and deletes them afterwards. As in the suite, each has keys.
    void register_clients() {
        const std::string& type = choice_.client_auth_type;
        const std::string method = type == "client_secret_post" || type == "none" ? type : "client_secret_basic";
        std::vector<std::pair<std::string, std::string>> roles{
            {"confidential", method}, {"post", "client_secret_post"}, {"public", "none"}, {"second", method}};
        if (type == "none") roles.erase(roles.begin());
        if (type == "private_key_jwt") roles.emplace_back("key", type);
        if (type == "client_secret_jwt") roles.emplace_back("jwt_secret", type);
        if (type == "mtls") in_.add_error("/client", "client_auth_type=mtls: Assay has no client certificate");
        const std::string scope = in_.text(client_, "/client", "scope");
        for (auto& [role, how] : roles) {
            out_.spec.places["clients." + role] = in_.place("/client");
            out_.spec.view.clients.push_back({role,
                                              "",
                                              "",
                                              how,
                                              {redirect_uri_, redirect_uri_ + "/other"},
                                              client_signing_key(),
                                              next_client_signing_key(),
                                              scope});
        }
    }

    void static_client(const std::string& member, const std::string& method, const std::vector<std::string>& roles) {
        const std::string pointer = "/" + member;
        const json::value* given = member == "client" ? client_ : object(member, client_used, client_known);
        if (given == nullptr) {
            if (member == "client") in_.add_error(pointer, "a plan with a registered client needs its client_id");
            return;
        }
        registered_client one;
        one.client_id = in_.text(given, pointer, "client_id");
        one.client_secret = in_.text(given, pointer, "client_secret");
        one.scope = in_.text(given, pointer, "scope");
        one.auth_method = method;
        one.redirect_uris = {redirect_uri_};
        // Forms of the suite that were left empty are stored as empty strings.
        if (one.client_id.empty() && member != "client") return;
        if (one.client_id.empty())
            in_.add_error(pointer + "/client_id", "client_registration=static_client needs it");
        const bool by_secret = method.starts_with("client_secret");
        if (by_secret && one.client_secret.empty()) {
            in_.add_error(pointer + "/client_secret",
                          fmt::format("client_auth_type={} of the test plan needs it", method));
        } else if (!by_secret) {
            one.client_secret.clear();
        }
        one.key = private_key(given, pointer);
        if (method == "private_key_jwt" && !one.key)
            in_.add_error(pointer + "/jwks",
                          "client_auth_type=private_key_jwt of the test plan needs a private key there");
        if (method == "mtls") in_.add_error(pointer, "client_auth_type=mtls: Assay has no client certificate");
        for (const std::string& role : roles) add_client(role, one, pointer);
    }

    void add_client(const std::string& role, registered_client one, const std::string& pointer) {
        one.role = role;
        const std::string key = "clients." + role;
        out_.spec.places[key] = in_.place(pointer);
        for (const char* name : {"client_id", "client_secret", "scope"})
            out_.spec.places[key + "." + name] = in_.place(pointer + "/" + name);
        out_.spec.places[key + ".redirect_uris"] = fmt::format(
            "{}: it was {}; CONFORMANCE_SERVER says where the suite is", in_.place("/alias"), redirect_uri_);
        out_.spec.view.clients.push_back(std::move(one));
    }

    // The first private key of the JWK Set that is not for encryption.
    std::optional<oauth::jwk> private_key(const json::value* given, const std::string& pointer) {
        const json::value* jwks = in_.of_kind(given, pointer, "jwks", json::kind::object);
        const json::value* keys = in_.of_kind(jwks, pointer + "/jwks", "keys", json::kind::array);
        if (keys == nullptr) return std::nullopt;
        for (std::size_t i = 0; i < keys->as_array()->size(); ++i) {
            auto key = oauth::jwk::from_json((*keys->as_array())[i]);
            if (!key) {
                in_.add_error(fmt::format("{}/jwks/keys/{}", pointer, i), key.error().message);
            } else if (key->is_private() && key->use() != "enc") {
                return std::move(*key);
            }
        }
        return std::nullopt;
    }

    void say_override() {
        const json::value* all = in_.of_kind(&root_, "", "override", json::kind::object);
        if (all == nullptr || all->as_object()->empty()) return;
        in_.add_note(fmt::format(
            "{}: members for single modules are not used ({}, first {}); every check signs in as /browser "
            "says",
            in_.place("/override"), all->as_object()->size(), all->as_object()->members.front().name));
    }

    const json::value& root_;
    const oidf_choice& choice_;
    oidf_config& out_;
    oidf_members in_;
    const json::value* server_ = nullptr;
    const json::value* client_ = nullptr;
    std::string redirect_uri_;
};

}  // namespace

oidf_config read_oidf_config(std::string_view text, const std::string& name, const oidf_choice& choice) {
    oidf_config out;
    out.spec.given = name;
    const auto root = json::parse(text, {.bytes = bytes_max, .depth = 64});
    if (!root) {
        out.errors.push_back({errc::usage, root.error().message, place_of_byte(text, name, root.error().message)});
    } else if (!root->is_object()) {
        out.errors.push_back({errc::usage,
                              fmt::format("a configuration of the conformance suite is an object, not {}",
                                          json::kind_name(root->kind())),
                              name});
    } else {
        config_reader(*root, name, choice, out).read();
    }
    return out;
}

}  // namespace assay::harness
