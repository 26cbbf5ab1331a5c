#include "mock_server/faults/tls_origins.hpp"

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

// nullopt: unknown kind.
std::optional<http::tls_laxity> speaks(std::string_view kind) {
    static const std::map<std::string_view, http::tls_laxity> known{
        {"good", {}},
        {"self_signed", {}},
        {"wrong_name", {}},
        {"expired", {}},
        {"untrusted", {}},
        {"plain_http", {}},
        {"plain_http_too", {.plain_http = true}},
        {"old_versions", {.old_versions = true}},
        {"null_ciphers", {.ciphers = "eNULL:!aNULL"}},
        {"anonymous_ciphers", {.ciphers = "aNULL:!eNULL"}},
        {"static_rsa", {.ciphers = "kRSA:!eNULL"}},
    };
    const auto found = known.find(kind);
    return found == known.end() ? std::nullopt : std::optional(found->second);
}

}  // namespace

result<http::identity> tls_origins::good() const {
    return ca_.issue(own_names(), valid_now());
}

result<http::identity> tls_origins::presents(std::string_view kind) const {
    if (kind == "self_signed") return http::self_signed(own_names(), valid_now());
    // A name within the authority's constraints, so that the mismatch is the only error.
    if (kind == "wrong_name") return ca_.issue({"elsewhere.localhost"}, valid_now());
    if (kind == "expired") return ca_.issue(own_names(), valid_before());
    if (kind == "static_rsa") return ca_.issue(own_names(), valid_now(), http::key_kind::rsa);
    if (kind != "untrusted") return good();
    auto nobody = http::authority::make(valid_now());
    if (!nobody) return fail(nobody.error());
    return nobody->issue(own_names(), valid_now());
}

result<std::string> tls_origins::at(std::string_view kind) {
    const std::lock_guard guard(lock_);
    if (const auto found = ports_.find(kind); found != ports_.end()) return found->second.origin;
    const auto lax = speaks(kind);
    if (!lax) return fail(errc::usage, fmt::format("there is no origin '{}'", kind));
    listener_kind wanted{.lax = *lax};
    if (kind != "plain_http") {
        auto who = presents(kind);
        if (!who) return fail(who.error());
        wanted.tls = std::move(*who);
    }
    auto port = open_(wanted);
    if (!port) return fail(port.error());
    return ports_.emplace(std::string(kind), std::move(*port)).first->second.origin;
}

void tls_origins::close() {
    std::map<std::string, own_port, std::less<>>
        ending;  // declared before the guard: connections end after unlocking
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
        if (!op.is(moves_origin) || origins == nullptr || op.arguments.as_object() == nullptr) continue;
        if (auto open = origins->at(op.arguments.string_at("at"))) op.arguments.as_object()->set("origin", *open);
    }
}

}  // namespace assay::mock
