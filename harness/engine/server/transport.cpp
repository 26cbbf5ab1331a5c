// Verbs below HTTP: TLS handshakes with the server's endpoints, and the one request that goes out without TLS.
#include <map>

#include <fmt/format.h>

#include "harness/engine/server/flow.hpp"
#include "http/handshake.hpp"
#include "http/url.hpp"
#include "reports/text.hpp"

namespace assay::harness {
namespace {

// "https://as.example" -> "http://as.example"; a port that was written stays.
std::string without_tls(const std::string& origin) {
    constexpr std::string_view tls = "https://";
    return origin.starts_with(tls) ? "http://" + origin.substr(tls.size()) : origin;
}

result<std::vector<std::string>> names_in(const variables& vars, const std::vector<std::string>& list) {
    std::vector<std::string> out;
    for (const std::string& raw : list) {
        auto name = vars.expand(raw);
        if (!name) return fail(name.error());
        out.push_back(std::move(*name));
    }
    return out;
}

bool is_endpoint(std::string_view member) {
    return member.ends_with("_endpoint") || member == "jwks_uri";
}

json::value described(const http::tls_agreement& a) {
    json::object out{{"completed", a.completed}};
    if (!a.completed) {
        out.append("refusal", a.refusal);
        return out;
    }
    out.append("version", a.version);
    out.append("cipher", a.cipher);
    if (!a.certificate_problem.empty()) out.append("certificate_problem", a.certificate_problem);
    return out;
}

result<json::value> agree(const http::url& at, const http::tls_offer& offer) {
    if (at.scheme != "https") return json::value(json::object{{"completed", false}, {"refusal", "no TLS there"}});
    auto agreed = http::handshake(at.origin(), offer);
    if (!agreed) return fail(agreed.error());
    return described(*agreed);
}

std::string in_words(const http::tls_offer& offer) {
    return fmt::format(
        "TLS ClientHello: {}; cipher suites: {}\n",
        offer.versions.empty() ? "TLSv1.2, TLSv1.3" : fmt::format("{}", fmt::join(offer.versions, ", ")),
        offer.ciphers.empty() ? "the usual" : offer.ciphers);
}

}  // namespace

// The endpoints by name: those the step names, or the issuer and all that the metadata has.
result<std::vector<std::pair<std::string, std::string>>> flow::endpoints_for(const step& s) {
    std::vector<std::pair<std::string, std::string>> out;
    auto named = names_in(vars, s.endpoints);
    if (!named) return fail(named.error());
    for (std::string& name : *named) {
        auto url = endpoint(name);
        if (!url) return fail(url.error());
        out.emplace_back(std::move(name), std::move(*url));
    }
    if (!out.empty()) return out;
    if (auto ok = discover(); !ok) return fail(ok.error());
    out.emplace_back("issuer", at_.issuer);
    for (const json::member& m : metadata_->as_object()->members) {
        if (const std::string* url = m.v.as_string(); url != nullptr && is_endpoint(m.name))
            out.emplace_back(m.name, *url);
    }
    return out;
}

result<void> flow::handshake(const step& s) {
    auto endpoints = endpoints_for(s);
    if (!endpoints) return fail(endpoints.error());
    http::tls_offer offer;
    auto versions = names_in(vars, s.versions);
    auto ciphers = text(s.ciphers);
    if (!versions || !ciphers) return fail(versions ? ciphers.error() : versions.error());
    offer.versions = std::move(*versions);
    offer.ciphers = std::move(*ciphers);
    offer.ca_file = at_.ca_file;
    std::map<std::string, json::value> met;  // endpoints of one origin share a handshake
    json::object out;
    std::map<std::string, std::vector<std::string>> at_origin;
    for (const auto& [name, url] : *endpoints) {
        const auto at = http::parse_url(url);
        if (!at) return fail(errc::not_found, fmt::format("'{}' is no URL that can be asked", url));
        json::value& how = met[at->origin()];
        if (how.is_null()) {
            auto agreed = agree(*at, offer);
            if (!agreed) return fail(agreed.error());
            how = std::move(*agreed);
        }
        at_origin[at->origin()].push_back(name);
        out.append(name, how);
    }
    std::string found = fmt::format("{} of TLS\n\n", reports::counted(at_origin.size(), "handshake"));
    for (const auto& [origin, names] : at_origin) {
        const std::string more = names.size() == 1 ? "" : fmt::format(" and {} more", names.size() - 1);
        found += fmt::format("{} ({}{}): {}\n", origin, names.front(), more, json::format(met[origin]));
    }
    log.note(label, in_words(offer), std::move(found));
    now = answer{};
    now.json = json::value(std::move(out));
    return {};
}

// No connection, and an answer that is no HTTP, are refusals as good as any (RFC 9325 §3.2): then there is no
// response.
result<void> flow::exchange_over_http(http::call c) {
    c.origin = without_tls(c.origin);
    now = answer{};
    const std::string asked = fmt::format("{} {}{}", c.r.method, c.origin, c.r.target);
    auto done = send(std::move(c));
    if (done) {
        now = answer_of(done->received);
        return {};
    }
    const errc why = done.error().code;
    if (why != errc::connect && why != errc::timeout && why != errc::malformed) return fail(done.error());
    log.note(label, asked, done.error().message);
    return {};
}

}  // namespace assay::harness
