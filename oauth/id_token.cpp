#include <algorithm>

#include <fmt/format.h>

#include "oauth/base64url.hpp"
#include "oauth/crypto.hpp"
#include "oauth/jwt.hpp"

namespace assay::oauth {
namespace {

// Walks the claims once and collects every claim that fails.
class judge {
public:
    judge(const json::object& claims, const id_token_expectations& want) : claims_(claims), want_(want) {}

    std::vector<claim_finding> run() {
        iss();
        aud();
        azp();
        exp();
        iat();
        nbf();
        sub();
        nonce();
        at_hash();
        for (const auto& name : claims_.duplicates())
            add(name, "RFC 7519 §4", "the name once", "the name more than once");
        return std::move(found_);
    }

private:
    void add(std::string claim, std::string clause, std::string expected, std::string actual) {
        found_.push_back({std::move(claim), std::move(clause), std::move(expected), std::move(actual)});
    }
    [[nodiscard]] std::string actual(std::string_view name) const {
        const auto* v = claims_.find(name);
        return v == nullptr ? "absent" : json::format(*v);
    }
    // The claim's text, or nullptr when it is absent or not a string.
    [[nodiscard]] const std::string* text(std::string_view name) const {
        const auto* v = claims_.find(name);
        return v == nullptr ? nullptr : v->as_string();
    }

    void iss() {
        const auto* have = text("iss");
        if (have == nullptr || *have != want_.iss)
            add("iss", "OIDC Core §3.1.3.7 (2)", json::quote(want_.iss), actual("iss"));
    }

    void aud() {
        const auto* v = claims_.find("aud");
        const json::value us(want_.client_id);
        // We trust no additional audience (OIDC Core §3.1.3.7 (3)), so an extra member is as wrong as a missing
        // client_id.
        const auto* list = v == nullptr ? nullptr : v->as_array();
        const bool ours =
            v != nullptr &&
            (list == nullptr ? *v == us
                             : !list->empty() && std::all_of(list->begin(), list->end(),
                                                             [&](const auto& one) { return one == us; }));
        if (!ours) add("aud", "OIDC Core §3.1.3.7 (3)", json::quote(want_.client_id), actual("aud"));
    }

    void azp() {
        if (claims_.find("azp") == nullptr) return;
        const auto* have = text("azp");
        if (have == nullptr || *have != want_.client_id)
            add("azp", "OIDC Core §3.1.3.7 (5)", json::quote(want_.client_id), actual("azp"));
    }

    // A NumericDate (RFC 7519 §2) may have a fraction. nullopt after a finding, and when an optional claim is absent.
    std::optional<double> date(std::string_view name, const char* clause, bool required) {
        const auto* v = claims_.find(name);
        if (v == nullptr && !required) return std::nullopt;
        const auto number = v == nullptr ? std::nullopt : v->as_number();
        if (!number) add(std::string(name), clause, "a number of seconds since the epoch", actual(name));
        return number;
    }
    [[nodiscard]] double earliest() const {
        return static_cast<double>(want_.now) - static_cast<double>(want_.leeway);
    }
    [[nodiscard]] double latest() const { return static_cast<double>(want_.now) + static_cast<double>(want_.leeway); }

    void exp() {
        static constexpr auto clause = "OIDC Core §3.1.3.7 (9)";
        const auto at = date("exp", clause, true);
        if (at && !(*at > earliest())) add("exp", clause, fmt::format("after {}", want_.now), actual("exp"));
    }
    void iat() {
        static constexpr auto clause = "OIDC Core §3.1.3.7 (10)";
        const auto at = date("iat", clause, true);
        if (at && !(*at <= latest())) add("iat", clause, fmt::format("not after {}", want_.now), actual("iat"));
    }
    void nbf() {
        static constexpr auto clause = "RFC 7519 §4.1.5";
        const auto at = date("nbf", clause, false);
        if (at && !(*at <= latest())) add("nbf", clause, fmt::format("not after {}", want_.now), actual("nbf"));
    }

    void sub() {
        static constexpr std::size_t size_max = 255;
        const auto* have = text("sub");
        const auto ascii = [](char c) { return static_cast<unsigned char>(c) < 0x80; };
        if (have == nullptr || have->empty() || have->size() > size_max ||
            !std::all_of(have->begin(), have->end(), ascii))
            add("sub", "OIDC Core §2", "1 to 255 ASCII characters", actual("sub"));
    }

    void nonce() {
        if (!want_.nonce) return;
        const auto* have = text("nonce");
        if (have == nullptr || *have != *want_.nonce)
            add("nonce", "OIDC Core §3.1.3.7 (11)", json::quote(*want_.nonce), actual("nonce"));
    }

    void at_hash() {
        if (!want_.access_token || claims_.find("at_hash") == nullptr) return;
        const auto expected = left_half_hash(*want_.access_token, want_.alg);
        const auto* have = text("at_hash");
        if (have == nullptr || *have != expected)
            add("at_hash", "OIDC Core §3.1.3.8", json::quote(expected), actual("at_hash"));
    }

    const json::object& claims_;
    const id_token_expectations& want_;
    std::vector<claim_finding> found_;
};

}  // namespace

std::string left_half_hash(std::string_view ascii, jws_alg alg) {
    const auto bits = row_of(alg).hash_bits;
    const auto digest = bits == 512 ? sha512(ascii) : bits == 384 ? sha384(ascii) : sha256(ascii);
    return base64url_encode(std::string_view(digest).substr(0, digest.size() / 2));
}

std::vector<claim_finding> judge_id_token(const json::object& claims, const id_token_expectations& want) {
    return judge(claims, want).run();
}

}  // namespace assay::oauth
