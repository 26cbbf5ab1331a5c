#include "oauth/verifier.hpp"

#include <algorithm>
#include <cstring>
#include <memory>
#include <thread>

#include <fmt/format.h>

#include "oauth/base64url_to.hpp"
#include "oauth/ifma.hpp"
#include "oauth/jws_header.hpp"
#include "oauth/signature_batch.hpp"

namespace assay::oauth {
namespace {

constexpr std::size_t signature_bytes_max = 8192 / 8;
constexpr std::size_t probes = 4;
constexpr std::size_t cached_header_bytes_max = 1024;

// Hashes eight bytes at a time. Headers of one issuer differ only in their kid, so all blocks count.
std::size_t slot_of(std::string_view text) {
    std::uint64_t h = text.size();
    for (std::size_t i = 0; i + 8 <= text.size(); i += 8) {
        std::uint64_t v = 0;
        std::memcpy(&v, text.data() + i, sizeof v);
        h = (h ^ v) * 0x9e3779b97f4a7c15U;
    }
    return static_cast<std::size_t>(h >> 48U);
}

tl::unexpected<error> wrong_claim(const char* name, std::string expected, const claims& who) {
    const auto* c = who.find(name);
    const auto found = c == nullptr ? std::string("absent") : json::format(c->value());
    return fail(errc::crypto, fmt::format("expected {}, found {}", expected, found), std::string("claim ") + name);
}

tl::unexpected<error> wrong_signature(jws_alg alg) {
    return fail(errc::crypto, fmt::format("the token's {} signature does not verify", alg_name(alg)));
}

}  // namespace

// A parsed header: its algorithm and the keys that may have signed.
struct verifier::header {
    std::string encoded;
    jws_alg alg = jws_alg::none;
    std::vector<const jwk*> keys;
};

verifier::verifier(jwks keys, verifier_options options) : options_(std::move(options)), keys_(std::move(keys)) {}
verifier::verifier(jwk key, verifier_options options) : options_(std::move(options)), single_(std::move(key)) {}

verifier::~verifier() {
    for (auto& slot : headers_) delete slot.load(std::memory_order_acquire);
}

const verifier::header* verifier::known(std::string_view encoded) const {
    const auto first = slot_of(encoded);
    for (std::size_t i = 0; i < probes; ++i) {
        const auto* h = headers_[(first + i) % slots].load(std::memory_order_acquire);
        if (h != nullptr && h->encoded == encoded) return h;
    }
    return nullptr;
}

void verifier::remember(std::unique_ptr<const header> h) const {
    if (h->encoded.size() > cached_header_bytes_max) return;
    const auto first = slot_of(h->encoded);
    for (std::size_t i = 0; i < probes; ++i) {
        const header* none = nullptr;
        auto& slot = headers_[(first + i) % slots];
        if (slot.compare_exchange_strong(none, h.get(), std::memory_order_acq_rel)) {
            static_cast<void>(h.release());
            return;
        }
        // Another thread stored the same header first.
        if (none->encoded == h->encoded) return;
    }
}

result<std::unique_ptr<const verifier::header>> verifier::read_header(std::string_view token,
                                                                      std::string_view encoded) const {
    const auto parts = parse_jws(token);
    if (!parts) return fail(parts.error());
    const auto alg = accepted_alg(*parts, options_.accepted);
    if (!alg) return fail(alg.error());
    auto h = std::make_unique<header>(header{std::string(encoded), *alg, {}});
    if (single_) {
        if (single_->fits(*alg)) h->keys.push_back(&*single_);
    } else {
        h->keys = keys_.candidates(*alg, kid_of(*parts));
    }
    if (h->keys.empty()) {
        return fail(errc::crypto,
                    fmt::format("no key fits the token's header {}; {} keys, {} not understood", parts->header_json,
                                keys_.keys.size() + keys_.skipped + (single_ ? 1 : 0), keys_.skipped));
    }
    return h;
}

// A token whose signature is still to be verified.
struct verifier::opened {
    std::string_view input;
    std::string_view payload;
    std::unique_ptr<const header> fresh;  // read for this token; nullptr: a cached one
    const header* head = nullptr;
    std::array<char, signature_bytes_max> bytes;
    std::size_t signature_size = 0;

