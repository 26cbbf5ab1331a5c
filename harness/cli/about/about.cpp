#include "harness/cli/about/about.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <compare>

#include <fmt/format.h>

#include "data/yaml.hpp"
#include "harness/cli/shared/data_folder.hpp"
#include "http/tls.hpp"

namespace assay::harness::about {
namespace {

// "1.1.1k": the numbers 1, 1, 1, then the letters k.
struct version_number {
    std::vector<unsigned long> numbers;
    std::string letters;
};

result<version_number> parse_version(std::string_view text) {
    version_number out;
    const char* at = text.data();
    const char* const end = at + text.size();
    while (true) {
        unsigned long n = 0;
        const auto [after, bad] = std::from_chars(at, end, n);
        if (bad != std::errc{}) break;
        out.numbers.push_back(n);
        at = after;
        if (at == end || *at != '.') break;
        ++at;
    }
    out.letters.assign(at, end);
    const bool is_good = std::all_of(out.letters.begin(), out.letters.end(), [](unsigned char ch) {
        return std::isalnum(ch) != 0 || ch == '-' || ch == '+';
    });
    if (out.numbers.empty() || !is_good)
        return fail(errc::malformed, fmt::format("'{}' is not a version, such as 3.0.19", text));
    return out;
}

std::strong_ordering compare(version_number a, version_number b) {
    const auto most = std::max(a.numbers.size(), b.numbers.size());
    a.numbers.resize(most);
    b.numbers.resize(most);
    const auto numbers = a.numbers <=> b.numbers;
    return numbers != std::strong_ordering::equal ? numbers : a.letters.compare(b.letters) <=> 0;
}

result<bool> holds(const version_number& v, std::string_view comparison) {
    const std::size_t size = std::min(comparison.find_first_not_of("<>="), comparison.size());
    const auto other = parse_version(comparison.substr(size));
    if (!other) return fail(other.error());
    const auto order = compare(v, *other);
    const std::string_view sign = comparison.substr(0, size);
    if (sign == "<") return order < 0;
    if (sign == "<=") return order <= 0;
    if (sign == ">") return order > 0;
    if (sign == ">=") return order >= 0;
    if (sign == "=") return order == 0;
    return fail(errc::malformed, fmt::format("'{}' has none of < <= > >= = before its version", comparison));
}

constexpr std::array<std::string_view, 8> keys{"id",   "library",  "affected", "fixed",
                                               "what", "concerns", "why",      "source"};

result<advisory> read_row(const yaml::document& d, const yaml::node& n) {
    if (!n.is_map()) return fail(d.error_at(n.at, "an advisory is a map"));
    if (auto ok = yaml::only_keys(d, n, keys, "an advisory"); !ok) return fail(ok.error());
    for (const auto key : keys) {
        if (n.find(key) == nullptr) return fail(d.error_at(n.at, fmt::format("an advisory needs '{}'", key)));
    }
    advisory out;
    for (auto [key, field] : {std::pair<std::string_view, std::string*>{"id", &out.id},
                              {"library", &out.library},
                              {"what", &out.what},
                              {"why", &out.why},
                              {"source", &out.source}}) {
        auto text = yaml::as_text(d, *n.find(key));
        if (!text) return fail(text.error());
        *field = std::move(*text);
    }
    for (auto [key, field] :
         {std::pair<std::string_view, std::vector<std::string>*>{"affected", &out.affected}, {"fixed", &out.fixed}}) {
        auto list = yaml::as_texts(d, *n.find(key));
        if (!list) return fail(list.error());
        *field = std::move(*list);
    }
    for (const auto& range : out.affected) {
        if (auto good = is_in("0", range); !good) return fail(d.error_at(n.at, good.error().message));
    }
    auto concerns = yaml::as_boolean(d, *n.find("concerns"));
    if (!concerns) return fail(concerns.error());
    out.concerns = *concerns;
    return out;
}

json::array texts(const std::vector<std::string>& list) {
    json::array out;
    for (const auto& one : list) out.emplace_back(one);
    return out;
}

json::object to_json(const advisory& a) {
    return {{"id", a.id},
            {"library", a.library},
            {"affected", texts(a.affected)},
            {"fixed", texts(a.fixed)},
            {"what", a.what},
            {"concerns", a.concerns},
            {"why", a.why},
            {"source", a.source}};
}

std::string compiler() {
#if defined(__clang__)
    return fmt::format("clang {}.{}.{}", __clang_major__, __clang_minor__, __clang_patchlevel__);
#else
    return fmt::format("gcc {}.{}.{}", __GNUC__, __GNUC_MINOR__, __GNUC_PATCHLEVEL__);
#endif
}

}  // namespace

result<bool> is_in(std::string_view version, std::string_view range) {
    const auto v = parse_version(version);
    if (!v) return fail(v.error());
    bool all = true;
    while (!range.empty()) {
        const auto space = std::min(range.find(' '), range.size());
        const auto one = holds(*v, range.substr(0, space));
        if (!one) return fail(one.error());
        all = all && *one;
        range.remove_prefix(std::min(space + 1, range.size()));
    }
    return all;
}

result<advisory_list> read_advisories(std::string_view yaml, std::string name) {
    const auto d = yaml::parse(yaml, std::move(name));
    if (!d) return fail(d.error());
    constexpr std::array<std::string_view, 2> top{"looked_up", "advisories"};
    if (auto ok = yaml::only_keys(*d, d->root, top, "the list"); !ok) return fail(ok.error());
    const auto* date = d->root.find("looked_up");
    const auto* rows = d->root.find("advisories");
    if (date == nullptr || rows == nullptr || !rows->is_sequence())
        return fail(d->error_at(d->root.at, "looked_up and a list of advisories are expected here"));
    advisory_list out;
    out.looked_up = date->scalar;
    for (const auto& n : rows->items) {
        auto row = read_row(*d, n);
        if (!row) return fail(row.error());
        out.rows.push_back(std::move(*row));
    }
    return out;
}

result<advisory_list> known_advisories() {
    const std::string name = "harness/cli/about/advisories.yaml";
    const auto text = file_tree(embedded_files()).read(name);
    if (!text) return fail(text.error());
    return read_advisories(*text, name);
}

std::vector<library> libraries() {
    return {{"OpenSSL", http::tls_library_version()},
            {"Boost", ASSAY_WITH_BOOST},
            {"nlohmann-json", ASSAY_WITH_JSON},
            {"yaml-cpp", ASSAY_WITH_YAML_CPP},
            {"fmt", ASSAY_WITH_FMT},
            {"CLI11", ASSAY_WITH_CLI11},
            {"libxml2", ASSAY_WITH_LIBXML2},
            {"zlib", ASSAY_WITH_ZLIB},
            {"re2", ASSAY_WITH_RE2},
            {"libsodium", ASSAY_WITH_SODIUM},
            {"tl-expected", ASSAY_WITH_EXPECTED}};
}

json::object describe(const std::vector<library>& libraries, const advisory_list& advisories) {
    const std::string_view commit = ASSAY_COMMIT;
    json::array all;
    for (const library& one : libraries) {
        json::array rows;
        for (const advisory& a : advisories.rows) {
            const bool is_affected =
                a.library == one.name && std::any_of(a.affected.begin(), a.affected.end(), [&](const auto& range) {
                    return is_in(one.version, range).value_or(true);  // an unknown kind of version may be affected
                });
            if (is_affected) rows.emplace_back(to_json(a));
        }
        all.emplace_back(json::object{{"name", one.name}, {"version", one.version}, {"advisories", std::move(rows)}});
    }
    return {{"assay", ASSAY_VERSION},
            {"commit", commit.empty() ? json::value() : json::value(commit)},
            {"compiler", compiler()},
            {"advisories_looked_up", advisories.looked_up},
            {"note", "by upstream's versions: a distribution may have mended one without changing its number"},
            {"libraries", std::move(all)}};
}

}  // namespace assay::harness::about
