#include "mock_server/issuer/issuer_request.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "data/nearest.hpp"
#include "http/url.hpp"
#include "mock_server/issuer/issuer.hpp"
#include "mock_server/issuer/people.hpp"
#include "oauth/jws_alg.hpp"

namespace assay::mock {
namespace {

constexpr std::array<std::string_view, 23> issuer_members{
    "trusted_issuers", "rsa_bits", "resources",    "name",     "dialect",       "sign_in",
    "clients",         "faults",   "now",          "ttl_s",    "journal",       "any_loopback_redirect_uri",
    "own_origin",      "tls",      "signing_algs", "users",    "organizations", "claims",
    "ends_in_slash",   "seed",     "host",         "any_user", "isolated"};

error wrong_type(std::string_view name, std::string_view wanted) {
    return {errc::usage, fmt::format("member '{}' must be {}", name, wanted), {}};
}

result<void> read_text(const json::value& v, std::string_view name, std::string& out) {
    const auto* m = v.find(name);
    if (m == nullptr) return {};
    if (!m->is_string()) return tl::unexpected(wrong_type(name, "a string"));
    out = *m->as_string();
    return {};
}

result<std::optional<std::int64_t>> count_at(const json::value& v, std::string_view name) {
    const auto* m = v.find(name);
    if (m == nullptr) return std::optional<std::int64_t>{};
    const auto n = m->as_integer();
    if (!n || *n < 0) return tl::unexpected(wrong_type(name, "a whole number that is not negative"));
    return std::optional(*n);
}

result<void> read_numbers(const json::value& v, issuer_request& r) {
    auto now = count_at(v, "now");
    auto ttl = count_at(v, "ttl_s");
    auto kept = count_at(v, "journal");
    for (const auto* one : {&now, &ttl, &kept}) {
        if (!*one) return fail(one->error());
    }
    if (now->value_or(0) > end_of_time) return tl::unexpected(wrong_type("now", "a time before the year 10000"));
    r.now = *now;
    r.ttl_s = ttl->value_or(0);
    if (!*kept) return {};
    if (**kept > static_cast<std::int64_t>(journal::entries_limit))
        return tl::unexpected(wrong_type("journal", fmt::format("at most {}", journal::entries_limit)));
    r.journal_entries = static_cast<std::size_t>(**kept);
    return {};
}

result<void> read_signing_algs(const json::value& v, issuer_request& r) {
    const auto* list = v.find("signing_algs");
    if (list == nullptr) return {};
    if (!list->is_array() || list->as_array()->empty())
        return tl::unexpected(wrong_type("signing_algs", "an array of algorithms, the default first"));
    for (const auto& one : *list->as_array()) {
        const std::string alg = one.is_string() ? *one.as_string() : json::format(one);
        if (auto good = demand_signing_alg(alg); !good) return good;
        if (std::find(r.signing_algs.begin(), r.signing_algs.end(), alg) == r.signing_algs.end())
            r.signing_algs.push_back(alg);
    }
    return {};
}

result<void> read_resources(const json::value& v, issuer_request& r) {
    const auto* list = v.find("resources");
    if (list == nullptr) return {};
    if (!list->is_array()) return tl::unexpected(wrong_type("resources", "an array of URIs or paths"));
    for (const auto& one : *list->as_array()) {
        if (!one.is_string()) return tl::unexpected(wrong_type("resources", "an array of URIs or paths"));
        if (auto good = demand_resource(*one.as_string()); !good) return good;
        r.resources.push_back(*one.as_string());
    }
    return {};
}

result<void> read_clients(const json::value& v, issuer_request& r) {
    auto speaks = find_dialect(r.dialect);
    if (!speaks) return fail(errc::usage, speaks.error().message);
    const auto* clients = v.find("clients");
    const auto* any_loopback = v.find("any_loopback_redirect_uri");
    if (any_loopback != nullptr && !any_loopback->as_boolean())
        return tl::unexpected(wrong_type("any_loopback_redirect_uri", "true or false"));
    if (clients == nullptr) return {};
    if (!clients->is_array()) return tl::unexpected(wrong_type("clients", "an array"));
    std::size_t n = 0;
    for (const auto& one : *clients->as_array()) {
        auto c = client_from_configuration(one, **speaks,
                                           r.signing_algs.empty() ? (*speaks)->signing_algs : r.signing_algs);
        const auto at = fmt::format("/clients/{}", n++);
        if (!c) return fail(c.error().code, c.error().message, at + c.error().where);
        if (!c->client_id.empty() && std::any_of(r.clients.begin(), r.clients.end(), [&](const client& before) {
                return before.client_id == c->client_id;
            })) {
            return fail(errc::usage,
                        fmt::format("client_id '{}' is defined twice; give each client its own", c->client_id),
                        at + "/client_id");
        }
        c->any_loopback_redirect_uri = any_loopback != nullptr && *any_loopback->as_boolean();
        r.clients.push_back(std::move(*c));
    }
    return {};
}

// Reads each element of a list with `make`.
template <class One, class Make>
result<void> read_each(const json::value& v, std::string_view name, std::vector<One>& out, const Make& make) {
    const auto* list = v.find(name);
    if (list == nullptr) return {};
    if (!list->is_array()) return tl::unexpected(wrong_type(name, "an array"));
    for (const auto& item : *list->as_array()) {
        result<One> one = make(item);
        if (!one) return fail(one.error());
        out.push_back(std::move(*one));
    }
    return {};
}

result<void> read_people_and_claims(const json::value& v, issuer_request& r) {
    auto speaks = find_dialect(r.dialect);
    if (!speaks) return fail(errc::usage, speaks.error().message);
    if (auto ok = read_each(v, "organizations", r.organizations, organization_from_json); !ok) return ok;
    if (auto ok = read_each(v, "users", r.users, user_from_json); !ok) return ok;
    if (auto ok = read_each(v, "trusted_issuers", r.trusted_issuers, trusted_issuer_from_json); !ok) return ok;
    return read_each(v, "claims", r.claims,
                     [&](const json::value& row) { return claim_row_from_json(row, **speaks); });
}

}  // namespace

result<issuer_request> issuer_request_from_json(const json::value& v) {
    if (auto good = only_members(v, issuer_members, "an issuer"); !good) return fail(good.error());
    issuer_request r;
    std::string how = "page";
    for (auto& [name, field] : {std::pair<std::string_view, std::string&>{"name", r.name},
                                {"dialect", r.dialect},
                                {"sign_in", how},
                                {"seed", r.seed},
                                {"host", r.host}}) {
        if (auto good = read_text(v, name, field); !good) return fail(good.error());
    }
    if (!r.name.empty()) {
        if (auto good = demand_issuer_name(r.name); !good) return fail(good.error());
    }
    if (!r.host.empty()) {
        if (auto good = demand_issuer_host(r.host); !good)
            return fail(good.error().code, good.error().message, "/host");
    }
    const auto parsed = parse_sign_in(how);
    if (!parsed) return tl::unexpected(wrong_type("sign_in", "page, auto or by_request"));
    r.how = *parsed;
    if (const auto* faults = v.find("faults")) r.faults = *faults;
    for (auto& [name, field] : {std::pair<std::string_view, bool&>{"own_origin", r.own_origin},
                                {"tls", r.tls},
                                {"ends_in_slash", r.ends_in_slash},
                                {"any_user", r.any_user},
                                {"isolated", r.isolated}}) {
        const auto* wanted = v.find(name);
        if (wanted == nullptr) continue;
        if (!wanted->as_boolean()) return tl::unexpected(wrong_type(name, "true or false"));
        field = *wanted->as_boolean();
    }
    if (auto good = read_signing_algs(v, r); !good) return fail(good.error());
    if (const auto* bits = v.find("rsa_bits")) {
        const auto size = bits->as_integer().value_or(0);
        if (auto good = demand_rsa_bits(size); !good) return fail(good.error());
        r.rsa_bits = static_cast<int>(size);
    }
    if (auto good = read_resources(v, r); !good) return fail(good.error());
    if (auto good = read_numbers(v, r); !good) return fail(good.error());
    if (auto good = read_clients(v, r); !good) return fail(good.error());
    if (auto good = read_people_and_claims(v, r); !good) return fail(good.error());
    return r;
}

result<void> demand_signing_alg(std::string_view alg) {
    const auto& known = oauth::asymmetric_alg_names();
    if (std::find(known.begin(), known.end(), alg) != known.end()) return {};
    return fail(errc::usage, fmt::format("signing_algs: '{}' is none of {}{}", alg, fmt::join(known, ", "),
                                         did_you_mean(alg, known)));
}

result<void> demand_rsa_bits(std::int64_t bits) {
    if (std::find(rsa_sizes.begin(), rsa_sizes.end(), bits) != rsa_sizes.end()) return {};
    return fail(errc::usage, fmt::format("rsa_bits must be {}", fmt::join(rsa_sizes, ", ")));
}

result<void> demand_issuer_name(std::string_view name) {
    const auto is_segment = [](std::string_view text) {
        return !text.empty() && text.size() <= 64 && std::all_of(text.begin(), text.end(), [](char ch) {
            return (ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z') || (ch >= '0' && ch <= '9') || ch == '-' ||
                   ch == '_';
        });
    };
    std::string_view rest = name;
    for (std::size_t n = 0; n < name_segments_max; ++n) {
        const auto slash = rest.find('/');
        if (!is_segment(rest.substr(0, slash))) break;
        if (slash == std::string_view::npos) return {};
        rest.remove_prefix(slash + 1);
    }
    return fail(errc::usage, fmt::format("issuer name '{}' must be 1 to 64 of [A-Za-z0-9_-], or up to {} such "
                                         "segments joined by '/'",
                                         name, name_segments_max));
}

result<void> demand_issuer_host(std::string_view host) {
    const auto url = http::parse_url(fmt::format("http://{}/", host));
    const bool lower = std::none_of(host.begin(), host.end(), [](char ch) { return ch >= 'A' && ch <= 'Z'; });
    if (url && url->host == host && lower) return {};
    return fail(errc::usage, fmt::format("host '{}' must be a name in lower case, such as login.localhost, without "
                                         "scheme, port and path: these are those of the issuer at /",
                                         host));
}

result<void> demand_resource(std::string_view text) {
    const auto uri = http::parse_url(text);
    if ((text.starts_with('/') && text.size() > 1 && text.find_first_of("?#") == std::string_view::npos) ||
        (uri && !uri->has_fragment)) {
        return {};
    }
    return fail(errc::usage, fmt::format("resource '{}' must be an absolute URI without fragment (RFC 8707 §2), or a "
                                         "path below the issuer such as /mcp",
                                         text));
}

result<void> only_members(const json::value& v, std::span<const std::string_view> allowed, std::string_view what) {
    if (!v.is_object()) return fail(errc::usage, fmt::format("{} must be a JSON object", what));
    for (const auto& m : v.as_object()->members) {
        if (std::find(allowed.begin(), allowed.end(), m.name) != allowed.end()) continue;
        const std::vector<std::string> names(allowed.begin(), allowed.end());
        return fail(errc::usage, fmt::format("{} has no member '{}'{}; it takes {}", what, m.name,
                                             did_you_mean(m.name, names), fmt::join(names, ", ")));
    }
    return {};
}

}  // namespace assay::mock
