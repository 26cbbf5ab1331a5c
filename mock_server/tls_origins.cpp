#include "mock_server/tls_origins.hpp"

#include <ctime>
#include <utility>

#include <fmt/format.h>

namespace assay::mock {
namespace {

constexpr std::string_view moves_origin = "endpoint.origin";
constexpr std::int64_t day = 86'400;

std::vector<std::string> own_names() {
    return {"localhost", "127.0.0.1", "::1"};
}

http::validity valid_now() {
    const std::int64_t now = std::time(nullptr);
    return {now - 3600, now + 30 * day};
}

http::validity valid_before() {
    const std::int64_t now = std::time(nullptr);
    return {now - 2 * day, now - day};
}

}  // namespace

result<http::identity> tls_origins::good() const {
    return ca_.issue(own_names(), valid_now());
}

result<std::optional<http::identity>> tls_origins::presents(std::string_view kind) const {
    result<http::identity> who = fail(errc::usage, fmt::format("there is no origin '{}'", kind));
    if (kind == "plain_http") return std::optional<http::identity>{};
    if (kind == "good") who = good();
    if (kind == "self_signed") who = http::self_signed(own_names(), valid_now());
    // A name that the authority may vouch for, so that nothing else is wrong.
    if (kind == "wrong_name") who = ca_.issue({"elsewhere.localhost"}, valid_now());
    if (kind == "expired") who = ca_.issue(own_names(), valid_before());
    if (kind == "untrusted") {
        auto nobody = http::authority::make(valid_now());
        if (!nobody) return fail(nobody.error());
        who = nobody->issue(own_names(), valid_now());
    }
    if (!who) return fail(who.error());
    return std::optional(std::move(*who));
}

result<std::string> tls_origins::at(std::string_view kind) {
    const std::lock_guard guard(lock_);
    if (const auto found = ports_.find(kind); found != ports_.end()) return found->second.origin;
    auto who = presents(kind);
    if (!who) return fail(who.error());
    auto port = open_(*who);
    if (!port) return fail(port.error());
    return ports_.emplace(std::string(kind), std::move(*port)).first->second.origin;
}

void tls_origins::close() {
    std::map<std::string, own_port, std::less<>> ending;  // their connections end outside the lock
    const std::lock_guard guard(lock_);
    ending.swap(ports_);
}

result<void> open_for(const fault_set& faults, tls_origins* origins) {
    for (const auto* op : faults.operations_named(moves_origin)) {
        if (origins == nullptr) {
            return fail(errc::usage,
                        "a fault of TLS needs a mock whose certificate authority is its own; start it with "
                        "`assay serve --tls`");
        }
        if (auto open = origins->at(op->arguments.string_at("at")); !open) return fail(open.error());
    }
    return {};
}

void fill_origins(std::vector<operation>& operations, tls_origins* origins) {
    for (auto& op : operations) {
        if (op.name != moves_origin || origins == nullptr || op.arguments.as_object() == nullptr) continue;
        if (auto open = origins->at(op.arguments.string_at("at"))) op.arguments.as_object()->set("origin", *open);
    }
}

}  // namespace assay::mock
