#include <algorithm>
#include <array>
#include <charconv>
#include <limits>

#include <fmt/format.h>

#include "data/yaml.hpp"
#include "harness/cli/serve/serve_options.hpp"
#include "http/peers.hpp"
#include "mock_server/issuer/issuer_request.hpp"
#include "mock_server/issuer/people.hpp"

namespace assay::harness {
namespace {

constexpr std::array<std::string_view, 43> keys{"tls",
                                                "signing_algs",
                                                "rsa_bits",
                                                "resources",
                                                "ca",
                                                "tls_dir",
                                                "tls_cert",
                                                "tls_key",

                                                "control_address",
                                                "control_token",
                                                "control_token_file",
                                                "expose_control",
                                                "no_sandbox",
                                                "allow_hosts",
                                                "dialect",
                                                "address",
                                                "port",
                                                "expose",
                                                "exit_with_stdin",
                                                "sign_in",
                                                "any_user",
                                                "isolated",
                                                "public_url",
                                                "trust_proxies",
                                                "control",
                                                "threads",
                                                "seed",
                                                "log",
                                                "inspector",
                                                "fault_issuers",
                                                "issuers_on_demand",
                                                "memory",
                                                "store",
                                                "store_password_file",
                                                "ready_file",
                                                "clients",
                                                "faults",
                                                "issuers",
                                                "users",
                                                "organizations",
                                                "claims",
                                                "trusted_issuers",
                                                "journal"};

class reader {
public:
    reader(const yaml::document& d, serve_options& o, const std::function<bool(std::string_view)>& is_given)
        : d_(d), o_(o), is_given_(is_given) {}

    result<void> run() {
        if (d_.root.kind != yaml::kind::map)
            return fail(d_.error_at(d_.root.at, "a map of options is expected here"));
        if (auto ok = yaml::only_keys(d_, d_.root, keys, "serve"); !ok) return ok;
        // The dialect first, because it determines how clients are read.
        if (const auto* dialect = d_.root.find("dialect")) {
            if (auto ok = text(*dialect, "dialect", o_.dialect); !ok) return ok;
        }
        auto speaks = mock::load_dialect(o_.dialect);
        if (!speaks) {
            const auto* at = d_.root.find("dialect");
            return fail(at != nullptr && !is_given_("dialect") ? d_.error_at(at->at, speaks.error().message)
                                                               : error{errc::usage, speaks.error().message, {}});
        }
        // Then the algorithms, because clients choose among them.
        for (const auto& e : d_.root.entries) {
            if (e.key != "signing_algs") continue;
            if (auto ok = signing_algs(e); !ok) return ok;
        }
        for (const auto& e : d_.root.entries) {
            if (is_of_people(e.key) || e.key == "signing_algs") continue;
            if (auto ok = member(e, **speaks); !ok) return ok;
        }
        // In this order, because users refer to organizations and claims refer to users.
        for (const auto key : people_keys) {
            for (const auto& e : d_.root.entries) {
                if (e.key != key) continue;
                if (auto ok = member(e, **speaks); !ok) return ok;
            }
        }
        if (people_.users.empty() && !people_.organizations.empty())
            return fail(d_.error_at(d_.root.find("organizations")->at, "organizations need users: list them, too"));
        return {};
    }

private:
    static constexpr std::array<std::string_view, 4> people_keys{"organizations", "users", "claims",
                                                                 "trusted_issuers"};
    static bool is_of_people(std::string_view key) {
        return std::find(people_keys.begin(), people_keys.end(), key) != people_keys.end();
    }

    result<void> text(const yaml::node& n, std::string_view key, std::string& out) {
        auto v = yaml::as_text(d_, n);
        if (!v) return fail(v.error());
        if (!is_given_(key)) out = std::move(*v);
        return {};
    }

