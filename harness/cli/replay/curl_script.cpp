#include "harness/cli/replay/curl_script.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include <fmt/format.h>

#include "data/text.hpp"
#include "data/yaml.hpp"
#include "harness/cli/replay/variable_name.hpp"
#include "harness/engine/client/verbs/table.hpp"
#include "harness/engine/server/verbs/table.hpp"
#include "harness/scenario/loader.hpp"
#include "http/message.hpp"
#include "http/url.hpp"
#include "oauth/client_auth.hpp"
#include "reports/text.hpp"

namespace assay::harness {
namespace {

constexpr std::size_t shortest_value = 8;  // a shorter text may occur by chance

constexpr std::array<std::string_view, 7> silent_verbs{"clock",    "rotate_keys", "withdraw_consent", "listen",
                                                       "received", "race",        "handshake"};

constexpr std::string_view functions = R"sh(
# Sends a request, and shows and keeps the answer.
ask() { answer=$(curl -sS -i --globoff --path-as-is "$@" | tr -d '\r'); printf '%s\n\n' "$answer"; }
# A value of the last answer: of its JSON, of the URL that it redirects to, of a form in it, of its headers.
member() { printf '%s\n' "$answer" | sed -n "s/.*\"$1\" *: *\"\([^\"]*\)\".*/\1/p" | head -n 1; }
query() { printf '%s\n' "$answer" | sed -n "s/^[Ll]ocation:.*[?&#]$1=\([^&#]*\).*/\1/p" | head -n 1; }
field() { printf '%s\n' "$answer" | sed -n "s/.*name=\"$1\"[^>]*value=\"\([^\"]*\)\".*/\1/p" | head -n 1; }
header() { printf '%s\n' "$answer" | sed -n "s/^$1: *//Ip" | head -n 1; }
)sh";

std::string url_encoded(std::string_view text) {
    std::string out;
    for (const char c : text) out += c == ':' ? "%3A" : c == '/' ? "%2F" : std::string(1, c);
    return out;
}

// The text in double quotes of a shell.
std::string quoted_part(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (c == '"' || c == '$' || c == '`' || c == '\\') out += '\\';
        out += c;
    }
    return out;
}

bool is_header(std::string_view line, std::string_view name) {
    return line.size() > name.size() && line[name.size()] == ':' && http::iequals(line.substr(0, name.size()), name);
}

std::string value_of(const reports::message_parts& m, std::string_view name) {
    for (const std::string& line : m.headers) {
        if (!is_header(line, name)) continue;
        const std::size_t at = line.find_first_not_of(' ', name.size() + 1);
        return at == std::string::npos ? "" : line.substr(at);
    }
    return {};
}

bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

// What curl says by itself, or the jar does.
bool is_curls_own(std::string_view line) {
    return is_header(line, "host") || is_header(line, "content-length") || is_header(line, "cookie") ||
           is_header(line, "connection") || is_header(line, "user-agent");
}

// The steps that a script of requests does not show.
void add_silent_steps(const std::vector<step>& steps, std::vector<std::string>& out) {
    for (const step& s : steps) {
        for (const std::string_view verb : silent_verbs) {
            if (s.what->name() == verb && std::find(out.begin(), out.end(), verb) == out.end())
                out.emplace_back(verb);
        }
        add_silent_steps(s.steps, out);
    }
}

// A value in an answer, and the function of the script that finds it: member, query, field or header.
struct found_value {
    std::string text, function, name;
};
std::vector<found_value> values_of(const reports::evidence& e) {
    std::vector<found_value> out;
    const auto answer = reports::split_message(e.response);
    const std::string location = value_of(answer, "location");
    if (const std::size_t at = location.find_first_of("?#"); at != std::string::npos) {
        std::string_view rest = std::string_view(location).substr(at + 1);
        while (!rest.empty()) {
            const std::string_view one = rest.substr(0, rest.find_first_of("&#"));
            rest.remove_prefix(std::min(one.size() + 1, rest.size()));
            if (const std::size_t is = one.find('='); is != std::string_view::npos)
                out.push_back({std::string(one.substr(is + 1)), "query", std::string(one.substr(0, is))});
        }
    }
    if (const auto document = json::parse(answer.body); document && document->is_object()) {
        for (const json::member& m : document->as_object()->members) {
            if (m.v.is_string()) out.push_back({*m.v.as_string(), "member", m.name});
        }
    }
    constexpr std::string_view named = "name=\"";
    for (std::size_t at = answer.body.find(named); at != std::string::npos; at = answer.body.find(named, at + 1)) {
        const std::size_t from = at + named.size();
        const std::string name = answer.body.substr(from, answer.body.find('"', from) - from);
        const std::size_t end = answer.body.find('>', from);
        const std::size_t value = answer.body.find("value=\"", from);
        if (end == std::string::npos || value > end) continue;
        const std::size_t begin = value + 7;
        out.push_back({answer.body.substr(begin, answer.body.find('"', begin) - begin), "field", name});
    }
    if (const std::string nonce = value_of(answer, "dpop-nonce"); !nonce.empty())
        out.push_back({nonce, "header", "dpop-nonce"});
    std::erase_if(out, [](const found_value& v) { return v.text.size() < shortest_value; });
    return out;
}

