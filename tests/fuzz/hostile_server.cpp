#include "tests/fuzz/hostile_server.hpp"

#include <algorithm>

#include "mock_server/control/control.hpp"
#include "mock_server/faults/fault_set.hpp"
#include "tests/fuzz/script.hpp"
#include "tests/fuzz/target.hpp"

namespace assay::fuzz {
namespace {

constexpr std::size_t repeated_bytes_max = std::size_t{1} << 20U;

std::string with_crlf(std::string_view text) {
    if (text.find('\r') != std::string_view::npos) return std::string(text);
    const auto end = text.find("\n\n");
    std::string out;
    for (std::size_t n = 0; n < text.size(); ++n) {
        if (text[n] == '\n' && (end == std::string_view::npos || n <= end + 1)) out += '\r';
        out += text[n];
    }
    return out;
}

// Without what only takes time: waiting is no finding here.
http::plan hastened(http::plan steps) {
    http::plan out;
    for (auto& s : steps) {
        if (auto* again = std::get_if<http::repeat_bytes>(&s.what)) {
            again->times = std::min(again->times, repeated_bytes_max / std::max<std::size_t>(again->bytes.size(), 1));
        } else if (auto* held = std::get_if<http::hold>(&s.what)) {
            auto rest = held->next ? hastened(held->next()) : http::plan{};
            std::move(rest.begin(), rest.end(), std::back_inserter(out));
            continue;
        } else if (std::holds_alternative<http::delay>(s.what) || std::holds_alternative<http::stream>(s.what)) {
            continue;
        }
        out.push_back(std::move(s));
    }
    // A fault may answer nothing and wait.
    out.push_back({http::shutdown{}});
    return out;
}

void merge_members(http::response& r, std::string_view text) {
    auto body = json::parse(r.body);
    const auto changes = json::parse(text);
    auto* members = body ? body->as_object() : nullptr;
    if (members == nullptr || !changes || changes->as_object() == nullptr) return;
    for (const auto& m : changes->as_object()->members) {
        if (m.v.is_null()) {
            members->erase(m.name);
        } else {
            members->set(m.name, m.v);
        }
    }
    r.body = json::format(*body);
}

http::response as_json(std::string body) {
    http::response r;
    r.head.set("Content-Type", "application/json");
    r.body = std::move(body);
    return r;
}

mock::client registered() {
    mock::client c;
    c.client_id = "web";
    c.client_secret = "web-secret-4f1a";
    c.redirect_uris = {"http://127.0.0.1:1/cb"};
    c.scope = "openid email profile offline_access";
    return c;
}

}  // namespace

hostile_server::hostile_server() {
    auto server = http::server::start({}, [this](const http::request& r) { return answer(r); });
    auto control =
        http::server::start({}, [this](const http::request& r) { return mock::handle_control(*core(), r); });
    must(server && control, "the ports open");
    server_ = std::move(*server);
    control_ = std::move(*control);
}

std::shared_ptr<mock::mock> hostile_server::core() {
    const std::lock_guard guard(lock_);
    return core_;
}

void hostile_server::restart(std::string_view faults, std::string_view sections) {
    auto made = std::make_shared<mock::mock>("seed", std::size_t{64} << 20U);
    made->set_origin(origin());
    mock::issuer_request r;
    r.how = mock::sign_in::by_request;
    r.signing_algs = {"ES256"};
    r.clients.push_back(registered());
    const auto set = mock::fault_set::from_text(faults);
    if (set) r.faults = (*set)->specs();
    // A fault may be out of place, or need TLS.
    if (!made->create_default(r)) {
        r.faults = json::array{};
        must(made->create_default(std::move(r)).has_value(), "the default issuer is made");
    }
    const std::lock_guard guard(lock_);
    core_ = std::move(made);
    sections_ = sections;
    at_ = 0;
}

std::string hostile_server::next_section() {
    const std::lock_guard guard(lock_);
    std::string_view rest = std::string_view(sections_).substr(at_);
    const std::string out(take_until(rest, "\n--\n"));
    at_ = sections_.size() - rest.size();
    return out;
}

http::response hostile_server::honest(const std::string& target) {
    http::request r;
    r.target = target;
    r.head.append("Host", "127.0.0.1");
    const auto steps = core()->handle(std::move(r));
    for (const auto& s : steps)
        if (const auto* w = std::get_if<http::write_response>(&s.what)) return w->r;
    return {};
}

http::plan hostile_server::answer(const http::request& r) {
    const auto section = next_section();
    if (section.starts_with("HTTP/")) return {{http::write_bytes{with_crlf(section)}}, {http::shutdown{}}};
    if (section.empty()) return hastened(core()->handle(r));
    if (!section.starts_with('+')) return http::reply(as_json(section));
    auto steps = hastened(core()->handle(r));
    for (auto& s : steps)
        if (auto* w = std::get_if<http::write_response>(&s.what)) merge_members(w->r, section.substr(1));
    return steps;
}

}  // namespace assay::fuzz