    // A text that, for some keys, must be one of a few words.
    result<void> chosen(const yaml::entry& e, std::string_view key, std::string& out) {
        static const std::pair<std::string_view, std::vector<std::string>> words[] = {
            {"sign_in", {"page", "auto", "by_request"}},
            {"log", {"text", "json", "off", "auto"}},
            {"inspector", {"on", "off", "auto"}},
            {"fault_issuers", {"on", "off", "auto"}}};
        for (const auto& [option, allowed] : words) {
            auto v = option == key ? yaml::as_text(d_, e.value) : result<std::string>("");
            if (!v) return fail(v.error());
            if (option != key || std::find(allowed.begin(), allowed.end(), *v) != allowed.end()) continue;
            return fail(
                d_.error_at(e.value.at, fmt::format("{} '{}' must be one of {}", key, *v, fmt::join(allowed, ", "))));
        }
        return text(e.value, key, out);
    }

    template <class Number>
    result<void> number(const yaml::entry& e, std::int64_t least, std::int64_t most, Number& out) {
        auto v = yaml::as_integer(d_, e.value);
        if (!v) return fail(v.error());
        if (*v < least || *v > most)
            return fail(d_.error_at(e.value.at, fmt::format("{} must be from {} to {}", e.key, least, most)));
        if (!is_given_(e.key)) out = static_cast<Number>(*v);
        return {};
    }

    result<void> flag(const yaml::entry& e, bool& out) {
        auto v = yaml::as_boolean(d_, e.value);
        if (!v) return fail(v.error());
        if (!is_given_(e.key)) out = *v;
        return {};
    }

    result<void> scalar(const yaml::entry& e) {
        constexpr std::int64_t port_max = std::numeric_limits<std::uint16_t>::max();
        if (e.key == "port") {
            if (!o_.port) o_.port = port_default;
            return number(e, 0, port_max, *o_.port);
        }
        if (e.key == "control") return number(e, 0, port_max, o_.control_port);
        if (e.key == "threads") return number(e, 0, threads_max, o_.threads);
        if (e.key == "expose") return flag(e, o_.expose);
        if (e.key == "exit_with_stdin") return flag(e, o_.exit_with_stdin);
        if (e.key == "expose_control") return flag(e, o_.expose_control);
        if (e.key == "issuers_on_demand") return flag(e, o_.issuers_on_demand);
        if (e.key == "no_sandbox") return flag(e, o_.no_sandbox);
        if (e.key == "any_user") return flag(e, o_.any_user);
        if (e.key == "isolated") return flag(e, o_.isolated);
        if (e.key == "tls") return flag(e, o_.tls.on);
        if (e.key == "allow_hosts") return hosts(e);
        if (e.key == "rsa_bits") return number(e, mock::rsa_sizes.front(), mock::rsa_sizes.back(), o_.rsa_bits);
        if (e.key == "resources") return resources(e);
        if (e.key == "journal" && yaml::as_integer(d_, e.value)) {
            std::int64_t entries = 0;
            if (auto ok = number(e, 0, mock::journal::entries_limit, entries); !ok) return ok;
            if (!is_given_(e.key)) o_.journal = std::to_string(entries);
            return {};
        }
        for (auto& [key, field] : {std::pair<std::string_view, std::string&>{"address", o_.address},
                                   {"control_address", o_.control_address},
                                   {"tls_dir", o_.tls.dir},
                                   {"tls_cert", o_.tls.certificate_file},
                                   {"tls_key", o_.tls.key_file},
                                   {"control_token", o_.control_token},
                                   {"control_token_file", o_.control_token_file},
                                   {"journal", o_.journal},
                                   {"sign_in", o_.sign_in},
                                   {"public_url", o_.public_url},
                                   {"seed", o_.seed},
                                   {"log", o_.log},
                                   {"inspector", o_.inspector},
                                   {"fault_issuers", o_.fault_issuers},
                                   {"memory", o_.memory},
                                   {"store", o_.store},
                                   {"store_password_file", o_.store_password_file},
                                   {"ca", o_.ca_file},
                                   {"ready_file", o_.ready_file}}) {
            if (e.key == key) return chosen(e, key, field);
        }
        return {};  // read first
    }

