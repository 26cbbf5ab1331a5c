#include "harness/clients/client_yaml.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <tuple>

#include <fmt/format.h>

#include "data/nearest.hpp"
#include "harness/clients/process.hpp"
#include "harness/scenario/capability_words.hpp"

namespace assay::harness {
namespace {

namespace fs = std::filesystem;

constexpr std::array<std::string_view, 14> top_keys{
    "name",           "library", "language",     "requires",    "install",     "command",   "ready_s",
    "configurations", "known",   "capabilities", "application", "cool_down_s", "resources", "processes"};
constexpr std::array<std::string_view, 2> configuration_keys{"name", "token_endpoint_auth_method"};
constexpr std::array<std::string_view, 8> known_keys{"check",   "configuration", "variant",  "dialect",
                                                     "verdict", "reason",        "upstream", "sometimes"};
constexpr std::array<std::string_view, 3> methods{"client_secret_basic", "client_secret_post", "none"};

// A text member; empty when it is absent and not required.
result<std::string> text(const yaml::document& d, const yaml::node& n, std::string_view key, bool needed) {
    const yaml::node* v = n.find(key);
    if (v == nullptr && !needed) return std::string{};
    if (v == nullptr) return tl::unexpected(d.error_at(n.at, fmt::format("{} is missing; add it", key)));
    return yaml::as_text(d, *v);
}

result<std::vector<std::string>> texts(const yaml::document& d, const yaml::node& n, std::string_view key) {
    const yaml::node* v = n.find(key);
    if (v == nullptr) return std::vector<std::string>{};
    return yaml::as_texts(d, *v);
}

result<void> read_install(const yaml::document& d, client_spec& c) {
    const yaml::node* n = d.root.find("install");
    if (n == nullptr || n->kind == yaml::kind::null) return {};
    for (const yaml::node& item : n->items) {
        result<std::vector<std::string>> words = yaml::as_texts(d, item);
        if (!words) return tl::unexpected(words.error());
        c.install.push_back(std::move(*words));
    }
    if (c.install.empty())
        return tl::unexpected(d.error_at(n->at, "install is a list of commands, each a list of words: [[npm, ci]]"));
    return {};
}

result<void> read_seconds(const yaml::document& d, std::string_view key, std::int64_t most,
                          std::chrono::milliseconds& out) {
    const yaml::node* n = d.root.find(key);
    if (n == nullptr) return {};
    const result<std::int64_t> seconds = yaml::as_integer(d, *n);
    if (!seconds || *seconds < 1 || *seconds > most)
        return tl::unexpected(d.error_at(n->at, fmt::format("{} is a number of seconds from 1 to {}", key, most)));
    out = std::chrono::seconds(*seconds);
    return {};
}

result<void> read_processes(const yaml::document& d, unsigned& out) {
    constexpr std::int64_t most = 16;
    const yaml::node* n = d.root.find("processes");
    if (n == nullptr) return {};
    const result<std::int64_t> count = yaml::as_integer(d, *n);
    if (!count || *count < 1 || *count > most)
        return tl::unexpected(d.error_at(n->at, fmt::format("processes is a number from 1 to {}", most)));
    out = static_cast<unsigned>(*count);
    return {};
}

result<void> read_toolchain(const yaml::document& d, client_spec& c) {
    const yaml::node* n = d.root.find("requires");
    if (n == nullptr || n->kind == yaml::kind::null) return {};
    if (!n->is_map()) return tl::unexpected(d.error_at(n->at, "requires is a map of tool and oldest version"));
    for (const yaml::entry& e : n->entries) {
        const result<std::string> version = yaml::as_text(d, e.value);
        if (!version) return tl::unexpected(version.error());
        c.toolchain.emplace_back(e.key, *version);
    }
    return {};
}

result<void> read_configurations(const yaml::document& d, client_spec& c) {
    const yaml::node* n = d.root.find("configurations");
    if (n == nullptr || !n->is_sequence() || n->items.empty()) {
        return tl::unexpected(d.error_at(d.root.at, "configurations is missing; list at least one"));
    }
    for (const yaml::node& item : n->items) {
        if (auto good = yaml::only_keys(d, item, configuration_keys, "a configuration"); !good) return good;
        const result<std::string> name = text(d, item, "name", true);
        const result<std::string> method = text(d, item, "token_endpoint_auth_method", true);
        if (!name) return tl::unexpected(name.error());
        if (!method) return tl::unexpected(method.error());
        if (std::find(methods.begin(), methods.end(), *method) == methods.end()) {
            const std::vector<std::string> valid(methods.begin(), methods.end());
            return tl::unexpected(d.error_at(item.at, fmt::format("there is no token_endpoint_auth_method '{}'{}",
                                                                  *method, did_you_mean(*method, valid))));
        }
        c.configurations.push_back({*name, *method});
    }
    return {};
}

// An application gets its configuration by command and environment.
result<void> read_application(const yaml::document& d, client_spec& c) {
    const yaml::node* n = d.root.find("application");
    if (n == nullptr) {
        if (!c.can("single_issuer")) return {};
        return tl::unexpected(d.error_at(d.root.at, "single_issuer is for a client with an `application`; add that"));
    }
    result<application_spec> told = load_application(d, *n);
    if (!told) return tl::unexpected(told.error());
    for (const std::string& word : c.command) {
        if (const auto known = expand_for({}, word); !known) {
            return tl::unexpected(d.error_at(d.root.find("command")->at, known.error().message));
        }
    }
    if (!c.can("single_issuer")) {
        return tl::unexpected(d.error_at(n->at, "an application has the capability single_issuer; add it"));
    }
    c.application = std::move(*told);
    const application_spec& told_how = *c.application;
    // A logout may be local to the application; the capability rp_logout says that it also goes to the server.
    for (const auto& [path, key, capability] : {std::tuple{&told_how.refresh, "refresh", "refresh"},
                                                {&told_how.call, "call", "call"},
                                                {&told_how.logout.path, "logout", "rp_logout"}}) {
        if (path->empty() && c.can(capability))
            return tl::unexpected(d.error_at(
                n->at, fmt::format("an application with the capability {} needs `{}`: how a user gets there",
                                   capability, key)));
    }
    for (const auto& [path, capability] : {std::pair{&told_how.refresh, "refresh"}, {&told_how.call, "call"}}) {
        if (!path->empty() && !c.can(capability)) c.capabilities.emplace_back(capability);
    }
    return {};
}

// The subject of rows for this client in one configuration.
result<std::string> read_subject(const yaml::document& d, const yaml::node& item, const client_spec& c) {
    const yaml::node* n = item.find("configuration");
    if (n == nullptr) return std::string{};
    auto name = yaml::as_text(d, *n);
    if (!name) return name;
    std::vector<std::string> configurations;
    for (const client_configuration& one : c.configurations) configurations.push_back(one.name);
    if (std::find(configurations.begin(), configurations.end(), *name) == configurations.end()) {
        return tl::unexpected(d.error_at(
            n->at, fmt::format("there is no configuration '{}'{}", *name, did_you_mean(*name, configurations))));
    }
    return c.subject_in(*name);
}

result<known_row> read_known_row(const yaml::document& d, const yaml::node& item, const client_spec& c) {
    if (const auto good = yaml::only_keys(d, item, known_keys, "a known row"); !good) {
        return tl::unexpected(good.error());
    }
    known_row row;
    row.place = fmt::format("{}:{}:{}", d.name, item.at.line, item.at.column);
    std::string verdict, upstream;
    const std::array<std::pair<std::string_view, std::string*>, 6> members{{{"check", &row.check},
                                                                            {"variant", &row.variant},
                                                                            {"dialect", &row.dialect},
                                                                            {"verdict", &verdict},
                                                                            {"reason", &row.reason},
                                                                            {"upstream", &upstream}}};
    for (const auto& [key, where] : members) {
        const bool needed = key == "check" || key == "verdict" || key == "reason";
        result<std::string> v = text(d, item, key, needed);
        if (!v) return tl::unexpected(v.error());
        *where = std::move(*v);
    }
    if (verdict != "fail" && verdict != "warn") {
        return tl::unexpected(d.error_at(item.at, "the verdict of a known row is fail or warn"));
    }
    row.verdict = verdict == "warn" ? reports::verdict::warn : reports::verdict::fail;
    // Link to the discussion of the library's maintainers.
    if (!upstream.empty()) row.reason += fmt::format(" ({})", upstream);
    if (const yaml::node* v = item.find("sometimes"); v != nullptr) {
        const auto flag = yaml::as_boolean(d, *v);
        if (!flag) return tl::unexpected(flag.error());
        row.sometimes = *flag;
    }
    result<std::string> subject = read_subject(d, item, c);
    if (!subject) return tl::unexpected(subject.error());
    row.subject = std::move(*subject);
    return row;
}

result<void> read_known(const yaml::document& d, const known_row_names& names, client_spec& c) {
    const yaml::node* known = d.root.find("known");
    if (known == nullptr || known->kind == yaml::kind::null) return {};
    if (!known->is_sequence()) return tl::unexpected(d.error_at(known->at, "known must be a list"));
    for (const yaml::node& item : known->items) {
        result<known_row> row = read_known_row(d, item, c);
        if (!row) return tl::unexpected(row.error());
        if (const auto good = check_known(d, item, names); !good) return good;
        c.known.push_back(std::move(*row));
    }
    return {};
}

// "v20.20.2" or "Python 3.11.7" -> {20, 20, 2}.
std::vector<int> numbers_of(std::string_view text) {
    std::vector<int> numbers;
    std::size_t at = text.find_first_of("0123456789");
    while (at < text.size()) {
        int n = 0;
        while (at < text.size() && text[at] >= '0' && text[at] <= '9') n = n * 10 + (text[at++] - '0');
        numbers.push_back(n);
        if (at >= text.size() || text[at] != '.') break;
        ++at;
    }
    return numbers;
}

struct tool {
    std::string_view name;   // in `requires`
    std::string_view title;  // in messages
    std::array<const char*, 2> version_command;
};
constexpr std::array<tool, 7> tools{{{"node", "Node", {"node", "--version"}},
                                     {"python", "Python", {"python3", "--version"}},
                                     {"go", "Go", {"go", "version"}},
                                     {"rust", "Rust", {"rustc", "--version"}},
                                     {"java", "Java", {"javac", "-version"}},
                                     {"ruby", "Ruby", {"ruby", "--version"}},
                                     {"curl", "curl", {"curl", "--version"}}}};

}  // namespace

bool is_about_method(std::string_view need) {
    return need == "public_client" || need == "client_secret_basic" || need == "client_secret_post";
}

bool client_configuration::fits(std::string_view need) const {
    return need == "public_client" ? auth_method == "none" : auth_method == need;
}

bool client_spec::can(const std::string& capability) const {
    return std::find(capabilities.begin(), capabilities.end(), capability) != capabilities.end();
}

std::string client_spec::subject_in(const std::string& configuration) const {
    return fmt::format("{} ({})", name, configuration);
}

bool client_spec::takes_scope() const {
    const auto names_it = [](const std::string& text) { return text.find("${scope}") != std::string::npos; };
    if (!application || std::any_of(command.begin(), command.end(), names_it)) return true;
    return std::any_of(application->environment.begin(), application->environment.end(),
                       [&](const auto& told) { return names_it(told.second); });
}

std::vector<std::string> client_spec::cannot_keep() const {
    // OAuth 2.1 §4.1.2.1: an authorization request has a code_challenge or, of a confidential OpenID client, a nonce.
    if (can("pkce") || can("nonce") || can("nonce_optional")) return {};
    return {"authorize.pkce_or_nonce"};
}

result<client_spec> load_client(const yaml::document& d, std::string folder, const known_row_names& names) {
    if (!d.root.is_map()) return tl::unexpected(d.error_at(d.root.at, "a client file is a map"));
    if (const auto good = yaml::only_keys(d, d.root, top_keys, "a client"); !good)
        return tl::unexpected(good.error());
    client_spec c;
    c.folder = std::move(folder);
    const std::array<std::pair<std::string_view, std::string*>, 3> members{
        {{"name", &c.name}, {"library", &c.library}, {"language", &c.language}}};
    for (const auto& [key, where] : members) {
        result<std::string> v = text(d, d.root, key, true);
        if (!v) return tl::unexpected(v.error());
        *where = std::move(*v);
    }
    c.given = c.name;
    if (const auto good = read_install(d, c); !good) return tl::unexpected(good.error());
    result<std::vector<std::string>> command = texts(d, d.root, "command");
    if (!command) return tl::unexpected(command.error());
    if (command->empty()) return tl::unexpected(d.error_at(d.root.at, "command is missing; give the argv to start"));
    c.command = std::move(*command);
    if (const auto good = read_seconds(d, "ready_s", 300, c.ready_deadline); !good)
        return tl::unexpected(good.error());
    if (const auto good = read_seconds(d, "cool_down_s", 60, c.cool_down); !good) return tl::unexpected(good.error());
    if (const auto good = read_processes(d, c.processes); !good) return tl::unexpected(good.error());
    result<std::vector<std::string>> resources = texts(d, d.root, "resources");
    if (!resources) return tl::unexpected(resources.error());
    c.resources = std::move(*resources);
    if (const yaml::node* n = d.root.find("capabilities"); n != nullptr) {
        result<std::vector<std::string>> capabilities = load_capabilities(d, *n, side::client);
        if (!capabilities) return tl::unexpected(capabilities.error());
        c.capabilities = std::move(*capabilities);
    }
    if (const auto good = read_toolchain(d, c); !good) return tl::unexpected(good.error());
    if (const auto good = read_configurations(d, c); !good) return tl::unexpected(good.error());
    if (const auto good = read_application(d, c); !good) return tl::unexpected(good.error());
    if (const auto good = read_known(d, names, c); !good) return tl::unexpected(good.error());
    const bool tells_who =
        c.application ? !c.application->success.user.empty() : c.can("id_token") || c.can("userinfo");
    if (tells_who && !c.can("identity")) c.capabilities.emplace_back("identity");
    const bool shows_session = c.application && !c.application->success.at.empty();
    if (shows_session && !c.can("own_session")) c.capabilities.emplace_back("own_session");
    return c;
}

result<std::vector<client_spec>> load_clients(const file_tree& clients, const known_row_names& names) {
    std::vector<client_spec> all;
    for (const std::string& folder : clients.folders_with("client.yaml")) {
        const result<yaml::document> d = (clients / folder).read_yaml("client.yaml");
        if (!d) return tl::unexpected(d.error());
        const std::string on_disk = clients.on_disk() ? fs::absolute((clients / folder).path()).string() : "";
        result<client_spec> c = load_client(*d, on_disk, names);
        if (!c) return tl::unexpected(c.error());
        all.push_back(std::move(*c));
    }
    if (all.empty()) return fail(errc::not_found, fmt::format("there is no client below {}", clients.path()));
    return all;
}

result<std::vector<client_spec>> select_clients(const std::vector<client_spec>& all,
                                                const std::vector<std::string>& names) {
    std::vector<std::string> valid{"all"};
    for (const client_spec& c : all) valid.push_back(c.name);
    std::vector<client_spec> chosen;
    for (const std::string& name : names) {
        bool found = name == "all";
        for (const client_spec& c : all) {
            if (name == "all" ? c.name == "assay-rp" : c.name != name) continue;
            found = true;
            const bool twice =
                std::any_of(chosen.begin(), chosen.end(), [&](const auto& x) { return x.name == c.name; });
            if (!twice) chosen.push_back(c);
        }
        if (!found) {
            return fail(errc::usage, fmt::format("there is no client '{}'{}", name, did_you_mean(name, valid)));
        }
    }
    return chosen;
}

std::optional<std::string> missing_toolchain(const client_spec& c, const std::string& path) {
    for (const auto& wanted : c.toolchain) {
        const std::string& name = wanted.first;
        const std::string& oldest = wanted.second;
        const auto row = std::find_if(tools.begin(), tools.end(), [&](const tool& t) { return t.name == name; });
        const std::string title(row == tools.end() ? std::string_view(name) : row->title);
        const std::string program = row == tools.end() ? name : row->version_command[0];
        const std::string argument = row == tools.end() ? "--version" : row->version_command[1];
        const std::optional<std::string> said = output_of({program, argument}, path);
        if (!said || numbers_of(*said) < numbers_of(oldest)) {
            return fmt::format("{} {} or newer is missing", title, oldest);
        }
    }
    return std::nullopt;
}

std::string toolchain_path(const file_tree& clients) {
    const char* inherited = std::getenv("PATH");  // NOLINT(concurrency-mt-unsafe): nobody sets it
    std::string path = inherited != nullptr ? inherited : "/usr/local/bin:/usr/bin:/bin";
    if (!clients.on_disk()) return path;
    const fs::path own = fs::absolute(clients.path()).lexically_normal() / ".." / ".toolchain" / "bin";
    if (!fs::is_directory(own)) return path;
    return own.lexically_normal().string() + ":" + path;
}

}  // namespace assay::harness
