// TLS handshakes with the server's endpoints (RFC 9325).
#include "http/handshake.hpp"

#include <algorithm>
#include <array>
#include <map>

#include <fmt/format.h>

#include "data/nearest.hpp"
#include "harness/engine/server/server_run.hpp"
#include "harness/engine/server/verbs/table.hpp"
#include "harness/engine/server/verbs/words.hpp"
#include "http/url.hpp"
#include "reports/text.hpp"

namespace assay::harness {
namespace {

// Names as in OpenSSL. A name with ${…} is checked when it is used.
result<void> known_version(const yaml::document& d, const yaml::node& item, const std::string& name) {
    static constexpr std::array<std::string_view, 4> versions{"TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"};
    if (name.find("${") != std::string::npos) return {};
    if (std::find(versions.begin(), versions.end(), name) != versions.end()) return {};
    return fail(d.error_at(
        item.at, fmt::format("there is no TLS version '{}'{}", name,
                             did_you_mean(name, std::vector<std::string>(versions.begin(), versions.end())))));
}

// Texts may contain ${…}; absent lists are empty.
struct handshake_words : step_body {
    std::vector<std::string> endpoints, versions;
    std::string ciphers;
};

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

// The named endpoints of the step, or the issuer and all endpoints of the metadata.
result<std::vector<std::pair<std::string, std::string>>> endpoints_for(server_run& run, const handshake_words& w) {
    std::vector<std::pair<std::string, std::string>> out;
    auto named = names_in(run.vars, w.endpoints);
    if (!named) return fail(named.error());
    for (std::string& name : *named) {
        auto url = run.endpoint(name);
        if (!url) return fail(url.error());
        out.emplace_back(std::move(name), std::move(*url));
    }
    if (!out.empty()) return out;
    auto metadata = run.metadata();
    if (!metadata) return fail(metadata.error());
    out.emplace_back("issuer", run.at.issuer);
    for (const json::member& m : (*metadata)->members) {
        if (const std::string* url = m.v.as_string(); url != nullptr && is_endpoint(m.name))
            out.emplace_back(m.name, *url);
    }
    return out;
}

result<void> shake_hands(server_run& run, const handshake_words& w) {
    auto endpoints = endpoints_for(run, w);
    if (!endpoints) return fail(endpoints.error());
    http::tls_offer offer;
    auto versions = names_in(run.vars, w.versions);
    auto ciphers = run.text(w.ciphers);
    if (!versions || !ciphers) return fail(versions ? ciphers.error() : versions.error());
    offer.versions = std::move(*versions);
    offer.ciphers = std::move(*ciphers);
    offer.ca_file = run.at.ca_file;
    std::map<std::string, json::value> met;  // endpoints of the same origin share a handshake
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
    run.log.note(run.label, in_words(offer), std::move(found));
    run.now = observation{};
    run.now.json = json::value(std::move(out));
    return {};
}

class handshake final : public server_verb {
public:
    handshake()
        : server_verb("handshake",
                      "A TLS handshake with each endpoint. The answer is a JSON object: by the endpoint's name "
                      "completed, version, cipher and certificate_problem, or refusal.") {}

    [[nodiscard]] result<void> read(const yaml::document& d, const yaml::node& n, verb_list,
                                    verb_use& into) const override {
        if (n.kind == yaml::kind::null) return {};
        if (!n.is_map()) return fail(d.error_at(n.at, "'handshake' takes a map of what differs"));
        if (auto ok = yaml::only_keys(d, n, keys, "'handshake'"); !ok) return ok;
        auto out = std::make_shared<handshake_words>();
        for (const yaml::entry& e : n.entries) {
            auto ok = e.key == "ciphers" ? read_ciphers(d, e, *out) : read_list(d, e, *out);
            if (!ok) return ok;
        }
        into.body = std::move(out);
        return {};
    }

    [[nodiscard]] std::span<const std::string_view> words() const override { return keys; }

    [[nodiscard]] json::object schema(verb_list) const override {
        const auto properties = json::parse(R"({
            "endpoints": {"type": "array", "items": {"type": "string"},
                          "description": "Members of the metadata; default: the issuer and every endpoint."},
            "versions": {"type": "array", "items": {"enum": ["TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"]}, "description":
                "What is offered: all from the oldest to the newest of them. Default: TLSv1.2 and TLSv1.3."},
            "ciphers": {"type": "string", "description":
                "Cipher suites of TLS 1.2 and older, in OpenSSL's syntax: eNULL, aNULL:!eNULL, kRSA."}})");
        return schema_of_keys(help(), *properties->as_object(), false);
    }

    [[nodiscard]] result<void> carry_out(server_run& run, const step& s) const override {
        static const handshake_words none;
        return shake_hands(run, s.body ? dynamic_cast<const handshake_words&>(*s.body) : none);
    }

private:
    static constexpr std::array<std::string_view, 3> keys{"endpoints", "versions", "ciphers"};

    static result<void> read_ciphers(const yaml::document& d, const yaml::entry& e, handshake_words& out) {
        auto text = yaml::as_text(d, e.value);
        if (!text) return fail(text.error());
        out.ciphers = std::move(*text);
        return {};
    }

    static result<void> read_list(const yaml::document& d, const yaml::entry& e, handshake_words& out) {
        auto list = yaml::as_texts(d, e.value);
        if (!list) return fail(list.error());
        for (std::size_t n = 0; e.key == "versions" && n < list->size(); ++n) {
            const yaml::node& item = e.value.is_sequence() ? e.value.items[n] : e.value;
            if (auto ok = known_version(d, item, (*list)[n]); !ok) return ok;
        }
        (e.key == "endpoints" ? out.endpoints : out.versions) = std::move(*list);
        return {};
    }
};

}  // namespace

const server_verb& handshake_verb() {
    static const handshake one;
    return one;
}

}  // namespace assay::harness