    result<void> resources(const yaml::entry& e) {
        auto list = yaml::as_texts(d_, e.value);
        if (!list) return fail(list.error());
        for (std::size_t n = 0; n < list->size(); ++n) {
            if (auto good = mock::demand_resource((*list)[n]); !good)
                return fail(
                    d_.error_at(e.value.is_sequence() ? e.value.items[n].at : e.value.at, good.error().message));
        }
        if (!is_given_("resource")) o_.resources = std::move(*list);
        return {};
    }

    result<void> hosts(const yaml::entry& e) {
        auto list = yaml::as_texts(d_, e.value);
        if (!list) return fail(list.error());
        if (!is_given_("allow_host")) o_.allow_hosts = std::move(*list);
        return {};
    }

    result<void> proxies(const yaml::entry& e) {
        auto list = yaml::as_texts(d_, e.value);
        if (!list) return fail(list.error());
        for (std::size_t n = 0; n < list->size(); ++n) {
            if (auto good = http::peers{}.add((*list)[n]); !good)
                return fail(
                    d_.error_at(e.value.is_sequence() ? e.value.items[n].at : e.value.at, good.error().message));
        }
        if (!is_given_("trust_proxy")) o_.trust_proxies = std::move(*list);
        return {};
    }

    result<void> signing_algs(const yaml::entry& e) {
        auto list = yaml::as_texts(d_, e.value);
        if (!list) return fail(list.error());
        for (std::size_t n = 0; n < list->size(); ++n) {
            if (auto good = mock::demand_signing_alg((*list)[n]); !good)
                return fail(
                    d_.error_at(e.value.is_sequence() ? e.value.items[n].at : e.value.at, good.error().message));
        }
        if (!is_given_("signing_alg")) o_.signing_algs = std::move(*list);
        return {};
    }

    result<void> member(const yaml::entry& e, const mock::dialect& speaks) {
        if (e.key == "trust_proxies") return proxies(e);
        if (e.key != "clients" && e.key != "faults" && e.key != "issuers" && !is_of_people(e.key)) return scalar(e);
        if (!e.value.is_sequence()) return fail(d_.error_at(e.value.at, fmt::format("{} must be a list", e.key)));
        for (const auto& item : e.value.items) {
            auto v = yaml::as_json(d_, item);
            if (!v) return fail(v.error());
            if (auto ok = listed(e.key, *v, speaks); !ok)
                return fail(d_.error_at(place_of(item, ok.error().where), ok.error().message));
        }
        return {};
    }

    // The place of the member that an error names ("/redirect_uris/1"), or of its nearest parent in the file.
    static yaml::place place_of(const yaml::node& item, std::string_view pointer) {
        const auto* at = &item;
        while (pointer.starts_with('/')) {
            pointer.remove_prefix(1);
            const auto name = pointer.substr(0, pointer.find('/'));
            pointer.remove_prefix(name.size());
            std::size_t n = 0;
            const bool is_index = std::from_chars(name.data(), name.data() + name.size(), n).ec == std::errc{};
            const auto* below = !at->is_sequence()                 ? at->find(name)
                                : is_index && n < at->items.size() ? &at->items[n]
                                                                   : nullptr;
            if (below == nullptr) break;
            at = below;
        }
        return at->at;
    }