// `text` in double quotes, with known values as variables; the longest first.
std::string with_variables(const std::string& text, const std::vector<known_value>& known) {
    std::string out = "\"";
    std::size_t at = 0;
    while (at < text.size()) {
        std::size_t next = std::string::npos;
        const known_value* best = nullptr;
        for (const known_value& k : known) {
            const std::size_t found = k.text.empty() ? std::string::npos : text.find(k.text, at);
            if (found < next || (found == next && best != nullptr && k.text.size() > best->text.size())) {
                next = found;
                best = &k;
            }
        }
        if (best == nullptr) break;
        out += quoted_part(std::string_view(text).substr(at, next - at)) + "${" + best->variable + "}";
        at = next + best->text.size();
    }
    return out + quoted_part(std::string_view(text).substr(std::min(at, text.size()))) + "\"";
}

}  // namespace

void curl_script::take(const issuer_view& at, const std::vector<reports::evidence>& all) {
    at_ = at;
    exchanges_ = all;
}

std::string curl_script::prologue(const capsule& c, const reports::row& now) const {
    std::string out = "#!/bin/sh\n";
    out += fmt::format("# {}{}{}: {} ({})\n", now.check, now.variant.empty() ? "" : " ", now.variant, now.title,
                       now.source.empty() ? "" : now.source.front());
    for (const reports::finding& f : now.findings)
        out += fmt::format("# step {}, {}: expected {}, was {}\n", f.step, f.at, reports::printable(f.expected),
                           reports::printable(f.actual));
    std::vector<std::string> silent;
    if (auto d = yaml::parse(c.check_text, c.check_file)) {
        if (auto of = load_check(*d, {server_verbs(), client_verbs()})) add_silent_steps(of->steps, silent);
    }
    if (!silent.empty()) {
        out += fmt::format(
            "# Requests do not show all of it: the check also has {}; `assay explain {}` prints its steps.\n",
            fmt::join(silent, ", "), now.check);
    }
    if (is_mock()) {
        out += "# It needs our mock with a control API, in another shell: assay serve --port 0 --control 9000";
        out += at_.issuer.starts_with("https:")
                   ? " --tls\n# and its authority: export CURL_CA_BUNDLE=FILE, as it prints\n"
                   : "\n";
    }
    return out + "set -eu\njar=$(mktemp)\ntrap 'rm -f \"$jar\"' EXIT\n" + std::string(functions);
}

// The issuer as the check had it. By its seed it has the same client IDs and secrets.
std::string curl_script::issuer_lines() const {
    if (!is_mock()) return {};
    json::value body = at_.made_by;
    body.as_object()->set("name", "replay");
    return fmt::format(
        "\n# The issuer of the check, with its clients and faults; by its seed all its random values are the same.\n"
        "control=${{ASSAY_CONTROL:-http://127.0.0.1:9000}}\n"
        "curl -sS -o /dev/null -X DELETE \"$control/issuers/replay\" || true\n"
        "ask \"$control/issuers\" -H 'Content-Type: application/json' -d {} >/dev/null\n"
        "issuer=$(member issuer)\n"
        "[ -n \"$issuer\" ] || {{ printf '%s\\n' \"$answer\" >&2; exit 1; }}\n"
        "origin=${{issuer%/i/*}}\n"
        "path=${{issuer#\"$origin\"}}\n"
        "issuer_encoded=$(printf %s \"$issuer\" | sed 's/:/%3A/g; s,/,%2F,g')\n",
        reports::shell_word(json::format(body)));
}

std::string curl_script::secret_lines(std::vector<known_value>& known) const {
    std::string out;
    const auto add = [&](const std::string& name, const std::string& secret) {
        const bool used = std::any_of(exchanges_.begin(), exchanges_.end(), [&](const reports::evidence& e) {
            return contains(e.request, secret) || contains(e.request, url_encoded(secret));
        });
        known.push_back({secret, name});
        if (is_mock()) {
            out += fmt::format("{}={}\n", name, reports::shell_word(secret));
        } else {
            out +=
                fmt::format(": \"${{{}:?{}}}\"\n", name, used ? "set it: it is a secret of this server" : "set it");
        }
    };
    for (const registered_client& who : at_.clients) {
        if (who.client_secret.empty()) continue;
        const std::string basic = oauth::format_basic(who.client_id, who.client_secret).substr(6);
        const bool used = std::any_of(exchanges_.begin(), exchanges_.end(), [&](const reports::evidence& e) {
            return contains(e.request, who.client_secret) || contains(e.request, basic);
        });
        if (used) add(variable_name(who.role) + "_CLIENT_SECRET", who.client_secret);
    }
    const bool signs_in = std::any_of(exchanges_.begin(), exchanges_.end(), [&](const reports::evidence& e) {
        return at_.pages.password.size() >= 4 && contains(e.request, at_.pages.password);
    });
    if (signs_in) add("SIGN_IN_PASSWORD", at_.pages.password);
    if (!at_.initial_access_token.empty()) add("INITIAL_ACCESS_TOKEN", at_.initial_access_token);
    if (out.empty()) return out;
    return (is_mock() ? "\n# Secrets of the mock's clients, which follow from the seed.\n" : "\n") + out;
}

