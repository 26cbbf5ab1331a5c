#include "harness/engine/core/evidence.hpp"

#include <array>

#include <fmt/format.h>

#include "data/json.hpp"
#include "reports/text.hpp"

namespace assay::harness {
namespace {

constexpr std::size_t longest_body = 16U << 10U;

std::string body_text(const std::string& body) {
    if (body.size() <= longest_body) return body;
    return fmt::format("{}\n… {} bytes in all", body.substr(0, longest_body), body.size());
}

std::string header_text(const http::headers& head) {
    std::string out;
    for (const http::header& h : head.list) out += fmt::format("{}: {}\n", h.name, h.value);
    return out;
}

std::string with_body(std::string head, const std::string& body) {
    if (!body.empty()) head += "\n" + body_text(body);
    return head;
}

}  // namespace

void evidence_log::add(std::string step, const http::exchange& e) {
    const http::request& r = e.sent.r;
    const std::string reason =
        e.received.reason.empty() ? std::string(http::reason_phrase(e.received.status)) : e.received.reason;
    keep({std::move(step),
          with_body(fmt::format("{} {}{}\n{}", r.method, e.sent.origin, r.target, header_text(r.head)), r.body),
          with_body(fmt::format("{} {}\n{}", e.received.status, reason, header_text(e.received.head)),
                    e.received.body),
          e.time.count()});
    secrets_of(e);
}

void evidence_log::keep(reports::evidence e) {
    constexpr std::size_t kept_first = 60;
    constexpr std::size_t kept_max = 2 * kept_first;
    kept_.push_back(std::move(e));
    if (kept_.size() <= kept_max) return;
    kept_.erase(kept_.begin() + kept_first);
    ++left_out_;
}

void evidence_log::take(const evidence_log& other) {
    for (const reports::evidence& e : other.kept_) keep(e);
    for (const std::string& s : other.secrets_) secret(s);
    left_out_ += other.left_out_;
}

void evidence_log::secrets_of(const http::exchange& e) {
    static constexpr std::array<std::string_view, 5> names{"access_token", "refresh_token", "id_token",
                                                           "client_secret", "registration_access_token"};
    if (e.received.body.find('{') == std::string::npos) return;
    const auto document = json::parse(e.received.body);
    if (!document) return;
    for (const std::string_view name : names) secret(std::string(document->string_at(name)));
}

std::vector<reports::evidence> evidence_log::written() const {
    std::vector<reports::evidence> out = kept_;
    for (reports::evidence& e : out) {
        // Cut as in the document, so that every report of it is the same as that of the run.
        e.request = reports::cut(mask_.apply(std::move(e.request)), reports::evidence_limit);
        e.response = reports::cut(mask_.apply(std::move(e.response)), reports::evidence_limit);
    }
    if (left_out_ > 0) out.back().response += fmt::format("\n({} exchanges before were left out)", left_out_);
    return out;
}

}  // namespace assay::harness