    [[nodiscard]] std::string_view signature() const { return {bytes.data(), signature_size}; }
};

result<void> verifier::open(std::string_view token, opened& out) const {
    if (token.size() > options_.token_bytes_max) {
        return fail(errc::limit,
                    fmt::format("the token has {} bytes; send at most {}", token.size(), options_.token_bytes_max));
    }
    const auto first = token.find('.');
    const auto second = first == std::string_view::npos ? first : token.find('.', first + 1);
    if (second == std::string_view::npos || token.find('.', second + 1) != std::string_view::npos)
        return fail(errc::malformed, "a signed token has three parts with dots between them");
    out.input = token.substr(0, second);
    out.payload = token.substr(first + 1, second - first - 1);
    const auto encoded = token.substr(0, first);
    out.head = known(encoded);
    if (out.head == nullptr) {
        auto read = read_header(token, encoded);
        if (!read) return fail(read.error());
        out.fresh = std::move(*read);
        out.head = out.fresh.get();
    }
    const auto text = token.substr(second + 1);
    out.signature_size = base64url_decoded_size(text.size());
    if (out.signature_size > out.bytes.size() || !base64url_decode_to(text, out.bytes.data()))
        return fail(errc::malformed, "the token's signature is no base64url text, or too long");
    return {};
}

// What remains to do for a token whose signature is good.
result<void> verifier::accept(opened& token, std::int64_t now, claims& who) const {
    if (!base64url_decode_to(token.payload, who.room_for(base64url_decoded_size(token.payload.size()))))
        return fail(errc::malformed, "the token's payload is no base64url text");
    if (auto read = who.read(); !read) return fail(read.error());
    if (token.fresh) remember(std::move(token.fresh));
    return judge(who, now);
}

result<void> verifier::verify(std::string_view token, std::int64_t now, claims& who) const {
    opened work;
    if (auto ok = open(token, work); !ok) return fail(ok.error());
    const auto& h = *work.head;
    const bool signed_by_one = std::any_of(h.keys.begin(), h.keys.end(), [&](const jwk* key) {
        return key->verify(h.alg, work.input, work.signature());
    });
    if (!signed_by_one) return wrong_signature(h.alg);
    return accept(work, now, who);
}

result<void> verifier::judge(const claims& who, std::int64_t now) const {
    if (who.duplicate())
        return fail(errc::crypto, "expected the name once, found it more than once",
                    "claim " + std::string(*who.duplicate()));
    if (!options_.iss.empty() && who.text("iss") != std::string_view(options_.iss))
        return wrong_claim("iss", json::quote(options_.iss), who);
    if (!options_.audience.empty() && !who.holds("aud", options_.audience))
        return wrong_claim("aud", json::quote(options_.audience), who);
    const auto earliest = static_cast<double>(now - options_.leeway);
    const auto latest = static_cast<double>(now + options_.leeway);
    const auto exp = who.number("exp");
    if (!exp || !(*exp > earliest)) return wrong_claim("exp", fmt::format("a number after {}", now), who);
    for (const char* name : {"nbf", "iat"}) {
        if (who.find(name) == nullptr) continue;
        const auto at = who.number(name);
        if (!at || !(*at <= latest)) return wrong_claim(name, fmt::format("a number not after {}", now), who);
    }
    return {};
}

// Tokens that only one key may have signed are verified together, the others one by one.
void verifier::verify_portion(std::span<const std::string_view> tokens, std::int64_t now, std::span<verdict> out,
                              std::span<opened> work) const {
    std::vector<signature_check> checks;
    std::vector<std::size_t> of_check;
    checks.reserve(tokens.size());
    of_check.reserve(tokens.size());
    const auto conclude = [&](std::size_t i, const result<void>& ok) {
        out[i].refused = ok ? std::nullopt : std::optional(ok.error());
    };
    for (std::size_t i = 0; i < tokens.size(); ++i) {
        work[i].fresh.reset();
        if (auto ok = open(tokens[i], work[i]); !ok) {
            conclude(i, ok);
        } else if (const auto& h = *work[i].head; h.keys.size() == 1) {
            checks.push_back({h.keys.front(), h.alg, work[i].input, work[i].signature()});
            of_check.push_back(i);
        } else {
            conclude(i, verify(tokens[i], now, out[i].who));
        }
    }
    verify_signatures(checks);
    for (std::size_t k = 0; k < checks.size(); ++k) {
        const auto i = of_check[k];
        conclude(i, checks[k].good ? accept(work[i], now, out[i].who) : wrong_signature(checks[k].alg));
    }
}

void verifier::verify_all(std::span<const std::string_view> tokens, std::int64_t now, std::span<verdict> out,
                          unsigned threads) const {
    const auto count = std::min(tokens.size(), out.size());
    // Small enough that all threads end at about the same time, large enough that the shared counter is seldom used.
    constexpr std::size_t portion = 4 * lanes;
    std::atomic<std::size_t> next{0};
    const auto work = [&] {
        std::vector<opened> opened_tokens(std::min(portion, count));
        for (;;) {
            const auto from = next.fetch_add(portion, std::memory_order_relaxed);
            if (from >= count) return;
            const auto size = std::min(portion, count - from);
            verify_portion(tokens.subspan(from, size), now, out.subspan(from, size), opened_tokens);
        }
    };
    if (threads == 0) threads = std::max(1U, std::thread::hardware_concurrency());
    const auto useful = std::min<std::size_t>(threads, (count + portion - 1) / portion);
    std::vector<std::thread> others;
    for (std::size_t i = 1; i < useful; ++i) others.emplace_back(work);
    work();
    for (auto& t : others) t.join();
}

}  // namespace assay::oauth
