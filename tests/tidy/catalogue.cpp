// The check files, the profiles and the `known` rows agree with each other.
#include <algorithm>
#include <cctype>
#include <map>
#include <string>

#include "data/yaml.hpp"
#include "tests/tidy/rules.hpp"

namespace assay::tidy {
namespace {

bool is_yaml(const source_file& file) {
    return file.path.ends_with(".yaml");
}

bool is_check(const source_file& file) {
    return is_yaml(file) &&
           (file.path.starts_with("scenarios/server/") || file.path.starts_with("scenarios/client/"));
}

std::string stem_of(std::string_view path) {
    const std::size_t slash = path.rfind('/');
    if (slash != std::string_view::npos) path.remove_prefix(slash + 1);
    return std::string(path.substr(0, path.rfind('.')));
}

// AS-PKCE-02, RP-IDT-04b: two capital letters, an area, a number.
bool looks_like_id(std::string_view text) {
    if (!text.starts_with("AS-") && !text.starts_with("RP-")) return false;
    const std::size_t dash = text.rfind('-');
    if (dash <= 2 || dash + 1 == text.size()) return false;
    return std::isdigit(static_cast<unsigned char>(text[dash + 1])) != 0;
}

// Parses the file; adds a finding if it does not parse.
bool parse(const source_file& file, yaml::document& document, findings& found) {
    result<yaml::document> parsed = yaml::parse(file.text, file.path);
    if (!parsed) {
        found.push_back({file.path, 0, parsed.error().text()});
        return false;
    }
    document = std::move(*parsed);
    return true;
}

bool exists(const tree& files, std::string_view id) {
    return std::any_of(files.begin(), files.end(),
                       [&](const source_file& f) { return is_check(f) && stem_of(f.path) == id; });
}

// Every scalar below `n`, keys too, in the form of a check's id.
void expect_ids(const tree& files, const source_file& file, const yaml::node& n, findings& found) {
    const auto expect = [&](const std::string& text, const yaml::place& at) {
        if (looks_like_id(text) && !exists(files, text)) {
            found.push_back({file.path, at.line, "no file under scenarios/ is called " + text + ".yaml"});
        }
    };
    if (n.is_scalar()) expect(n.scalar, n.at);
    for (const yaml::node& item : n.items) expect_ids(files, file, item, found);
    for (const yaml::entry& e : n.entries) {
        expect(e.key, e.at);
        expect_ids(files, file, e.value, found);
    }
}

void expect_reasons(const source_file& file, const yaml::node& n, findings& found) {
    if (n.is_map() && n.find("check") != nullptr) {
        const yaml::node* reason = n.find("reason");
        if (reason == nullptr || reason->scalar.find_first_not_of(' ') == std::string::npos) {
            found.push_back(
                {file.path, n.at.line, "a known row without a reason; say why the deviation is expected"});
        }
    }
    for (const yaml::node& item : n.items) expect_reasons(file, item, found);
    for (const yaml::entry& e : n.entries) expect_reasons(file, e.value, found);
}

// Calls `use` with every node under a key `known`, at any depth.
template <class Use>
void each_known(const yaml::node& n, const Use& use) {
    for (const yaml::node& item : n.items) each_known(item, use);
    for (const yaml::entry& e : n.entries) {
        if (e.key == "known") {
            use(e.value);
        } else {
            each_known(e.value, use);
        }
    }
}

bool is_profile(const source_file& file) {
    return is_yaml(file) && file.path.starts_with("scenarios/profiles/");
}

bool is_client(const source_file& file) {
    return file.path.starts_with("clients/") && file.path.ends_with("/client.yaml");
}

}  // namespace

findings check_catalogue(const tree& files) {
    findings found;
    std::map<std::string, std::string> seen;  // id -> path
    for (const source_file& file : files) {
        yaml::document document;
        if (!is_check(file) || !parse(file, document, found)) continue;
        const yaml::node* id = document.root.find("id");
        const std::string name = id == nullptr ? std::string{} : id->scalar;
        if (name != stem_of(file.path) || !looks_like_id(name)) {
            found.push_back({file.path, 1, "the id is \"" + name + "\" and the file says " + stem_of(file.path)});
        }
        const auto [first, fresh] = seen.emplace(name, file.path);
        if (!fresh) found.push_back({file.path, 1, "the id " + name + " is taken by " + first->second});
        const bool server = file.path.starts_with("scenarios/server/");
        if (name.starts_with("AS-") != server) {
            found.push_back(
                {file.path, 1, "AS- checks live under scenarios/server/, RP- checks under scenarios/client/"});
        }
        if (document.root.find("witness") == nullptr) {
            found.push_back(
                {file.path, 1, "no witness: name the fault, or the careless client, that must make it fail"});
        }
    }
    return found;
}

findings check_profiles(const tree& files) {
    findings found;
    for (const source_file& file : files) {
        yaml::document document;
        if (is_profile(file) && parse(file, document, found)) expect_ids(files, file, document.root, found);
    }
    return found;
}

findings check_known_rows(const tree& files) {
    findings found;
    for (const source_file& file : files) {
        yaml::document document;
        if ((!is_profile(file) && !is_client(file)) || !parse(file, document, found)) continue;
        each_known(document.root, [&](const yaml::node& rows) {
            expect_reasons(file, rows, found);
            if (is_client(file)) expect_ids(files, file, rows, found);
        });
    }
    return found;
}

}  // namespace assay::tidy
