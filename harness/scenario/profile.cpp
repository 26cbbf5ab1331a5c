#include "harness/scenario/profile.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "data/nearest.hpp"
#include "data/text.hpp"
#include "harness/scenario/loader.hpp"
#include "harness/scenario/words.hpp"

namespace assay::harness {
namespace {

const check* find_check(const std::vector<check>& all, std::string_view id) {
    const auto at = std::find_if(all.begin(), all.end(), [&](const check& c) { return c.id == id; });
    return at == all.end() ? nullptr : &*at;
}

error no_such_check(const yaml::document& d, const yaml::place& at, const std::string& id,
                    const std::vector<check>& all) {
    std::vector<std::string> ids;
    for (const check& c : all) ids.push_back(c.id);
    return d.error_at(at, fmt::format("there is no check '{}'{}", id, did_you_mean(id, ids)));
}

result<profile_check> load_row(const yaml::document& d, const yaml::node& n) {
    static constexpr std::array<std::string_view, 4> keys{"id", "level", "source", "says"};
    profile_check out;
    if (n.is_scalar()) {
        out.id = n.scalar;
        return out;
    }
    if (auto ok = yaml::only_keys(d, n, keys, "a check of the profile"); !ok) return fail(ok.error());
    for (const yaml::entry& e : n.entries) {
        auto text = yaml::as_text(d, e.value);
        if (!text) return fail(text.error());
        if (e.key == "id") out.id = *text;
        if (e.key == "source") out.source = *text;
        if (e.key == "says") out.says = *text;
        if (e.key != "level") continue;
        out.level = parse_level(*text);
        if (!out.level) {
            const auto known = words().levels;
            const std::vector<std::string> list(known.begin(), known.end());
            return fail(
                d.error_at(e.value.at, fmt::format("unknown level '{}'{}", *text, did_you_mean(*text, list))));
        }
    }
    if (out.level && out.source.empty()) {
        return fail(d.error_at(n.at, "a level of the profile's own needs 'source': the clause that says so"));
    }
    return out;
}

result<void> load_rows(const yaml::document& d, const yaml::node& n, const std::vector<check>& all, profile& out) {
    if (!n.is_sequence()) return fail(d.error_at(n.at, "checks must be a list"));
    for (const yaml::node& item : n.items) {
        auto row = load_row(d, item);
        if (!row) return fail(row.error());
        if (find_check(all, row->id) == nullptr) return fail(no_such_check(d, item.at, row->id, all));
        const bool twice = std::any_of(out.checks.begin(), out.checks.end(),
                                       [&](const profile_check& c) { return c.id == row->id; });
        if (twice) return fail(d.error_at(item.at, fmt::format("{} is in this profile twice", row->id)));
        out.checks.push_back(std::move(*row));
    }
    return {};
}

result<void> load_text(const yaml::document& d, std::string_view key, bool required, std::string& into) {
    const yaml::node* n = d.root.find(key);
    if (n == nullptr) {
        if (!required) return {};
        return fail(d.error_at(d.root.at, fmt::format("a profile needs '{}'", key)));
    }
    auto text = yaml::as_text(d, *n);
    if (!text) return fail(text.error());
    into = std::move(*text);
    return {};
}

std::string dashed(std::string_view text) {
    std::string out(trimmed(text, " "));
    std::replace(out.begin(), out.end(), ' ', '-');
    return out;
}

std::vector<std::string> split_commas(const std::vector<std::string>& selectors) {
    std::vector<std::string> out;
    for (const std::string& all : selectors) {
        std::size_t from = 0;
        while (from <= all.size()) {
            const std::size_t comma = std::min(all.find(',', from), all.size());
            const auto one = trimmed(std::string_view(all).substr(from, comma - from), " ");
            if (!one.empty()) out.emplace_back(one);
            from = comma + 1;
        }
    }
    return out;
}

std::vector<check> checks_of(const std::vector<check>& all, const profile& p) {
    std::vector<check> out;
    for (const profile_check& row : p.checks) {
        check c = *find_check(all, row.id);
        if (row.level) c.level = *row.level;
        if (!row.source.empty()) {
            c.source.insert(c.source.begin(), row.source);
            c.says = row.says;
        }
        out.push_back(std::move(c));
    }
    return out;
}

}  // namespace

result<void> check_known(const yaml::document& d, const yaml::node& row, const known_row_names& names) {
    const auto unknown = [&](const yaml::node& word, std::string_view what, const std::vector<std::string>& valid) {
        return fail(d.error_at(
            word.at, fmt::format("there is no {} '{}'{}", what, word.scalar, did_you_mean(word.scalar, valid))));
    };
    const yaml::node* id = row.find("check");
    const yaml::node* variant = row.find("variant");
    if (names.checks != nullptr && id != nullptr) {
        const check* c = find_check(*names.checks, id->scalar);
        if (c == nullptr) return fail(no_such_check(d, id->at, id->scalar, *names.checks));
        std::vector<std::string> valid;
        for (const auto& one : variants(*c)) valid.push_back(one.name);
        const bool there =
            variant == nullptr || std::find(valid.begin(), valid.end(), variant->scalar) != valid.end();
        if (!there) return unknown(*variant, fmt::format("variant of {}", c->id), valid);
    }
    const yaml::node* subject = row.find("subject");
    const auto& subjects = names.subjects;
    if (subject != nullptr && !subjects.empty() &&
        std::find(subjects.begin(), subjects.end(), subject->scalar) == subjects.end())
        return unknown(*subject, "subject", subjects);
    const yaml::node* dialect = row.find("dialect");
    const auto fits = [&](const std::string& one) {
        return one == dialect->scalar || one.starts_with(dialect->scalar + "@");
    };
    if (dialect != nullptr && !names.dialects.empty() &&
        std::none_of(names.dialects.begin(), names.dialects.end(), fits))
        return unknown(*dialect, "dialect", names.dialects);
    return {};
}

result<std::vector<known_row>> load_known(const yaml::document& d, const yaml::node& n, const known_row_names& names,
                                          reasons r) {
    static constexpr std::array<std::string_view, 6> keys{"check",   "variant", "dialect",
                                                          "subject", "reason",  "sometimes"};
    if (!n.is_sequence()) return fail(d.error_at(n.at, "known must be a list"));
    std::vector<known_row> out;
    for (const yaml::node& item : n.items) {
        if (auto ok = yaml::only_keys(d, item, keys, "a known row"); !ok) return fail(ok.error());
        known_row row;
        row.place = fmt::format("{}:{}:{}", d.name, item.at.line, item.at.column);
        for (const yaml::entry& e : item.entries) {
            if (e.key == "sometimes") {
                auto flag = yaml::as_boolean(d, e.value);
                if (!flag) return fail(flag.error());
                row.sometimes = *flag;
                continue;
            }
            auto text = yaml::as_text(d, e.value);
            if (!text) return fail(text.error());
            (e.key == "check"     ? row.check
             : e.key == "variant" ? row.variant
             : e.key == "dialect" ? row.dialect
             : e.key == "subject" ? row.subject
                                  : row.reason) = std::move(*text);
        }
        if (row.check.empty() || (row.reason.empty() && r == reasons::required)) {
            return fail(d.error_at(item.at, "a known row needs 'check' and 'reason'"));
        }
        if (auto ok = check_known(d, item, names); !ok) return fail(ok.error());
        out.push_back(std::move(row));
    }
    return out;
}

result<profile> load_profile(const yaml::document& d, const known_row_names& names) {
    static constexpr std::array<std::string_view, 8> keys{"id",     "title", "description", "source",
                                                          "checks", "needs", "known",       "dialect"};
    if (auto ok = yaml::only_keys(d, d.root, keys, "the profile"); !ok) return fail(ok.error());
    profile out;
    if (auto ok = load_text(d, "id", true, out.id); !ok) return fail(ok.error());
    if (auto ok = load_text(d, "title", true, out.title); !ok) return fail(ok.error());
    if (auto ok = load_text(d, "description", false, out.description); !ok) return fail(ok.error());
    if (auto ok = load_text(d, "dialect", false, out.dialect); !ok) return fail(ok.error());
    for (const std::string_view key : {"source", "needs"}) {
        const yaml::node* n = d.root.find(key);
        if (n == nullptr) continue;
        auto list = yaml::as_texts(d, *n);
        if (!list) return fail(list.error());
        (key == "source" ? out.source : out.needs) = std::move(*list);
    }
    const yaml::node* checks = d.root.find("checks");
    if (checks == nullptr) return fail(d.error_at(d.root.at, "a profile needs 'checks'"));
    if (auto ok = load_rows(d, *checks, *names.checks, out); !ok) return fail(ok.error());
    const yaml::node* known = d.root.find("known");
    if (known == nullptr) return out;
    auto rows = load_known(d, *known, names);
    if (!rows) return fail(rows.error());
    out.known = std::move(*rows);
    return out;
}

result<std::vector<profile>> load_profiles(const file_tree& scenarios, const known_row_names& names) {
    std::vector<profile> out;
    const file_tree folder = scenarios / "profiles";
    for (const std::string& name : folder.files(".yaml")) {
        auto text = folder.read(name);
        if (!text) return fail(text.error());
        auto d = yaml::parse(*text, "scenarios/profiles/" + name);
        if (!d) return fail(d.error());
        auto one = load_profile(*d, names);
        if (!one) return fail(one.error());
        out.push_back(std::move(*one));
    }
    return out;
}

std::string clause_selector(std::string_view source) {
    std::string text = lowered(source);
    if (const std::size_t open = text.rfind(" ("); open != std::string::npos && text.ends_with(')'))
        text.resize(open);
    const std::size_t mark = text.find("§");
    std::string section;
    if (mark != std::string::npos) {
        section = "/" + dashed(text.substr(mark + std::string_view("§").size()));
        text.resize(mark);
    } else if (text.starts_with("polar ")) {
        section = "/" + dashed(text.substr(6));
        text = "polar";
    }
    text = dashed(text);
    if (text.starts_with("rfc-")) text.erase(3, 1);
    return text + section;
}

bool selects(std::string_view selector, const check& c) {
    if (selector == c.id || selector == "AS" || selector == "RP") return c.id.starts_with(selector);
    if (c.id.starts_with(std::string(selector) + "-")) return true;
    const std::string wanted = lowered(selector);
    return std::any_of(c.source.begin(), c.source.end(), [&](const std::string& source) {
        const std::string clause = clause_selector(source);
        if (!clause.starts_with(wanted)) return false;
        return clause.size() == wanted.size() || clause[wanted.size()] == '.' || clause[wanted.size()] == '/';
    });
}

result<std::vector<check>> select_checks(const std::vector<check>& all, const profile* within,
                                         const std::vector<std::string>& selectors) {
    std::vector<check> out = within == nullptr ? all : checks_of(all, *within);
    const std::vector<std::string> wanted = split_commas(selectors);
    if (wanted.empty()) return out;
    for (const std::string& one : wanted) {
        if (std::any_of(out.begin(), out.end(), [&](const check& c) { return selects(one, c); })) continue;
        std::vector<std::string> ids;
        for (const check& c : out) ids.push_back(c.id);
        return fail(
            errc::usage,
            fmt::format("--select {} selects nothing (see `assay list checks`): it takes ids, areas (AS-PKCE) and "
                        "clauses (rfc7636/4.6){}",
                        one, ids.size() > 8 && nearest(one, ids).empty() ? "" : did_you_mean(one, ids)));
    }
    std::erase_if(out, [&](const check& c) {
        return std::none_of(wanted.begin(), wanted.end(), [&](const std::string& one) { return selects(one, c); });
    });
    return out;
}

}  // namespace assay::harness
