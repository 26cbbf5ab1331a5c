#include "harness/cli/twin/capture.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include <fmt/format.h>

#include "data/nearest.hpp"
#include "harness/cli/twin/recognise.hpp"
#include "oauth/client_auth.hpp"
#include "oauth/jwt.hpp"

namespace assay::harness::twin {
namespace {

// The same request again: after the sign-in, or on a page that has some of its parameters.
bool is_same_request(const step& before, const step& again) {
    constexpr std::array names{"client_id", "state", "nonce", "code_challenge"};
    return std::all_of(names.begin(), names.end(), [&](const char* name) {
        return again.sent.find(name) == nullptr || again.sent.value(name) == before.sent.value(name);
    });
}

std::vector<step> recognise_all(const std::vector<exchange>& all) {
    const auto urls = learn_urls(all);
    std::vector<step> out;
    std::size_t waits = all.size();  // the place in `out` of the authorization request without a callback
    for (const auto& e : all) {
        auto one = recognise(e, urls);
        const bool waiting = waits < out.size();
        if (one && one->kind == step_kind::authorize && waiting && is_same_request(out[waits], *one)) one.reset();
        if (one) {
            if (one->kind == step_kind::authorize) waits = out.size();
            out.push_back(std::move(*one));
        }
        if (waits < out.size() && take_callback(out[waits], e)) waits = all.size();
    }
    return out;
}

// Origins that belong together, because metadata of one names the other or a value of one is used at the other.
class families {
public:
    void join(const std::string& a, const std::string& b) {
        if (a.empty() || b.empty()) return;
        const auto from = of(a), to = of(b);
        for (auto& [origin, family] : family_) {
            if (family == from) family = to;
        }
    }
    // `value` was made or used at `origin`.
    void note(std::string_view value, const std::string& origin) {
        if (is_masked(value)) return;
        const auto [at, fresh] = first_.emplace(value, origin);
        if (!fresh) join(at->second, origin);
    }
    std::string of(const std::string& origin) { return family_.emplace(origin, origin).first->second; }
    [[nodiscard]] std::vector<std::string> members(const std::string& family) const {
        std::vector<std::string> out;
        for (const auto& [origin, mine] : family_) {
            if (mine == family) out.push_back(origin);
        }
        return out;
    }

private:
    std::map<std::string, std::string> family_;
    std::map<std::string, std::string, std::less<>> first_;
};

std::string origin_of(std::string_view url) {
    const auto u = http::parse_url(url);
    return u ? u->origin() : std::string{};
}

families families_of(const std::vector<step>& steps) {
    families out;
    std::string last_authorize, last_token;
    for (const auto& s : steps) {
        const auto here = s.of.url.origin();
        static_cast<void>(out.of(here));
        if (s.kind == step_kind::metadata) {
            for (const auto& one : named_endpoints()) out.join(here, origin_of(s.answer.string_at(one.member)));
        }
        out.note(client_id_of(s), here);
        for (const auto* name : {"code", "refresh_token", "device_code", "request_uri", "token"})
            out.note(s.sent.value(name), here);
        for (const auto* name : {"access_token", "refresh_token", "id_token", "device_code", "request_uri"})
            out.note(s.answer.string_at(name), here);
        out.note(s.callback.value("code"), here);
        const auto shown = authorization_of(s.of.request);
        if (!http::iequals(shown.scheme, "basic")) out.note(shown.token, here);
        // Where codes and tokens are masked, the last ones are meant.
        if (s.kind == step_kind::token && is_masked(s.sent.value("code"))) out.join(last_authorize, here);
        if (s.kind == step_kind::resource && is_masked(shown.token)) out.join(last_token, here);
        if (s.kind == step_kind::authorize) last_authorize = here;
        if (s.kind == step_kind::token) last_token = here;
    }
    return out;
}

// Which of the resources is about the person: the one of that name, that has a `sub`, or the first.
void choose_userinfo(std::vector<step>& steps) {
    const auto is_one = [](const step& s) { return s.kind == step_kind::resource && s.answer.is_object(); };
    if (std::any_of(steps.begin(), steps.end(), [](const step& s) { return s.kind == step_kind::userinfo; })) return;
    auto found = std::find_if(steps.begin(), steps.end(), [&](const step& s) {
        return is_one(s) && (s.of.url.path.ends_with("/userinfo") || s.answer.find("sub") != nullptr);
    });
    if (found == steps.end())
        found = std::find_if(steps.begin(), steps.end(), [&](const step& s) { return is_one(s) && !s.is_refused(); });
    if (found == steps.end()) return;
    const auto path = found->of.url.path;
    for (auto& s : steps) {
        if (s.kind == step_kind::resource && s.of.url.path == path) s.kind = step_kind::userinfo;
    }
}

std::string issuer_of(const std::vector<step>& steps) {
    for (const auto& s : steps) {
        if (s.kind == step_kind::metadata) return std::string(s.answer.string_at("issuer"));
    }
    for (const auto& s : steps) {
        const auto parts = oauth::parse_jws(s.answer.string_at("id_token"));
        const auto claims = parts ? json::parse(parts->payload).value_or(json::value()) : json::value();
        if (!claims.string_at("iss").empty()) return std::string(claims.string_at("iss"));
        if (!s.callback.value("iss").empty()) return std::string(s.callback.value("iss"));
    }
    return {};
}

bool is_of_a_server(const step& s) {
    return s.kind == step_kind::authorize || s.kind == step_kind::token || s.kind == step_kind::device_authorization;
}

capture put_together(std::vector<step> steps, std::vector<std::string> origins) {
    capture out;
    out.steps = std::move(steps);
    out.origins = std::move(origins);
    choose_userinfo(out.steps);
    out.issuer = issuer_of(out.steps);
    for (const auto& s : out.steps) {
        if (out.day.empty()) out.day = s.of.day;
        if (out.origin.empty() && is_of_a_server(s)) out.origin = s.of.url.origin();
    }
    return out;
}

std::vector<capture> providers_in(const std::vector<exchange>& all) {
    const auto steps = recognise_all(all);
    auto joined = families_of(steps);
    std::vector<std::string> order;
    for (const auto& s : steps) {
        const auto family = joined.of(s.of.url.origin());
        if (is_of_a_server(s) && std::find(order.begin(), order.end(), family) == order.end())
            order.push_back(family);
    }
    std::vector<capture> out;
    for (const auto& family : order) {
        std::vector<step> own;
        std::copy_if(steps.begin(), steps.end(), std::back_inserter(own),
                     [&](const step& s) { return joined.of(s.of.url.origin()) == family; });
        out.push_back(put_together(std::move(own), joined.members(family)));
    }
    return out;
}

std::string_view host_of(std::string_view origin) {
    const auto slashes = origin.find("://");
    return slashes == std::string_view::npos ? origin : origin.substr(slashes + 3);
}

bool is_meant(const capture& c, const chosen_provider& wanted) {
    const auto named = [&](const std::string& origin) {
        const auto host = host_of(origin);
        return host == wanted.host || host.substr(0, host.rfind(':')) == wanted.host;
    };
    if (!wanted.issuer.empty()) {
        return c.issuer == wanted.issuer ||
               std::find(c.origins.begin(), c.origins.end(), wanted.issuer) != c.origins.end();
    }
    return wanted.host.empty() || std::any_of(c.origins.begin(), c.origins.end(), named);
}

result<capture> only_one(std::vector<capture> found, const chosen_provider& wanted) {
    std::vector<std::string> names;
    for (const auto& c : found) names.push_back(c.issuer.empty() ? c.origin : c.issuer);
    if (found.empty())
        return fail(
            errc::usage,
            "there is no OAuth in it: no request to an authorization endpoint (client_id and redirect_uri) and "
            "none to a token endpoint (grant_type); record the whole sign-in, from before its first redirect");
    std::erase_if(found, [&](const capture& c) { return !is_meant(c, wanted); });
    const auto& typed = wanted.issuer.empty() ? wanted.host : wanted.issuer;
    if (found.empty())
        return fail(errc::usage, fmt::format("no sign-in in it is at '{}'; there is {}{}", typed,
                                             fmt::join(names, " and "), did_you_mean(typed, names)));
    if (found.size() > 1)
        return fail(errc::usage, fmt::format("it holds sign-ins at {}; choose one with --issuer URL or --host NAME",
                                             fmt::join(names, " and ")));
    return std::move(found.front());
}

}  // namespace

bool step::is_refused() const {
    if (kind == step_kind::authorize && !callback.fields.empty()) return callback.find("error") != nullptr;
    if (of.response.status >= 400) return true;
    const auto* ok = answer.find("ok");
    return answer.string_at("access_token").empty() &&
           (!answer.string_at("error").empty() || (ok != nullptr && ok->as_boolean() == false));
}

const step* capture::first(step_kind kind) const {
    const auto found =
        std::find_if(steps.begin(), steps.end(), [&](const step& s) { return s.kind == kind && !s.is_refused(); });
    return found == steps.end() ? nullptr : &*found;
}

result<capture> find_provider(const std::vector<exchange>& all, const std::string& file,
                              const chosen_provider& wanted) {
    auto found = only_one(providers_in(all), wanted);
    if (!found) return fail(found.error().code, found.error().message, file);
    found->file = file.substr(file.rfind('/') + 1);
    found->entries = all.empty() ? 0 : all.back().entry;
    return found;
}

std::string seen_at(const exchange& e) {
    return fmt::format("entry {}: {} {} → {}", e.entry, e.request.method, e.url.path, e.response.status);
}

authorization authorization_of(const http::request& r) {
    const auto value = r.head.value("authorization");
    const auto space = value.find(' ');
    if (space == std::string_view::npos) return {};
    return {std::string(value.substr(0, space)), std::string(value.substr(space + 1))};
}

std::string client_id_of(const step& s) {
    if (const auto* id = s.sent.find("client_id")) return *id;
    const auto basic = oauth::parse_basic(s.of.request.head.value("authorization"));
    return basic ? basic->client_id : std::string{};
}

}  // namespace assay::harness::twin