    result<void> listed(std::string_view key, const json::value& v, const mock::dialect& speaks) {
        if (key == "clients") {
            auto c = mock::client_from_configuration(v, speaks,
                                                     o_.signing_algs.empty() ? speaks.signing_algs : o_.signing_algs);
            if (!c) return fail(c.error());
            if (c->client_id.empty()) return fail(errc::usage, "a client needs a client_id");
            const auto& before = o_.configured_clients;
            if (std::any_of(before.begin(), before.end(),
                            [&](const mock::client& one) { return one.client_id == c->client_id; })) {
                return fail(errc::usage,
                            fmt::format("client_id '{}' is defined twice; give each client its own", c->client_id),
                            "/client_id");
            }
            o_.configured_clients.push_back(std::move(*c));
            return {};
        }
        if (is_of_people(key)) return person(key, v, speaks);
        if (key == "issuers") {
            auto r = mock::issuer_request_from_json(v);
            if (!r) return fail(r.error());
            if (r->name.empty()) return fail(errc::usage, "an issuer needs a name: it answers at /i/{name}");
            o_.issuers.push_back(std::move(*r));
            return {};
        }
        if (auto set = mock::fault_set::from_json(json::array{v}); !set) return fail(set.error());
        o_.configured_faults.push_back(v);
        return {};
    }

    result<void> person(std::string_view key, const json::value& v, const mock::dialect& speaks) {
        // The issuer generates ids later; these are only for checking references between users and organizations.
        const auto some_id = [&] { return fmt::format("{}", people_.users.size() + people_.organizations.size()); };
        if (key == "organizations") {
            auto one = mock::organization_from_json(v);
            if (!one) return fail(one.error());
            o_.organizations.push_back(*one);
            return mock::put(people_, std::move(*one), some_id);
        }
        if (key == "users") {
            auto one = mock::user_from_json(v);
            if (!one) return fail(one.error());
            if (std::any_of(o_.users.begin(), o_.users.end(),
                            [&](const mock::user& u) { return u.username == one->username; })) {
                return fail(errc::usage, fmt::format("username '{}' is defined twice", one->username), "/username");
            }
            o_.users.push_back(*one);
            return mock::put(people_, std::move(*one), some_id);
        }
        if (key == "trusted_issuers") {
            auto one = mock::trusted_issuer_from_json(v);
            if (!one) return fail(one.error());
            o_.trusted_issuers.push_back(std::move(*one));
            return {};
        }
        auto row = mock::claim_row_from_json(v, speaks);
        if (!row) return fail(row.error());
        const auto& people = people_.users.empty() ? mock::demo_people() : people_;
        std::vector<std::string> users;
        for (const auto& u : people.users) users.insert(users.end(), {u.username, u.sub});
        std::vector<std::string> clients;
        for (const auto& c : mock::demo_clients(speaks)) clients.push_back(c.client_id);
        for (const auto& c : o_.configured_clients) clients.push_back(c.client_id);
        for (const auto& text : o_.clients) clients.push_back(text.substr(0, text.find_first_of(":=")));
        if (auto ok = mock::demand_known(*row, users, clients); !ok) return ok;
        o_.claims.push_back(std::move(*row));
        return {};
    }

    const yaml::document& d_;
    serve_options& o_;
    mock::people people_;
    const std::function<bool(std::string_view)>& is_given_;
};

}  // namespace

result<void> read_serve_file(const std::string& path, serve_options& o,
                             const std::function<bool(std::string_view key)>& is_given) {
    auto d = yaml::read_file(path);
    if (!d) return fail(d.error());
    return read_serve_document(*d, o, is_given);
}

result<void> read_serve_variable(const char* text, serve_options& o,
                                 const std::function<bool(std::string_view key)>& is_given) {
    if (!o.config.empty()) {
        return fail(errc::usage,
                    fmt::format("{} and --config {} both give the whole configuration; leave one of them "
                                "out",
                                serve_variable, o.config));
    }
    const auto d = yaml::parse(text, serve_variable);
    if (!d) return fail(d.error());
    return read_serve_document(*d, o, is_given);
}

result<void> read_serve_document(const yaml::document& d, serve_options& o,
                                 const std::function<bool(std::string_view key)>& is_given) {
    return reader(d, o, is_given).run();
}

}  // namespace assay::harness
