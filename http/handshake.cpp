#include "http/handshake.hpp"

#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <fmt/format.h>
#include <openssl/ssl.h>

#include "data/nearest.hpp"
#include "http/channel.hpp"
#include "http/tls.hpp"

namespace assay::http {
namespace {

using context_ptr = std::unique_ptr<asio::ssl::context>;

constexpr std::array<std::pair<std::string_view, int>, 4> versions{
    {{"TLSv1", TLS1_VERSION}, {"TLSv1.1", TLS1_1_VERSION}, {"TLSv1.2", TLS1_2_VERSION}, {"TLSv1.3", TLS1_3_VERSION}}};

result<int> version_named(const std::string& name) {
    for (const auto& [known, number] : versions) {
        if (known == name) return number;
    }
    std::vector<std::string> names;
    for (const auto& [known, number] : versions) names.emplace_back(known);
    return fail(errc::usage, fmt::format("there is no TLS version '{}'{}", name, did_you_mean(name, names)));
}

error cannot_offer(const tls_offer& offer) {
    return {errc::unsupported,
            fmt::format("OpenSSL here cannot offer {}{}{}",
                        offer.versions.empty() ? "TLS" : fmt::format("{}", fmt::join(offer.versions, ", ")),
                        offer.ciphers.empty() ? "" : " with ", offer.ciphers)};
}

// Whether any cipher is left after versions, ciphers and the options of this OpenSSL build have been applied.
bool offers_something(SSL_CTX* context) {
    SSL* const one = SSL_new(context);
    STACK_OF(SSL_CIPHER)* const list = one == nullptr ? nullptr : SSL_get1_supported_ciphers(one);
    const bool some = list != nullptr && sk_SSL_CIPHER_num(list) > 0;
    sk_SSL_CIPHER_free(list);
    SSL_free(one);
    return some;
}

result<context_ptr> offering(const tls_offer& offer) {
    auto made = trust(offer.ca_file);
    if (!made) return made;
    SSL_CTX* context = (*made)->native_handle();
    int lowest = TLS1_2_VERSION;
    int highest = TLS1_3_VERSION;
    for (std::size_t n = 0; n < offer.versions.size(); ++n) {
        const auto number = version_named(offer.versions[n]);
        if (!number) return fail(number.error());
        lowest = n == 0 ? *number : std::min(lowest, *number);
        highest = n == 0 ? *number : std::max(highest, *number);
    }
    // Includes ciphers that OpenSSL's security level would exclude.
    const std::string ciphers = (offer.ciphers.empty() ? "DEFAULT" : offer.ciphers) + ":@SECLEVEL=0";
    const bool set = SSL_CTX_set_min_proto_version(context, lowest) == 1 &&
                     SSL_CTX_set_max_proto_version(context, highest) == 1 &&
                     SSL_CTX_set_cipher_list(context, ciphers.c_str()) == 1;
    if (!set || !offers_something(context)) return fail(cannot_offer(offer));
    // The verification result of the certificate is recorded, but does not end the handshake.
    error_code ec;
    (*made)->set_verify_mode(asio::ssl::verify_none, ec);
    return made;
}

}  // namespace

result<tls_agreement> handshake(const std::string& origin, const tls_offer& offer) {
    const auto to = destination_of(origin);
    if (!to) return fail(to.error());
    if (!to->tls)
        return fail(errc::usage, fmt::format("{} does not use TLS; a handshake needs an https address", origin));
    const auto context = offering(offer);
    if (!context) return fail(context.error());
    asio::io_context loop{1};
    const auto c = std::make_shared<channel>(loop, *to, context->get());
    c->expire_at(std::chrono::steady_clock::now() + offer.deadline);
    std::optional<result<void>> opened;
    asio::co_spawn(loop.get_executor(), c->open(), [&](const std::exception_ptr& e, result<void> how) {
        if (!e) opened = std::move(how);
        c->expire_at(time_point::max());
        loop.stop();
    });
    loop.run_for(offer.deadline + std::chrono::milliseconds(200));
    if (!opened) return fail(errc::timeout, fmt::format("{} could not be reached within the deadline", origin));
    tls_agreement out;
    if (!*opened) {
        if (!c->greeting || opened->error().code != errc::tls) return fail(opened->error());
        out.refusal = c->greeting.message();
        return out;
    }
    out.completed = true;
    out.version = SSL_get_version(c->tls());
    out.cipher = SSL_get_cipher_name(c->tls());
    out.certificate_problem = certificate_problem(c->tls());
    return out;
}

}  // namespace assay::http
