#include "reports/view.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <iterator>
#include <utility>

#include <fmt/format.h>

#include "data/text.hpp"
#include "reports/text.hpp"

namespace assay::reports {
namespace {

// In the order of the enumerators.
constexpr std::array<std::size_t totals::*, 8> slots{&totals::pass, &totals::fail,  &totals::warn,  &totals::info,
                                                     &totals::skip, &totals::error, &totals::known, &totals::stale};

struct named_area {
    std::string_view area, title;
};
constexpr std::array<named_area, 31> areas{{{"authz", "Authorization request"},
                                            {"cauth", "Client authentication"},
                                            {"cb", "Callback"},
                                            {"code", "Authorization code"},
                                            {"dcr", "Dynamic registration"},
                                            {"disc", "Discovery"},
                                            {"dpop", "Sender-constrained tokens (DPoP)"},
                                            {"err", "Error responses"},
                                            {"ext", "Extensions"},
                                            {"idt", "ID Token"},
                                            {"intr", "Introspection"},
                                            {"jar", "Signed request objects"},
                                            {"jwks", "Keys"},
                                            {"load", "Behaviour under load"},
                                            {"mix", "Issuer identification and mix-up"},
                                            {"net", "Transport faults"},
                                            {"oidc", "OpenID Connect request parameters"},
                                            {"out", "Logout"},
                                            {"par", "Pushed authorization requests"},
                                            {"pkce", "Proof key (PKCE)"},
                                            {"pol", "Polar"},
                                            {"redir", "Redirect URIs"},
                                            {"req", "Authorization request"},
                                            {"res", "Resource indicators"},
                                            {"rev", "Revocation"},
                                            {"rt", "Refresh tokens"},
                                            {"tls", "TLS"},
                                            {"tok", "Token request"},
                                            {"tres", "Token response"},
                                            {"trq", "Token request"},
                                            {"ui", "UserInfo and protected resource"}}};

// "openid-client (public)" is a configuration of the subject "openid-client".
bool speaks_of(const subject& s, std::string_view name) {
    if (!name.starts_with(s.name)) return false;
    const std::string_view rest = name.substr(s.name.size());
    return rest.empty() || rest.starts_with(" (");
}

group& group_named(std::vector<group>& groups, const std::string& name) {
    const auto at = std::find_if(groups.begin(), groups.end(), [&](const group& g) { return g.name == name; });
    if (at != groups.end()) return *at;
    group added;
    added.name = name;
    return groups.emplace_back(std::move(added));
}

std::string section_anchor(std::string_view section, std::string_view prefix) {
    return section.empty() ? std::string{} : fmt::format("#{}{}", prefix, section);
}

}  // namespace

int rank(verdict v) {
    const auto at = std::find(worst_first_order.begin(), worst_first_order.end(), v);
    return static_cast<int>(at - worst_first_order.begin());
}

std::size_t number_of(const totals& t, verdict v) {
    return t.*slots.at(static_cast<std::size_t>(v));
}

std::size_t& number_of(totals& t, verdict v) {
    return t.*slots.at(static_cast<std::size_t>(v));
}

std::vector<group> by_subject(const run& r) {
    std::vector<group> groups;
    for (const row& each : r.rows) group_named(groups, each.subject).rows.push_back(&each);
    for (const subject& s : r.subjects) {
        bool met = false;
        for (group& g : groups) {
            if (!speaks_of(s, g.name)) continue;
            met = true;
            if (g.about == nullptr || s.name.size() > g.about->name.size()) g.about = &s;
        }
        if (!met) group_named(groups, s.name).about = &s;
    }
    for (group& g : groups) {
        for (const row* each : g.rows) {
            ++number_of(g.sum, each->verdict);
        }
        std::stable_sort(g.rows.begin(), g.rows.end(),
                         [](const row* a, const row* b) { return rank(a->verdict) < rank(b->verdict); });
    }
    return groups;
}

std::vector<std::string> about(const subject& s) {
    std::vector<std::string> out;
    if (!s.kind.empty()) out.push_back(s.kind);
    if (!s.version.empty()) out.push_back("version " + s.version);
    if (!s.dialect.empty()) out.push_back(s.dialect);
    if (!s.issuer.empty()) out.push_back(s.issuer);
    return out;
}

bool told_in_full(verdict v) {
    return v == verdict::fail || v == verdict::error || v == verdict::stale || v == verdict::warn;
}

std::string details_of(const row& r) {
    std::string out;
    for (const finding& f : r.findings)
        out += fmt::format("\n{}, {}: expected {}, found {}", f.step, f.at, f.expected, f.actual);
    if (!r.reason.empty()) out += "\n" + r.reason;
    if (!r.reproduce.empty()) out += "\nAgain: " + r.reproduce;
    return out;
}

std::string area_of(const row& r) {
    const std::size_t first = r.check.find('-');
    const std::size_t last = r.check.rfind('-');
    const bool has_area = first != std::string::npos && last > first + 1;
    return lowered(has_area ? r.check.substr(first + 1, last - first - 1) : r.check);
}

std::string_view area_title(std::string_view area) {
    const auto at = std::find_if(areas.begin(), areas.end(), [&](const named_area& a) { return a.area == area; });
    return at == areas.end() ? area : at->title;
}

std::string key_of(const row& r) {
    return r.variant.empty() ? r.check : fmt::format("{} [{}]", r.check, r.variant);
}

std::string clauses_of(const row& r) {
    for (const finding& f : r.findings) {
        if (!f.clause.empty()) return f.clause;
    }
    std::string out;
    for (const std::string& clause : r.source) out += (out.empty() ? "" : ", ") + clause;
    return out;
}

std::string clause_link(std::string_view clause) {
    constexpr std::string_view mark = "§";
    const std::size_t at = clause.find(mark);
    std::string_view document = clause.substr(0, at);
    while (document.ends_with(' ')) document.remove_suffix(1);
    std::string_view section = at == std::string_view::npos ? std::string_view{} : clause.substr(at + mark.size());
    // "§3.1.3.7 (3)" is item 3 of that section: items have no anchors of their own.
    section = section.substr(0, section.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ.0123456789"));

    if (document.starts_with("RFC ")) {
        const std::string_view number = document.substr(4);
        if (number.empty() || number.find_first_not_of("0123456789") != std::string_view::npos) return {};
        const bool appendix = !section.empty() && std::isalpha(static_cast<unsigned char>(section[0])) != 0;
        return fmt::format("https://www.rfc-editor.org/rfc/rfc{}{}", number,
                           section_anchor(section, appendix ? "appendix-" : "section-"));
    }
    if (document == "OAuth 2.1") {
        return "https://datatracker.ietf.org/doc/html/draft-ietf-oauth-v2-1" + section_anchor(section, "section-");
    }
    constexpr std::array<std::pair<std::string_view, std::string_view>, 5> openid{
        {{"OIDC Core", "core"},
         {"OIDC Discovery", "discovery"},
         {"OIDC Registration", "registration"},
         {"OIDC Back-Channel Logout", "backchannel"},
         {"OIDC RP-Initiated Logout", "rpinitiated"}}};
    for (const auto& [name, file] : openid) {
        if (document == name) {
            return fmt::format("https://openid.net/specs/openid-connect-{}-1_0.html{}", file,
                               section_anchor(section, "rfc.section."));
        }
    }
    return {};
}

const evidence* exchange_of(const row& r, const finding& f) {
    const auto last = std::find_if(r.exchanges.rbegin(), r.exchanges.rend(),
                                   [&](const evidence& each) { return each.step == f.step; });
    if (last != r.exchanges.rend()) return &*last;
    return r.exchanges.empty() ? nullptr : &r.exchanges.back();
}

std::string cause_of(const row& r) {
    if (!r.cause.empty() || r.findings.empty()) return r.cause;
    const finding& f = r.findings.front();
    const evidence* e = exchange_of(r, f);
    const std::string line = e == nullptr ? std::string{} : split_message(e->request).first_line;
    return fmt::format("{}: {} is {}, not {}", line.substr(0, line.find('?')), f.at, f.actual, f.expected);
}

std::vector<const row*> of_the_same_cause(const std::vector<const row*>& rows, const row& first) {
    std::vector<const row*> out;
    const std::string cause = cause_of(first);
    if (cause.empty()) return out;
    std::copy_if(rows.begin(), rows.end(), std::back_inserter(out), [&](const row* each) {
        return each != &first && each->verdict == first.verdict && cause_of(*each) == cause;
    });
    return out;
}

std::optional<source_place> place_of(const row& r) {
    for (const finding& f : r.findings) {
        const std::string_view text = f.place;
        const std::size_t column = text.rfind(':');
        if (column == std::string_view::npos || column == 0) continue;
        const std::size_t line = text.rfind(':', column - 1);
        if (line == std::string_view::npos) continue;
        const auto read = [](std::string_view digits) {
            std::int64_t n = 0;
            std::from_chars(digits.data(), digits.data() + digits.size(), n);
            return std::max<std::int64_t>(1, n);
        };
        return source_place{text.substr(0, line), read(text.substr(line + 1, column - line - 1)),
                            read(text.substr(column + 1))};
    }
    return std::nullopt;
}

std::optional<source_place> place_of(const run& all, const row& r) {
    if (!all.location.empty()) return source_place{all.location};
    return place_of(r);
}

std::string headline(const run& r) {
    const totals t = count(r.rows);
    const std::size_t decided = reports::decided(t);
    if (r.rows.empty()) return r.interrupted ? "Interrupted before the first check ended." : "No check was run.";
    if (decided == 0 && t.error == 0) {
        return fmt::format(
            "Nothing was decided: {} skipped, and their reasons say what is missing{}",
            r.rows.size() == 1 ? "the one check was" : fmt::format("all {} checks were", r.rows.size()),
            r.interrupted ? "; interrupted before the end." : ".");
    }
    std::string out;
    const auto add = [&](const std::string& part) { out += (out.empty() ? "" : ", ") + part; };
    if (t.fail > 0) add(fmt::format("{} of {} failed", t.fail, counted(decided, "check")));
    if (t.error > 0) add(fmt::format("{} could not be decided", t.error));
    if (t.stale > 0) add(fmt::format("{} did not happen", counted(t.stale, "known deviation")));
    if (out.empty()) {
        const std::size_t good = t.pass + t.info;
        out = good == decided ? fmt::format("All {} passed", counted(decided, "check"))
                              : fmt::format("{} of {} passed, none failed", good, counted(decided, "check"));
    }
    return out + (r.interrupted ? "; interrupted before the end." : ".");
}

}  // namespace assay::reports
