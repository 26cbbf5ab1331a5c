#include "tests/fuzz/mock_world.hpp"

#include <chrono>

#include "http/parser.hpp"
#include "http/wire.hpp"
#include "mock_server/control/control.hpp"
#include "tests/fuzz/script.hpp"
#include "tests/fuzz/target.hpp"

namespace assay::fuzz {
namespace {

constexpr std::int64_t now = 1767225700;
constexpr std::size_t requests_max = 24;

mock::client client_named(std::string id, std::string method, std::string secret) {
    mock::client c;
    c.client_id = std::move(id);
    c.token_endpoint_auth_method = std::move(method);
    c.client_secret = std::move(secret);
    c.redirect_uris = {"http://127.0.0.1:1/cb"};
    c.scope = "openid email profile offline_access";
    return c;
}

// What a peer's parser reads of an answer without faults: one response, the same.
void must_be_one_response(const http::response& r, bool to_head) {
    http::framing how;
    how.head_only = to_head;
    how.closing = true;
    const auto out = http::serialise(r, how);
    http::response_parser p(1U << 20U, 64U << 20U);
    p.skip(to_head);
    http::error_code ec;
    std::string buffer = out.bytes;
    const bool done = http::feed(p, buffer, ec);
    must(done && !ec && buffer.empty(), "an answer is one response: " + out.bytes.substr(0, 2000));
    must(p.message.status == r.status, "with its status");
    if (!to_head && r.status != 204 && r.status != 304) must(p.message.body == r.body, "and its body");
}

}  // namespace

mock_world::mock_world(const std::string& dialect) : core_("seed", std::size_t{64} << 20U) {
    core_.set_origin("http://127.0.0.1:8080");
    core_.inspector = true;
    mock::issuer_request r;
    r.dialect = dialect;
    r.how = mock::sign_in::by_request;
    r.now = now;
    r.signing_algs = {"EdDSA"};
    r.clients.push_back(client_named("web", "client_secret_basic", "web-secret"));
    r.clients.push_back(client_named("other", "client_secret_post", std::string(canary)));
    r.clients.push_back(client_named("spa", "none", ""));
    auto made = core_.create_default(r);
    if (!made) {
        r.signing_algs.clear();
        made = core_.create_default(std::move(r));
    }
    must(made.has_value(), "the default issuer is made: " + (made ? std::string() : made.error().text()));
}

void mock_world::run(std::string_view script, bool only_control) {
    script_memory known;
    for (std::size_t n = 0; n < requests_max && !script.empty(); ++n) {
        auto asked = parse_request(take_until(script, "\n--\n"), known);
        if (!reaches_a_handler(asked.r)) continue;
        const bool control = only_control || asked.control;
        answers_.clear();
        if (control) {
            const auto path = asked.r.path();
            faulty_ = faulty_ || path.find("/faults") != std::string_view::npos || path == "/issuers";
            judge(asked.r, mock::handle_control(core_, asked.r), true);
        } else {
            faulty_ = faulty_ || asked.r.target.find("/f/") != std::string::npos;
            judge(asked.r, core_.handle(asked.r), false);
        }
        for (const auto& r : answers_) known.learn(r);
    }
}

void mock_world::judge(const http::request& asked, const http::plan& steps, bool control) {
    must(!steps.empty(), "every request has an answer");
    for (const auto& s : steps) {
        if (const auto* w = std::get_if<http::write_response>(&s.what)) {
            judge_response(asked, w->r, control);
            answers_.push_back(w->r);
        } else if (const auto* h = std::get_if<http::hold>(&s.what)) {
            if (h->next) judge(asked, h->next(), control);
        } else if (const auto* f = std::get_if<http::stream>(&s.what)) {
            for (int n = 0; n < 3 && f->next(); ++n) {
            }
        } else {
            must(faulty_ || control, "only faults do something else than to answer");
        }
    }
}

void mock_world::judge_response(const http::request& asked, const http::response& r, bool control) {
    const auto whole = r.body + " " + http::serialise(r, {}).bytes.substr(0, 8192);
    if (control) {
        must(r.status >= 200 && r.status < 500, "the control API has no internal errors: " + whole.substr(0, 400));
        if (r.status >= 400) {
            const auto said = json::parse(r.body);
            must(said && !said->string_at("error").empty() && !said->string_at("message").empty(),
                 "an error of the control API says what to do: " + r.body);
        }
        must_be_one_response(r, asked.method == "HEAD");
        return;
    }
    const bool asked_for_it = http::serialise(asked).find(canary) != std::string::npos;
    must(asked_for_it || faulty_ || whole.find(canary) == std::string::npos, "no answer shows another's secret");
    if (faulty_) return;
    must(r.status >= 200 && r.status < 600, "an answer has a status");
    must(r.status < 500, "a request is never an internal error: " + std::to_string(r.status) + " " + whole);
    for (const auto& h : r.head.list)
        must(h.value.find_first_of("\r\n") == std::string::npos, "a header field is one line: " + h.name);
    if (r.head.value("Content-Type").starts_with("application/json") && r.status != 204 && asked.method != "HEAD")
        must(json::parse(r.body).has_value(), "a JSON answer is JSON: " + r.body);
    must_be_one_response(r, asked.method == "HEAD");
}

}  // namespace assay::fuzz
