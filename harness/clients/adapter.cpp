#include "harness/clients/adapter.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "data/mask.hpp"
#include "http/url.hpp"
#include "oauth/base64url.hpp"
#include "oauth/crypto.hpp"
#include "reports/text.hpp"

namespace assay::harness {
namespace {

constexpr std::size_t lines_shown = 5;

// The last lines of a program's output, without blank ones, each cut at 200 bytes.
std::vector<std::string> last_lines(const std::string& text, std::size_t most) {
    std::vector<std::string> lines;
    std::size_t end = text.size();
    while (end > 0 && lines.size() < most) {
        const std::size_t at = text.rfind('\n', end - 1);
        const std::size_t begin = at == std::string::npos ? 0 : at + 1;
        std::string line = text.substr(begin, end - begin);
        if (line.size() > 200) line = line.substr(0, 200) + "…";
        if (line.find_first_not_of(" \r\n\t") != std::string::npos) lines.insert(lines.begin(), std::move(line));
        end = begin == 0 ? 0 : begin - 1;
    }
    return lines;
}

std::string last_line(const std::string& text) {
    const std::vector<std::string> lines = last_lines(text, 1);
    return lines.empty() ? std::string{} : lines.front();
}

// The environment variables set in addition to ours; the values of names that suggest a secret are masked.
std::string told(const std::vector<std::pair<std::string, std::string>>& environment) {
    std::vector<std::string> all;
    for (const auto& one : environment) {
        static constexpr std::array<std::string_view, 4> words{"SECRET", "PASSWORD", "KEY", "TOKEN"};
        const bool hidden = std::any_of(words.begin(), words.end(),
                                        [&](std::string_view w) { return one.first.find(w) != std::string::npos; });
        all.push_back(fmt::format("{}={}", one.first, hidden ? "***" : one.second));
    }
    return fmt::format("{}", fmt::join(all, " "));
}

// Environment variables that make programs trust an authority: for Node; for OpenSSL and so for Python, Ruby, curl,
// Go and our own client; for requests; for curl.
std::vector<std::pair<std::string, std::string>> trusting(const std::string& ca_file) {
    std::vector<std::pair<std::string, std::string>> out;
    if (ca_file.empty()) return out;
    for (const char* name : {"NODE_EXTRA_CA_CERTS", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"})
        out.emplace_back(name, ca_file);
    return out;
}

// "run `npm ci`, then ": of a client of the user. Those here are installed by a script that also fetches their
// languages.
std::string how_to_install(const client_spec& c) {
    if (c.given == c.name) return fmt::format("run `setup/clients.sh {}`, then ", c.name);
    std::vector<std::string> lines;
    for (const std::vector<std::string>& words : c.install) {
        std::string& line = lines.emplace_back();
        for (const std::string& word : words) line += (line.empty() ? "" : " ") + reports::shell_word(word);
    }
    return lines.empty() ? "" : fmt::format("run `{}`, then ", fmt::join(lines, " && "));
}

std::string shortened(std::string text) {
    if (text.size() > 80) text = text.substr(0, 80) + "…";
    return text;
}

}  // namespace

result<std::unique_ptr<adapter>> adapter::start(const client_spec& c, const adapter_options& options) {
    if (c.folder.empty() && c.command.front() != "${assay}") {
        return fail(errc::environment,
                    fmt::format("the adapter of client {0} is not on this disk; run `assay unpack DIR`, then "
                                "`DIR/setup/clients.sh {0}`, and say --data DIR",
                                c.name));
    }
    std::unique_ptr<adapter> a(new adapter(c, options));
    if (c.application) {
        if (const auto said = output_of(c.application->version, options.path, c.folder)) a->version_ = *said;
        return a;
    }
    if (const result<void> good = a->launch(); !good) return tl::unexpected(good.error());
    return a;
}

error adapter::complaint(std::string_view what) const {
    std::string text = fmt::format("client {} {}", spec_.name, what);
    const auto show = [&](std::string_view stream, const std::string& written) {
        const std::vector<std::string> lines = last_lines(written, lines_shown);
        if (!lines.empty()) text += fmt::format("; {}: \"{}\"", stream, fmt::join(lines, "\" \""));
    };
    if (process_ != nullptr) {
        show("stderr", process_->last_words());
        show("stdout", process_->said());
    }
    const std::string environment = told(environment_);
    mask hide;
    hide.add(secret_);
    return {errc::environment,
            hide.apply(fmt::format("{}; {}run `{}` in {}{} to see why", text, how_to_install(spec_),
                                   fmt::join(command_, " "), spec_.folder.empty() ? "." : spec_.folder,
                                   environment.empty() ? "" : fmt::format(" with {}", environment)))};
}

result<void> adapter::run(process_options o) {
    o.folder = spec_.folder;
    o.path = options_.path;
    o.ends_at_interruption = true;
    command_ = o.command;
    environment_ = o.environment;
    result<std::unique_ptr<process>> started = process::start(o);
    if (!started) return tl::unexpected(complaint(started.error().message));
    process_ = std::move(*started);
    return {};
}

result<void> adapter::launch() {
    process_options o;
    o.environment = trusting(options_.ca_file);
    for (const std::string& word : spec_.command) {
        o.command.push_back(word == "${assay}" ? options_.assay_path : word);
    }
    if (const auto up = run(std::move(o)); !up) return up;
    const result<std::string> line = process_->first_line(spec_.ready_deadline);
    if (!line && line.error().code == errc::timeout) {
        const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(spec_.ready_deadline).count();
        error e = complaint(fmt::format("did not print its ready line within {} s", seconds));
        process_->stop();
        return tl::unexpected(std::move(e));
    }
    if (!line) return tl::unexpected(complaint(fmt::format("{} before it was ready", line.error().message)));
    const result<json::value> ready = json::parse(*line);
    const json::value* mark = ready ? ready->find("assay_adapter") : nullptr;
    const std::string url(ready ? ready->string_at("url") : std::string_view{});
    if (mark == nullptr || mark->as_integer() != 1 || !http::parse_url(url)) {
        error e = complaint(fmt::format("printed \"{}\" instead of its ready line", shortened(*line)));
        process_->stop();
        return tl::unexpected(std::move(e));
    }
    url_ = url;
    version_ = ready->string_at("version");
    return {};
}

std::string adapter::how_it_went() const {
    std::string end = process_->how_it_ended();
    const std::string words = last_line(process_->last_words());
    if (words.empty()) return end;
    return fmt::format("{}; its last words: {}", end, words);
}

void adapter::cool_down() {
    if (process_ != nullptr) static_cast<void>(process_->ended(spec_.cool_down));
}

result<void> adapter::restart() {
    if (process_ != nullptr) process_->stop();
    if (!spec_.application) return launch();
    process_.reset();
    return {};
}

// Any answer is enough, except those that mean that the server has not started yet.
result<void> adapter::wait_until_ready(http::client& client) {
    const auto until = std::chrono::steady_clock::now() + spec_.ready_deadline;
    while (std::chrono::steady_clock::now() < until) {
        if (process_->ended(std::chrono::milliseconds{20})) {
            return tl::unexpected(complaint(process_->how_it_ended() + " before it was ready"));
        }
        http::call c;
        c.origin = url_;
        c.r.target = spec_.application->ready;
        const result<http::exchange> x = client.send(std::move(c));
        if (x && x->received.status < 500) return {};
    }
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(spec_.ready_deadline).count();
    return tl::unexpected(
        complaint(fmt::format("did not answer {}{} within {} s", url_, spec_.application->ready, seconds)));
}

// An application is configured when it starts: its process is the relying party.
result<rp_handle> adapter::launch_application(const rp_request& r) {
    const result<std::uint16_t> port = free_port();
    if (!port) return tl::unexpected(port.error());
    const application_spec& told = *spec_.application;
    application_values v;
    v.port = std::to_string(*port);
    v.url = url_ = "http://localhost:" + v.port;
    v.redirect_uri = url_ + told.redirect_uri;
    v.issuer = r.issuer;
    v.client_id = r.client_id;
    v.client_secret = r.client_secret;
    v.scope = r.scope;
    v.auth_method = r.auth_method;
    v.secret = oauth::base64url_encode(oauth::random_bytes(24));  // 32 characters
    secret_ = r.client_secret;
    process_options o;
    o.environment = trusting(options_.ca_file);
    for (const std::string& word : spec_.command) {
        const result<std::string> text = expand_for(v, word);
        if (!text) return tl::unexpected(text.error());
        o.command.push_back(*text);
    }
    for (const auto& [name, value] : told.environment) {
        const result<std::string> text = expand_for(v, value);
        if (!text) return tl::unexpected(text.error());
        o.environment.emplace_back(name, *text);
    }
    if (const auto up = run(std::move(o)); !up) return tl::unexpected(up.error());
    return rp_handle{"application", v.redirect_uri, url_ + told.sign_in.path, url_ + "/"};
}

result<rp_handle> adapter::create(http::client& client, const rp_request& r) {
    if (spec_.application) {
        result<rp_handle> launched = launch_application(r);
        if (!launched) return launched;
        if (const auto ready = wait_until_ready(client); !ready) {
            process_.reset();
            return tl::unexpected(ready.error());
        }
        return launched;
    }
    json::array without;
    for (const std::string& name : r.without) without.emplace_back(name);
    const json::array use(r.use.begin(), r.use.end());
    http::call c;
    c.origin = url_;
    c.r.method = "POST";
    c.r.target = "/assay/rp";
    c.r.head.set("Content-Type", "application/json");
    c.r.body = json::format(
        json::object{{"issuer", r.issuer},
                     {"client_id", r.client_id},
                     {"client_secret", r.client_secret.empty() ? json::value() : json::value(r.client_secret)},
                     {"token_endpoint_auth_method", r.auth_method},
                     {"private_key", r.private_key},
                     {"scope", r.scope},
                     {"nonce", r.nonce},
                     {"extra", r.extra},
                     {"use", use},
                     {"without", without}});
    const result<http::exchange> x = client.send(std::move(c));
    if (!x) return tl::unexpected(complaint(fmt::format("does not answer POST /assay/rp: {}", x.error().message)));
    const result<json::value> body = json::parse(x->received.body);
    rp_handle rp{
        std::string(body ? body->string_at("id") : ""), std::string(body ? body->string_at("redirect_uri") : ""), {}};
    if (body) rp.post_logout_redirect_uri = body->string_at("post_logout_redirect_uri");
    rp.sign_in_url = fmt::format("{}/rp/{}/login", url_, rp.id);
    if (x->received.status != 201 || rp.id.empty() || rp.redirect_uri.empty()) {
        const std::string_view why = body ? body->string_at("message") : std::string_view{};
        return tl::unexpected(complaint(fmt::format("answered POST /assay/rp with status {}{}{}", x->received.status,
                                                    why.empty() ? "" : ": ", why)));
    }
    return rp;
}

void adapter::remove(http::client& client, const rp_handle& rp) {
    if (spec_.application) {
        process_.reset();
        return;
    }
    http::call c;
    c.origin = url_;
    c.r.method = "DELETE";
    c.r.target = "/assay/rp/" + rp.id;
    static_cast<void>(client.send(std::move(c)));  // if the client is gone, there is nothing to delete
}

}  // namespace assay::harness
