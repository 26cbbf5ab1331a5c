// The verifier agrees with the plain implementation (parse_jws, verify_jws, json::parse). The input is a token, or
// the parts of one that is then signed correctly, so that the code after the signature check is reached, too.
#include "oauth/base64url.hpp"
#include "oauth/jwt.hpp"
#include "oauth/verifier.hpp"
#include "tests/fuzz/target.hpp"
#include "tests/oauth/vectors.hpp"

namespace {

using namespace assay;
using namespace assay::oauth;

constexpr std::int64_t now = 1767225700;

jwk key_of(std::string_view text) {
    return *jwk::from_json(*json::parse(text));
}

bool plainly(const std::string& token, const jwk& key, const std::vector<jws_alg>& accepted) {
    const auto parts = parse_jws(token);
    if (!parts || !verify_jws(*parts, key, accepted)) return false;
    const auto document = json::parse(parts->payload);
    const auto* claims = document ? document->as_object() : nullptr;
    if (claims == nullptr || !claims->duplicates().empty()) return false;
    const auto at = [&](const char* name) {
        const auto* v = claims->find(name);
        return v == nullptr ? std::nullopt : v->as_number();
    };
    const auto holds = [&](const char* name) {
        return claims->find(name) == nullptr || (at(name) && *at(name) <= now);
    };
    return at("exp") && *at("exp") > now && holds("nbf") && holds("iat");
}

void compare(const std::string& token, const jwk& key, jws_alg alg) {
    verifier_options options;
    options.accepted = {alg};
    options.token_bytes_max = 1U << 20U;
    const verifier v(key, options);
    claims who;
    const bool good = plainly(token, key, options.accepted);
    for (int again = 0; again < 2; ++again)
        fuzz::must(v.verify(token, now, who).has_value() == good, "verifier and plain way agree on " + token);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const auto secret = key_of(vectors::oct_key);
    static const auto ec = key_of(vectors::ec_key);
    const std::string text(fuzz::text_of(data, size));
    compare(text, secret, jws_alg::HS256);
    compare(text, ec, jws_alg::ES256);
    const auto line = text.find('\n');
    const auto header = line == std::string::npos ? R"({"alg":"HS256"})" : text.substr(0, line);
    const auto payload = line == std::string::npos ? text : text.substr(line + 1);
    if (const auto token = sign_jws(header, payload, jws_alg::HS256, secret)) compare(*token, secret, jws_alg::HS256);
    return 0;
}
