#include "mock_server/request/context.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "mock_server/faults/operations/signing.hpp"

namespace assay::mock {
namespace {

// RFC 6749 §5.2: %x20-21 / %x23-5B / %x5D-7E.
std::string in_error_charset(std::string text) {
    std::replace_if(
        text.begin(), text.end(), [](char c) { return c < ' ' || c > '~' || c == '"' || c == '\\'; }, '?');
    return text;
}

}  // namespace

context::context(http::request&& r, std::shared_ptr<issuer> i)
    : in(read_request(std::move(r), i->speaks())), at(std::move(i)), faults(at->faults()), now(at->now()) {}

void context::go_to(const endpoint_row& r) {
    route = &r;
    endpoint = r.name;
}

std::vector<oauth::bad_field> context::undecoded() const {
    if (endpoint == "authorize" || in.request.method != "POST") return in.query_undecoded;
    auto out = in.body_undecoded;
    if (endpoint == "consent") out.insert(out.end(), in.query_undecoded.begin(), in.query_undecoded.end());
    return out;
}

bool context::enforces(rule r) const {
    if (!speaks().enforces(r) || faults->defect(r)) return false;
    if (!faults->defect_at_times(r)) return true;
    const auto known = off_this_time.find(r);
    if (known != off_this_time.end()) return !known->second;
    return !off_this_time.emplace(r, faults->take_defect(r, caller())).first->second;
}

std::optional<refusal> context::demand(rule r, bool holds, std::string_view got, std::string_view expected) {
    if (holds) return std::nullopt;
    if (!enforces(r)) {
        leniencies.emplace_back(row(r).name);
        return std::nullopt;
    }
    return refusal_of(r, got, expected);
}

std::optional<refusal> context::tolerate(rule r, bool needed, std::string_view got) {
    if (!needed || enforces(r)) return std::nullopt;
    return refusal_of(r, got, {});
}

const std::vector<std::string>& context::auth_methods() const {
    if (route == &endpoint_named("token") && in.body.value("grant_type") == "web") return speaks().web_auth_methods;
    return route->auth_methods == nullptr ? speaks().revoke_auth_methods : speaks().*route->auth_methods;
}

std::string context::methods_of_endpoint() const {
    return fmt::format("['{}']", fmt::join(auth_methods(), "', '"));
}

refusal context::refusal_of(rule r, std::string_view got, std::string_view expected) {
    const rule_row& rr = row(r);
    refusal out{r,
                rr.status,
                std::string(rr.error),
                std::string(rr.description),
                rr.where,
                std::string(expected),
                std::string(got)};
    const auto& wordings = speaks().wordings;
    if (const auto w = wordings.find(r); w != wordings.end()) {
        out.status = w->second.status.value_or(out.status);
        out.error = w->second.error.value_or(out.error);
        out.description = w->second.description.value_or(out.description);
        out.where = w->second.where.value_or(out.where);
    }
    if (const auto hole = out.description.find("{}"); hole != std::string::npos)
        out.description.replace(hole, 2, got);
    constexpr std::string_view methods = "{methods}";
    if (const auto hole = out.description.find(methods); hole != std::string::npos)
        out.description.replace(hole, methods.size(), methods_of_endpoint());
    if (enforces(rule::refusal_description_charset)) out.description = in_error_charset(std::move(out.description));
    refused = refusal_note{std::string(rr.name), std::string(rr.clause), out.error, out.expected, out.got};
    return out;
}

fault_caller context::caller() const {
    const auto code = in.body.value("code");
    return {client_id, std::string(code.empty() ? in.body.value("refresh_token") : code)};
}

std::string context::elsewhere() const {
    const std::string& url = at->base();
    for (const auto& [here, there] : {std::pair<std::string_view, std::string_view>{"//127.0.0.1", "//localhost"},
                                      {"//localhost", "//127.0.0.1"},
                                      {"//[::1]", "//localhost"}}) {
        const auto host = url.find(here);
        if (host != std::string::npos) return std::string(url).replace(host, here.size(), there) + "/elsewhere";
    }
    return "https://elsewhere.example";
}

std::vector<taken_fault> context::take_faults(hook h, json::object values) {
    if (faults->none_at(h)) return {};
    values.append("issuer", at->url());
    values.append("elsewhere", elsewhere());
    values.append("client_id", client_id);
    if (h == hook::id_token || h == hook::jwks) append_keys(values, at->signing_key(at->signing_algs().front()));
    auto who = caller();
    if (who.client.empty()) who.client = json::value(values).string_at("client_id");
    return faults->take(h, who, values);
}

void context::note_fault(const taken_fault& t) {
    faults->note(t);
    if (std::find(faults_taken.begin(), faults_taken.end(), t.name) == faults_taken.end())
        faults_taken.push_back(t.name);
}

void context::note_operation(std::string_view operation) {
    if (auto name = faults->note_operation(operation); !name.empty()) faults_taken.push_back(std::move(name));
}

}  // namespace assay::mock
