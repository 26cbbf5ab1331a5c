// `assay token`: a token in one line: made offline with any claims, or by a running mock.
#include <array>
#include <cstdio>
#include <ctime>
#include <memory>
#include <optional>
#include <string>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <unistd.h>

#include "data/text.hpp"
#include "data/yaml.hpp"
#include "harness/cli/commands/commands.hpp"
#include "harness/cli/shared/progress.hpp"
#include "harness/engine/core/control.hpp"
#include "mock_server/keys/keys.hpp"
#include "oauth/base64url.hpp"
#include "oauth/crypto.hpp"
#include "oauth/jwt.hpp"

namespace assay::harness {
namespace {

struct token_options {
    bool id_token = false;
    std::string issuer = "http://127.0.0.1:8080";
    std::string sub = "ada";
    std::vector<std::string> aud;
    std::string client;
    std::string scope;
    std::string nonce;
    std::int64_t expires_in = 3600;
    std::vector<std::string> claims, without, header;
    std::string alg = "RS256";
    std::string kid, key_file;
    // By a running mock.
    std::string from, at = "default", user;
    bool as_json = false;
};

// ---- offline ----

// NAME=VALUE: a value that is JSON is that value, otherwise it is text, as in faults.
result<void> set_members(const std::vector<std::string>& given, std::string_view option, json::object& out) {
    for (const std::string& one : given) {
        const std::size_t is = one.find('=');
        if (is == 0 || is == std::string::npos) {
            return fail(errc::usage,
                        fmt::format("{} {}: write NAME=VALUE, such as {} 'roles=[\"admin\"]'", option, one, option));
        }
        const std::string text = one.substr(is + 1);
        auto value = json::parse(text);
        out.set(one.substr(0, is), value ? std::move(*value) : json::value(text));
    }
    return {};
}

json::object claims_of(const token_options& o, std::int64_t now) {
    json::array audience(o.aud.begin(), o.aud.end());
    const std::string& fallback = o.id_token ? o.client : o.issuer;
    json::object out{{"iss", o.issuer}, {"sub", o.sub}};
    out.append("aud", audience.size() > 1 ? json::value(std::move(audience))
                      : audience.empty()  ? json::value(fallback)
                                          : audience.front());
    out.append("exp", now + o.expires_in);
    out.append("iat", now);
    if (o.id_token) {
        out.append("auth_time", now);
        if (!o.nonce.empty()) out.append("nonce", o.nonce);
        return out;
    }
    // RFC 9068 §2.2
    out.append("client_id", o.client);
    out.append("jti", oauth::base64url_encode(oauth::random_bytes(16)));
    if (!o.scope.empty()) out.append("scope", o.scope);
    return out;
}

result<oauth::jwk> key_for(const token_options& o) {
    std::string kid = o.kid;
    if (!o.key_file.empty()) {
        auto pem = yaml::read_text(o.key_file);
        if (!pem) return fail(errc::usage, fmt::format("--key {}: {}", o.key_file, pem.error().message));
        auto key = oauth::jwk::from_pem(*pem, kid);
        if (!key) return fail(errc::usage, fmt::format("--key {}: {}", o.key_file, key.error().message));
        return key;
    }
    if (kid.empty()) kid = lowered("assay-" + o.alg);
    return mock::development_key(o.alg, kid);
}

// What the terminal is told: scripts read standard output only.
void tell_key(const token_options& o, const oauth::jwk& key) {
    if (!is_terminal(STDERR_FILENO) || !o.key_file.empty()) return;
    fmt::print(
        stderr,
        "Signed with the development key {}, whose private half is published with assay: whoever trusts it trusts "
        "everybody.\n{}/jwks of `assay serve --dialect strict` has its public half.\n",
        key.kid(), o.issuer);
}

result<json::value> make_offline(const token_options& o) {
    if (o.id_token && o.aud.empty() && o.client.empty()) {
        return fail(errc::usage, "an ID Token is for a client: say --aud CLIENT_ID (OIDC Core §2)");
    }
    const auto key = key_for(o);
    if (!key) return fail(key.error());
    json::object header{{"typ", o.id_token ? "JWT" : "at+jwt"}, {"alg", o.alg}};
    if (!key->kid().empty()) header.append("kid", key->kid());
    json::object claims = claims_of(o, std::time(nullptr));
    if (auto ok = set_members(o.header, "--header", header); !ok) return fail(ok.error());
    if (auto ok = set_members(o.claims, "--claim", claims); !ok) return fail(ok.error());
    for (const std::string& name : o.without) {
        if (!claims.erase(name))
            return fail(errc::usage, fmt::format("--without {}: the token has no such claim", name));
    }
    auto token = oauth::sign_jws(json::format(header), json::format(claims), *oauth::parse_alg(o.alg), *key);
    if (!token)
        return fail(errc::usage, fmt::format("the key does not fit --alg {}: {}", o.alg, token.error().message));
    tell_key(o, *key);
    return json::object{{o.id_token ? "id_token" : "access_token", *token},
                        {"header", std::move(header)},
                        {"claims", std::move(claims)},
                        {"development_key", o.key_file.empty()}};
}

// ---- by a running mock ----

result<json::value> find_client(const std::string& issuer, const token_options& o) {
    auto all = call_control("GET", issuer + "/clients", {});
    if (!all) return all;
    std::vector<std::string> names;
    const json::value* list = all->find("clients");
    if (list != nullptr && list->is_array()) {
        for (const json::value& one : *list->as_array()) {
            if (o.client.empty() || one.string_at("client_id") == o.client) return one;
            names.emplace_back(one.string_at("client_id"));
        }
    }
    return fail(errc::usage, fmt::format("the issuer {} has no client '{}'; it has {}", o.at, o.client,
                                         names.empty() ? "none" : fmt::format("{}", fmt::join(names, ", "))));
}

result<json::object> mint_body(const token_options& o, const json::value& client) {
    json::object body{{"client_id", client.string_at("client_id")}};
    if (!o.user.empty()) body.append("users", json::array{o.user});
    if (!o.scope.empty()) body.append("scope", o.scope);
    json::object claims;
    if (auto ok = set_members(o.claims, "--claim", claims); !ok) return fail(ok.error());
    if (!o.id_token) {
        if (!claims.members.empty()) body.append("claims", std::move(claims));
        return body;
    }
    json::object id_token;
    if (!o.nonce.empty()) id_token.append("nonce", o.nonce);
    if (!claims.members.empty()) id_token.append("claims", std::move(claims));
    body.append("id_token", id_token.members.empty() ? json::value(true) : json::value(std::move(id_token)));
    return body;
}

result<json::value> make_at_mock(const token_options& o) {
    const std::string issuer = o.from + "/issuers/" + o.at;
    auto client = find_client(issuer, o);
    if (!client) return client;
    auto body = mint_body(o, *client);
    if (!body) return fail(body.error());
    auto minted = call_control("POST", issuer + "/mint/tokens", std::move(*body));
    if (!minted) return minted;
    const json::value* first = minted->at_pointer("/tokens/0");
    if (first == nullptr || !first->is_object()) return fail(errc::environment, "the mock made no token", issuer);
    json::object out = *first->as_object();
    for (const char* name : {"token_type", "expires_in", "scope"}) {
        if (const json::value* v = minted->find(name); v != nullptr) out.append(name, *v);
    }
    return out;
}

int token(const token_options& o) {
    auto made = o.from.empty() ? make_offline(o) : make_at_mock(o);
    if (!made) return report_error(made.error());
    if (o.as_json) {
        fmt::print("{}\n", json::format_pretty(*made));
        return 0;
    }
    const std::string_view text = made->string_at(o.id_token ? "id_token" : "access_token");
    if (text.empty())
        return report_error({errc::environment,
                             "the answer holds no such token; --json shows it. An ID Token needs the "
                             "scope openid"});
    fmt::print("{}\n", text);
    return 0;
}

// Options of the one way are refused in the other, so that none is ignored.
void add_offline_options(CLI::App& command, token_options& o, CLI::Option* from) {
    for (CLI::Option* one :
         {command.add_option("--issuer", o.issuer, "Offline: iss")->capture_default_str(),
          command.add_option("--sub", o.sub, "Offline: sub")->capture_default_str(),
          command.add_option("--aud", o.aud,
                             "Offline: aud (default: the issuer; of an ID Token the client); repeatable"),
          command.add_option("--expires-in", o.expires_in, "Offline: seconds until exp; negative: it has expired")
              ->check(CLI::Range(std::int64_t{-1'000'000'000}, std::int64_t{1'000'000'000}))
              ->capture_default_str(),
          command.add_option("--without", o.without, "Offline: leave this claim out; repeatable"),
          command.add_option("--header", o.header, "Offline: a member of the JOSE header, NAME=VALUE; repeatable"),
          command
              .add_option("--alg", o.alg,
                          "Offline: RS256, PS256, ES256, EdDSA, or another of them (RS384, ES512, Ed25519 …)")
              ->check(CLI::IsMember(oauth::asymmetric_alg_names()))
              ->capture_default_str(),
          command.add_option("--kid", o.kid, "Offline: kid (default: that of `assay serve --dialect strict`)"),
          command.add_option("--key", o.key_file, "Offline: your own private key, PEM")})
        one->excludes(from);
}

}  // namespace

void add_token(CLI::App& app, int& exit_code) {
    auto* command = app.add_subcommand("token", "A token in one line: with any claims, or of a running mock");
    auto o = std::make_shared<token_options>();
    command->add_flag("--id-token", o->id_token, "An ID Token; without it a JWT access token (RFC 9068)");
    command->add_option("--client", o->client, "client_id (offline: assay; of a mock: its first client)");
    command->add_option("--scope", o->scope, "The scope of an access token: \"openid email\"");
    command->add_option("--nonce", o->nonce, "nonce of an ID Token");
    command->add_option("--claim", o->claims,
                        "A claim, NAME=VALUE; JSON, or else text; repeatable. Offline any, of a mock those that its "
                        "configuration may add");
    command->add_flag("--json", o->as_json, "The token with its claims, or the answer of the mock");
    auto* from = command->add_option("--from", o->from, "The control API of a running mock: http://127.0.0.1:9000");
    command->add_option("--at", o->at, "With --from: the name of the issuer")->needs(from)->capture_default_str();
    command->add_option("--user", o->user, "With --from: the user (default: ada)")->needs(from);
    add_offline_options(*command, *o, from);
    command->footer(
        "Offline, a token is signed with a development key, whose private half is published with assay: a server "
        "that\n"
        "accepts it must run in tests only. `assay serve --dialect strict` publishes the public half.\n"
        "Examples:\n"
        "  assay token --sub ada --scope openid --claim 'roles=[\"admin\"]' --expires-in 60\n"
        "  assay token --id-token --aud my-app --nonce n-0S6_WzA2Mj\n"
        "  assay token --without exp --alg ES256 --json\n"
        "  assay token --from http://127.0.0.1:9000 --client demo-spa --user grace --claim tenant=t-1");
    command->callback([o, &exit_code] {
        if (o->from.empty() && o->client.empty() && !o->id_token) o->client = "assay";
        exit_code = token(*o);
    });
}

}  // namespace assay::harness
