#include "oauth/dpop.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "data/hex.hpp"
#include "data/text.hpp"
#include "oauth/base64url.hpp"
#include "oauth/crypto.hpp"

namespace assay::oauth {
namespace {

constexpr std::size_t proof_bytes_max = 16U << 10U;
constexpr std::array<std::string_view, 8> private_members{"d", "p", "q", "dp", "dq", "qi", "oth", "k"};

bool is_unreserved(char c) {
    const char l = to_lower(c);
    return (l >= 'a' && l <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' || c == '~';
}

std::string tidy_path(std::string_view path) {
    std::string out;
    for (std::size_t i = 0; i < path.size(); ++i) {
        const int encoded = percent_encoded_byte(path, i);
        if (encoded < 0) {
            out += path[i];
            continue;
        }
        const char byte = static_cast<char>(encoded);
        out += is_unreserved(byte) ? std::string(1, byte) : fmt::format("%{:02X}", encoded);
        i += 2;
    }
    return out.empty() ? "/" : out;
}

std::string text_at(const json::value& claims, std::string_view name) {
    return std::string(claims.string_at(name));
}

class judge {
public:
    judge(const jws_parts& parts, const json::value& claims, const dpop_expectations& want)
        : parts_(parts), claims_(claims), want_(want) {}

    dpop_proof run() {
        header();
        key();
        request();
        out_.nonce = text_at(claims_, "nonce");
        return std::move(out_);
    }

private:
    void add(const char* what, std::string expected, std::string actual) {
        out_.findings.push_back({what, "RFC 9449 §4.3", std::move(expected), std::move(actual)});
    }
    [[nodiscard]] std::string shown(std::string_view name) const {
        const auto* v = claims_.find(name);
        return v == nullptr ? "(absent)" : json::format(*v);
    }

    void header() {
        const auto* typ = parts_.header.find("typ");
        if (typ == nullptr || !typ->is_string() || *typ->as_string() != "dpop+jwt") {
            add("typ", "dpop+jwt", typ == nullptr ? "(absent)" : json::format(*typ));
        }
        const auto* alg = parts_.header.find("alg");
        const auto known = alg == nullptr || !alg->is_string() ? std::nullopt : parse_alg(*alg->as_string());
        if (!known || *known == jws_alg::none || *known == jws_alg::HS256) {
            add("alg", "an asymmetric algorithm", alg == nullptr ? "(absent)" : json::format(*alg));
        }
    }

    void key() {
        const auto* member = parts_.header.find("jwk");
        json::object jwk_json = member != nullptr && member->is_object() ? *member->as_object() : json::object{};
        for (const auto name : private_members) {
            if (!jwk_json.erase(name)) continue;
            add("jwk", "a public key", fmt::format("a key with the private member {}", name));
            break;
        }
        const auto key = jwk::from_json(jwk_json);
        if (!key) {
            add("signature", "a signature of the key in jwk", key.error().message);
            return;
        }
        out_.jkt = key->thumbprint();
        using enum jws_alg;
        const auto ok = verify_jws(parts_, *key, asymmetric_algs());
        if (!ok) add("signature", "a signature of the key in jwk", ok.error().message);
    }

    void request() {
        if (text_at(claims_, "htm") != want_.htm) add("htm", want_.htm, shown("htm"));
        const auto htu = normalized_htu(want_.htu);
        if (normalized_htu(text_at(claims_, "htu")) != htu) add("htu", htu, shown("htu"));
        const auto* member = claims_.find("iat");
        const auto iat = member == nullptr ? std::nullopt : member->as_number();
        const auto now = static_cast<double>(want_.now);
        const auto window = static_cast<double>(want_.window);
        if (!iat || *iat < now - window || *iat > now + window) {
            add("iat", fmt::format("within {} s of {}", want_.window, want_.now), shown("iat"));
        }
        out_.jti = text_at(claims_, "jti");
        if (out_.jti.empty()) add("jti", "a fresh text", shown("jti"));
        if (!want_.access_token) return;
        const auto ath = dpop_ath(*want_.access_token);
        if (text_at(claims_, "ath") != ath) add("ath", ath, shown("ath"));
    }

    const jws_parts& parts_;
    const json::value& claims_;
    const dpop_expectations& want_;
    dpop_proof out_;
};

}  // namespace

std::string normalized_htu(std::string_view url) {
    url = url.substr(0, url.find_first_of("?#"));
    const auto mark = url.find("://");
    if (mark == std::string_view::npos) return std::string(url);
    const std::string scheme = lowered(url.substr(0, mark));
    auto rest = url.substr(mark + 3);
    const auto slash = std::min(rest.find('/'), rest.size());
    std::string host = lowered(rest.substr(0, slash));
    const std::string_view default_port = scheme == "https" ? ":443" : scheme == "http" ? ":80" : "";
    if (!default_port.empty() && host.ends_with(default_port)) host.resize(host.size() - default_port.size());
    if (host.ends_with(':')) host.pop_back();
    return scheme + "://" + host + tidy_path(rest.substr(slash));
}

std::string dpop_ath(std::string_view access_token) {
    return base64url_encode(sha256(access_token));
}

result<dpop_proof> judge_dpop_proof(std::string_view proof, const dpop_expectations& want) {
    if (proof.size() > proof_bytes_max) {
        return fail(errc::limit,
                    fmt::format("the proof has {} bytes; send at most {}", proof.size(), proof_bytes_max));
    }
    const auto parts = parse_jws(proof);
    if (!parts) return fail(parts.error());
    const auto claims = json::parse(parts->payload);
    if (!claims || !claims->is_object()) return fail(errc::malformed, "the proof's claims are no JSON object");
    return judge(*parts, *claims, want).run();
}

}  // namespace assay::oauth