std::string curl_script::request_lines(const reports::evidence& e, const std::vector<known_value>& known) const {
    const auto sent = reports::split_message(e.request);
    const std::size_t space = sent.first_line.find(' ');
    const std::string method = sent.first_line.substr(0, space);
    const std::string url = space == std::string::npos ? "" : sent.first_line.substr(space + 1);
    std::string comment = fmt::format("\n# step {}", e.step);
    if (!url.starts_with("http"))
        return fmt::format("{}: {} (no request)\n", comment, reports::printable(sent.first_line));
    const auto answer = reports::split_message(e.response);
    comment += fmt::format("; the answer was {}\n",
                           answer.first_line.empty() ? "none" : reports::printable(answer.first_line));
    if (contains(e.request, "eyJ") && (contains(e.request, "client_assertion=") || contains(e.request, "\nDPoP:") ||
                                       contains(e.request, "request=")))
        comment +=
            "# It carries a JWT that was signed for that one run: it is valid for that URL, and for a short time.\n";
    std::string line = "ask";
    if (!(method == "GET" && sent.body.empty()) && !(method == "POST" && !sent.body.empty()))
        line += " -X " + reports::shell_word(method);
    if (!value_of(sent, "cookie").empty()) line += " -b \"$jar\"";
    if (!value_of(answer, "set-cookie").empty()) line += " -c \"$jar\"";
    line += " " + with_variables(url, known);
    for (const std::string& head : sent.headers) {
        if (is_curls_own(head)) continue;
        bool basic = false;
        for (const registered_client& who : at_.clients) {
            if (basic || who.client_secret.empty() || !is_header(head, "authorization")) continue;
            if (!contains(head, oauth::format_basic(who.client_id, who.client_secret).substr(6))) continue;
            line += fmt::format(" \\\n    -u \"{}:${}\"", quoted_part(who.client_id),
                                variable_name(who.role) + "_CLIENT_SECRET");
            basic = true;
        }
        if (!basic) line += " \\\n    -H " + with_variables(head, known);
    }
    if (!sent.body.empty()) line += " \\\n    --data-raw " + with_variables(sent.body, known);
    return comment + line + "\n";
}

std::string curl_script::taken_from(std::size_t n, std::vector<known_value>& known,
                                    std::map<std::string, int>& names) const {
    std::string out;
    for (const found_value& v : values_of(exchanges_[n])) {
        const bool is_known =
            std::any_of(known.begin(), known.end(), [&](const known_value& k) { return k.text == v.text; });
        const auto later = exchanges_.begin() + static_cast<std::ptrdiff_t>(n) + 1;
        const bool used = std::any_of(later, exchanges_.end(),
                                      [&](const reports::evidence& e) { return contains(e.request, v.text); });
        const bool sent_before = std::any_of(exchanges_.begin(), later,
                                             [&](const reports::evidence& e) { return contains(e.request, v.text); });
        if (is_known || !used || sent_before) continue;
        std::string variable = lowered(variable_name(v.name));
        if (const int times = ++names[variable]; times > 1) variable += fmt::format("_{}", times);
        known.push_back({v.text, variable});
        out += fmt::format("{}=$({} {})\n", variable, v.function, reports::shell_word(v.name));
    }
    return out;
}

std::string curl_script::write(const capsule& c, const reports::row& now) const {
    std::vector<known_value> known;
    std::string out = prologue(c, now) + issuer_lines() + secret_lines(known);
    if (is_mock()) {
        const auto url = http::parse_url(at_.issuer);
        if (url) known.insert(known.end(), {{url->origin(), "origin"}, {url->path, "path"}});
        known.insert(known.end(), {{at_.issuer, "issuer"}, {url_encoded(at_.issuer), "issuer_encoded"}});
    }
    std::map<std::string, int> names;
    for (std::size_t n = 0; n < exchanges_.size(); ++n)
        out += request_lines(exchanges_[n], known) + taken_from(n, known, names);
    return out;
}

}  // namespace assay::harness
