// The level of a check follows the verb of the clause that it quotes, and `binds` follows whom the clause binds.
#include <algorithm>
#include <array>
#include <cctype>
#include <string>

#include "data/yaml.hpp"
#include "tests/tidy/rules.hpp"

namespace assay::tidy {
namespace {

// Checks without a quoted clause. These numbers may only decrease.
constexpr std::size_t server_checks_without_says = 0;
constexpr std::size_t client_checks_without_says = 0;

// Documents without the words of RFC 2119: their statements, or their server's behaviour, are taken as they are.
constexpr std::array plain_documents{"Polar ", "GitHub "};

constexpr std::array must_words{"MUST", "SHALL", "REQUIRED"};
constexpr std::array should_words{"SHOULD", "RECOMMENDED"};

constexpr std::array client_parties{"client", "relying_party", "http_client"};
constexpr std::array server_parties{"authorization_server", "openid_provider", "resource_server", "http_server"};

bool is_letter(char c) {
    return std::isalpha(static_cast<unsigned char>(c)) != 0;
}

// Whether `text` contains the word in capitals, as a whole word.
bool has_word(std::string_view text, std::string_view word) {
    for (std::size_t at = text.find(word); at != std::string_view::npos; at = text.find(word, at + 1)) {
        const std::size_t end = at + word.size();
        if ((at == 0 || !is_letter(text[at - 1])) && (end == text.size() || !is_letter(text[end]))) return true;
    }
    return false;
}

template <class Words>
bool has_any(std::string_view text, const Words& words) {
    return std::any_of(words.begin(), words.end(), [&](std::string_view word) { return has_word(text, word); });
}

std::string scalar_at(const yaml::node& n, std::string_view key) {
    const yaml::node* found = n.find(key);
    return found == nullptr ? std::string{} : found->scalar;
}

// The first clause of `source`, a list or one text.
std::string first_source(const yaml::node& n) {
    const yaml::node* source = n.find("source");
    if (source == nullptr) return {};
    return source->items.empty() ? source->scalar : source->items.front().scalar;
}

bool speaks_plainly(std::string_view source) {
    return std::any_of(plain_documents.begin(), plain_documents.end(),
                       [&](std::string_view document) { return source.starts_with(document); });
}

// A MUST with an exception that is invisible from outside counts as SHOULD.
bool must_with_exception(std::string_view says) {
    const bool exception =
        says.find("unless") != std::string_view::npos || says.find("except") != std::string_view::npos;
    return exception && has_any(says, must_words);
}

// What the quoted sentence lacks for the level, or empty.
std::string missing_verb(std::string_view level, std::string_view says) {
    if (level == "must" && !has_any(says, must_words)) return "level: must, and its sentence has no MUST";
    if (level == "should" && !has_any(says, should_words) && !must_with_exception(says))
        return "level: should, and its sentence has no SHOULD";
    return {};
}

// Whether every party in `binds` is on `side`.
template <class Side>
bool binds_only(const yaml::node& binds, const Side& side) {
    const auto on_side = [&](std::string_view party) {
        return std::find(side.begin(), side.end(), party) != side.end();
    };
    if (binds.is_scalar()) return on_side(binds.scalar);
    return std::all_of(binds.items.begin(), binds.items.end(),
                       [&](const yaml::node& one) { return on_side(one.scalar); });
}

void judge_check(const source_file& file, const yaml::node& root, bool server, findings& found) {
    const yaml::node* says = root.find("says");
    const yaml::node* binds = root.find("binds");
    if (says == nullptr) return;
    const std::string level = scalar_at(root, "level");
    if (!speaks_plainly(first_source(root))) {
        const std::string missing = missing_verb(level, says->scalar);
        if (!missing.empty()) found.push_back({file.path, says->at.line, missing});
    }
    if (level != "must" || binds == nullptr) return;
    const bool other_side = server ? binds_only(*binds, client_parties) : binds_only(*binds, server_parties);
    if (other_side)
        found.push_back({file.path, binds->at.line, "level: must, and its sentence binds the other party"});
}

void judge_profile(const source_file& file, const yaml::node& root, findings& found) {
    const yaml::node* checks = root.find("checks");
    if (checks == nullptr) return;
    for (const yaml::node& row : checks->items) {
        const std::string level = scalar_at(row, "level");
        if (level.empty() || speaks_plainly(first_source(row))) continue;
        const std::string missing = missing_verb(level, scalar_at(row, "says"));
        if (!missing.empty()) found.push_back({file.path, row.at.line, missing});
    }
}

}  // namespace

findings check_clauses(const tree& files) {
    findings found;
    std::size_t silent[2] = {0, 0};
    for (const source_file& file : files) {
        const bool server = file.path.starts_with("scenarios/server/");
        const bool client = file.path.starts_with("scenarios/client/");
        const bool profile = file.path.starts_with("scenarios/profiles/");
        if (!file.path.ends_with(".yaml") || !(server || client || profile)) continue;
        const result<yaml::document> parsed = yaml::parse(file.text, file.path);
        if (!parsed) continue;  // check_catalogue reports it
        if (profile) {
            judge_profile(file, parsed->root, found);
        } else if (parsed->root.find("says") == nullptr) {
            if (!speaks_plainly(first_source(parsed->root))) ++silent[server ? 0 : 1];
        } else {
            judge_check(file, parsed->root, server, found);
        }
    }
    const auto expect_at_most = [&](std::string_view path, std::size_t count, std::size_t allowed) {
        if (count <= allowed) return;
        found.push_back({std::string(path), 0,
                         std::to_string(count) + " checks have no `says`, and " + std::to_string(allowed) +
                             " had none before: quote the sentence that the level rests on"});
    };
    expect_at_most("scenarios/server", silent[0], server_checks_without_says);
    expect_at_most("scenarios/client", silent[1], client_checks_without_says);
    return found;
}

}  // namespace assay::tidy
