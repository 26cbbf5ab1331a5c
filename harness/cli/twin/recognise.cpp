#include "harness/cli/twin/recognise.hpp"

#include <array>

#include "harness/browser/html_form.hpp"
#include "http/media_type.hpp"
#include "oauth/form_reading.hpp"

namespace assay::harness::twin {
namespace {

constexpr std::array<named_endpoint, 10> endpoints{
    {{"authorization_endpoint", step_kind::authorize},
     {"token_endpoint", step_kind::token},
     {"userinfo_endpoint", step_kind::userinfo},
     {"jwks_uri", step_kind::jwks},
     {"introspection_endpoint", step_kind::introspect},
     {"revocation_endpoint", step_kind::revoke},
     {"registration_endpoint", step_kind::registration},
     {"pushed_authorization_request_endpoint", step_kind::par},
     {"device_authorization_endpoint", step_kind::device_authorization},
     {"end_session_endpoint", step_kind::end_session}}};

std::string place_of(const http::url& u) {
    return u.origin() + u.path;
}
std::string place_of(std::string_view url) {
    const auto u = http::parse_url(url);
    return u ? place_of(*u) : std::string{};
}

bool asks_for_authorization(const exchange& e, const oauth::form& sent, const json::value& answer) {
    const bool has_answer = answer.is_object() && e.response.status < 400;
    if (e.request.method != "GET" && e.request.method != "POST") return false;
    if (has_answer || sent.find("client_id") == nullptr || sent.find("grant_type") != nullptr) return false;
    const bool of_oauth = sent.find("response_type") != nullptr || sent.find("request_uri") != nullptr ||
                          sent.find("redirect_uri") != nullptr || sent.find("code_challenge") != nullptr ||
                          (sent.find("scope") != nullptr && sent.find("state") != nullptr);
    return of_oauth && sent.find("code") == nullptr && sent.find("client_secret") == nullptr;
}

bool asks_for_tokens(const exchange& e, const oauth::form& sent) {
    if (sent.find("grant_type") != nullptr) return e.request.method == "POST" || !sent.value("code").empty();
    const bool authenticates = sent.find("client_id") != nullptr || sent.find("client_secret") != nullptr ||
                               !authorization_of(e.request).scheme.empty();
    return e.request.method == "POST" && sent.find("code") != nullptr && authenticates;
}

bool is_jwks(const json::value& answer) {
    const auto* keys = answer.find("keys");
    if (keys == nullptr || keys->as_array() == nullptr || keys->as_array()->empty()) return false;
    return !keys->as_array()->front().string_at("kty").empty();
}

bool shows_a_token(const exchange& e) {
    const auto scheme = authorization_of(e.request).scheme;
    return !scheme.empty() && !http::iequals(scheme, "basic");
}

std::optional<step_kind> kind_of(const exchange& e, const oauth::form& sent, const json::value& answer) {
    const bool posted = e.request.method == "POST";
    if (is_metadata(answer)) return step_kind::metadata;
    if (is_jwks(answer)) return step_kind::jwks;
    if (answer.find("device_code") != nullptr) return step_kind::device_authorization;
    if (posted && answer.find("request_uri") != nullptr && sent.find("client_id") != nullptr) return step_kind::par;
    if (posted && sent.find("redirect_uris") != nullptr) return step_kind::registration;
    if (asks_for_tokens(e, sent)) return step_kind::token;
    if (posted && sent.find("token") != nullptr && answer.find("active") != nullptr) return step_kind::introspect;
    if (posted && sent.find("token") != nullptr && e.url.path.find("revo") != std::string::npos)
        return step_kind::revoke;
    if (sent.find("id_token_hint") != nullptr && sent.find("response_type") == nullptr) return step_kind::end_session;
    if (sent.find("post_logout_redirect_uri") != nullptr) return step_kind::end_session;
    if (asks_for_authorization(e, sent, answer)) return step_kind::authorize;
    const bool has_json = !answer.is_null() || e.response.status == 401 || e.response.status == 403;
    if (shows_a_token(e) && has_json) return step_kind::resource;
    if (e.url.path.ends_with("/userinfo") && has_json) return step_kind::userinfo;
    return std::nullopt;
}

// The parameters that came back, if these are such.
bool take_fields(step& authorization, oauth::form fields, const exchange& e) {
    if (fields.find("code") == nullptr && fields.find("error") == nullptr) return false;
    const auto& state = authorization.sent.value("state");
    if (!state.empty() && fields.find("state") != nullptr && fields.value("state") != state) return false;
    authorization.callback = std::move(fields);
    authorization.came_by = e;
    return true;
}

oauth::form fields_of(const http::url& u) {
    auto out = oauth::read_form(u.query, oauth::undecodable::kept).fields;
    if (out.fields.empty()) out = oauth::read_form(u.fragment, oauth::undecodable::kept).fields;
    return out;
}

// <input type="hidden" name="code" value="…"> of the page that OAuth Form Post §2 describes.
oauth::form hidden_fields(const std::string& html, const std::string& url) {
    const auto forms = parse_forms(html, url);
    return forms.empty() ? oauth::form{} : forms.front().entries();
}

}  // namespace

std::span<const named_endpoint> named_endpoints() {
    return endpoints;
}

bool is_metadata(const json::value& answer) {
    return !answer.string_at("issuer").empty() &&
           (answer.find("token_endpoint") != nullptr || answer.find("authorization_endpoint") != nullptr);
}

known_urls learn_urls(const std::vector<exchange>& all) {
    known_urls out;
    for (const auto& e : all) {
        const auto answer = body_of(e.response);
        if (is_metadata(answer)) {
            for (const auto& one : endpoints) {
                const auto place = place_of(answer.string_at(one.member));
                if (!place.empty()) out.endpoints.emplace(place, one.kind);
            }
        }
        const auto sent = parameters_of(e.request);
        const auto back = place_of(sent.value("redirect_uri"));
        if (sent.find("client_id") != nullptr && !back.empty()) out.callbacks.insert(back);
    }
    return out;
}

std::optional<step> recognise(const exchange& e, const known_urls& urls) {
    if (e.request.method == "OPTIONS" || urls.callbacks.contains(place_of(e.url))) return std::nullopt;
    step out;
    out.of = e;
    out.sent = parameters_of(e.request);
    out.answer = body_of(e.response);
    const auto named = urls.endpoints.find(place_of(e.url));
    const auto kind = kind_of(e, out.sent, out.answer);
    if (named == urls.endpoints.end() && !kind) return std::nullopt;
    out.kind = named == urls.endpoints.end() ? *kind : named->second;
    // A page below the authorization endpoint, such as a form that was posted to it.
    if (out.kind == step_kind::authorize && out.sent.find("client_id") == nullptr) return std::nullopt;
    return out;
}

bool take_callback(step& authorization, const exchange& e) {
    const auto back = place_of(authorization.sent.value("redirect_uri"));
    if (const auto* location = e.response.head.find("Location")) {
        const auto target = http::resolve_url(e.url.origin() + e.url.target(), *location);
        const auto to = target ? http::parse_url(*target) : result<http::url>(fail(target.error()));
        const bool leaves = to && (back.empty() ? to->origin() != e.url.origin() : place_of(*to) == back);
        // A client registered in part: github.com returns to a redirect_uri of its own choice for some errors.
        const bool elsewhere = to && to->origin() != e.url.origin();
        if ((leaves || elsewhere) && take_fields(authorization, fields_of(*to), e)) return true;
    }
    if (back.empty()) return false;
    if (place_of(e.url) == back) {
        authorization.by_form = e.request.method == "POST";
        return take_fields(authorization, authorization.by_form ? parameters_of(e.request) : fields_of(e.url), e);
    }
    if (media_type(e.response.head) == "text/html" && e.response.body.find(back) != std::string::npos &&
        take_fields(authorization, hidden_fields(e.response.body, e.url.origin() + e.url.target()), e)) {
        authorization.by_form = true;
        return true;
    }
    return false;
}

}  // namespace assay::harness::twin
