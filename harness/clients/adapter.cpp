#include "harness/clients/adapter.hpp"

#include <fmt/format.h>

#include "http/url.hpp"
#include "oauth/base64url.hpp"
#include "oauth/crypto.hpp"

namespace assay::harness {
namespace {

std::string last_line(std::string text) {
    while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.pop_back();
    const std::size_t at = text.rfind('\n');
    if (at != std::string::npos) text.erase(0, at + 1);
    if (text.size() > 200) text = text.substr(0, 200) + "…";
    return text;
}

// The usual means by which a program is told of an authority: Node; OpenSSL, and with it Python, Ruby, curl, Go and
// our own client; requests; curl.
std::vector<std::pair<std::string, std::string>> trusting(const std::string& ca_file) {
    std::vector<std::pair<std::string, std::string>> out;
    if (ca_file.empty()) return out;
    for (const char* name : {"NODE_EXTRA_CA_CERTS", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"})
        out.emplace_back(name, ca_file);
    return out;
}

std::string shortened(std::string text) {
    if (text.size() > 80) text = text.substr(0, 80) + "…";
    return text;
}

}  // namespace

result<std::unique_ptr<adapter>> adapter::start(const client_spec& c, const adapter_options& options) {
    std::unique_ptr<adapter> a(new adapter(c, options));
    if (c.application) {
        if (const auto said = output_of(c.application->version, options.path, c.folder)) a->version_ = *said;
        return a;
    }
    if (const result<void> good = a->launch(); !good) return tl::unexpected(good.error());
    return a;
}

error adapter::complaint(std::string_view what) const {
    const std::string words = process_ == nullptr ? std::string{} : last_line(process_->last_words());
    return {errc::environment, fmt::format("client {} {}{}; run `make clients`, then `{}` in {} to see why",
                                           spec_.name, what, words.empty() ? "" : fmt::format(" (\"{}\")", words),
                                           fmt::join(spec_.command, " "), spec_.folder)};
}

result<void> adapter::launch() {
    process_options o;
    o.folder = spec_.folder;
    o.path = options_.path;
    o.environment = trusting(options_.ca_file);
    for (const std::string& word : spec_.command) {
        o.command.push_back(word == "${assay}" ? options_.assay_path : word);
    }
    result<std::unique_ptr<process>> started = process::start(o);
    if (!started) return tl::unexpected(complaint(started.error().message));
    process_ = std::move(*started);
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
        error e = complaint(fmt::format("printed \"{}\" where its ready line belongs", shortened(*line)));
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

result<void> adapter::restart() {
    if (process_ != nullptr) process_->stop();
    if (!spec_.application) return launch();
    process_.reset();
    return {};
}

// Any answer will do, but for those of a server that is not there yet.
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

// An application is configured when it starts: the relying party is the process.
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
    process_options o;
    o.folder = spec_.folder;
    o.path = options_.path;
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
    result<std::unique_ptr<process>> started = process::start(o);
    if (!started) return tl::unexpected(complaint(started.error().message));
    process_ = std::move(*started);
    return rp_handle{"application", v.redirect_uri, url_ + told.sign_in.path};
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
    static_cast<void>(client.send(std::move(c)));  // a client that is gone has nothing to remove
}

}  // namespace assay::harness
