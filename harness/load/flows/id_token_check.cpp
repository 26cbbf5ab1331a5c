#include "harness/load/flows/id_token_check.hpp"

#include <algorithm>
#include <ctime>
#include <utility>

#include <fmt/format.h>

#include "oauth/signature_batch.hpp"

namespace assay::load {
namespace {

constexpr std::int64_t leeway_s = 5;

}  // namespace

id_token_check::id_token_check(std::shared_ptr<flow_context> c, bool verify, std::size_t caches)
    : context_(std::move(c)),
      writer_(context_->to),
      verify_(verify),
      clients_(std::max<std::size_t>(1, caches),
               std::make_shared<const key_set>(key_set{std::string(), context_->to.keys})),
      newest_(clients_.front()),
      keys_request_(verify ? context_->records.id_of("jwks") : 0) {}

judgement id_token_check::check(iteration& it, const token_response& got, bool optional) {
    flow_context& c = *context_;
    c.records.seen(unique_value::token, got.access_token);
    if (got.id_token.empty()) {
        return verify_ && !optional
                   ? judgement{"no id_token", "the token answer holds no id_token; ask for the scope openid", false}
                   : judgement{};
    }
    auto parts = oauth::parse_jws(got.id_token);
    if (!parts) return {"malformed id_token", parts.error().text(), false};
    auto claims = json::parse(parts->payload);
    if (!claims || !claims->is_object()) return {"malformed id_token", "its payload is no JSON object", false};
    const std::string_view sub = claims->string_at("sub");
    if (!it.with.sub.empty()) {
        c.records.invariant("cross_user", sub == it.with.sub,
                            fmt::format("sub {} where {} signed in", sub, it.with.sub));
    }
    if (!it.with.nonce.empty()) {
        const std::string_view nonce = claims->string_at("nonce");
        c.records.invariant("nonce", nonce == it.with.nonce,
                            fmt::format("nonce {} where {} was sent", nonce, it.with.nonce));
    }
    if (const std::string_view jti = claims->string_at("jti"); !jti.empty()) c.records.seen(unique_value::jti, jti);
    if (!verify_) return {};
    const std::size_t client = next_++ % clients_.size();
    if (!lacks(*parts, client) || c.to.jwks.empty()) {
        const auto& own = clients_[client];
        const auto signers = oauth::signers_of(*parts, own->keys, oauth::asymmetric_algs());
        if (!signers || signers->keys.size() != 1)
            return judge(*parts, *claims->as_object(), it.with, got.access_token, own->keys);
        waiting_.push_back(
            {&it, std::move(*parts), std::move(*claims), got.access_token, own, signers->alg, signers->keys.front()});
        return {{}, {}, false, true};
    }
    it.waits_for_keys = {got.id_token, got.access_token, client};
    writer_.get(it.bytes, c.to.jwks);
    it.request = keys_request_;
    return {{}, {}, true};
}

judgement id_token_check::on_keys(iteration& it, const response& a) {
    const held_token held = std::exchange(it.waits_for_keys, {});
    if (a.status != 200) return wrong_status(a);
    if (newest_->body != a.body) {
        const auto document = json::parse(a.body);
        auto keys = document ? oauth::parse_jwks(*document) : result<oauth::jwks>(fail(document.error()));
        if (!keys) return {"no key set", std::string(a.body.substr(0, 200)), false};
        newest_ = std::make_shared<const key_set>(key_set{std::string(a.body), std::move(*keys)});
    }
    clients_[held.client] = newest_;
    const auto parts = oauth::parse_jws(held.id_token);
    const auto claims = parts ? json::parse(parts->payload) : result<json::value>(fail(parts.error()));
    if (!claims) return {"malformed id_token", claims.error().text(), false};
    return judge(*parts, *claims->as_object(), it.with, held.access_token, newest_->keys);
}

bool id_token_check::lacks(const oauth::jws_parts& parts, std::size_t client) const {
    const json::value* named = parts.header.find("kid");
    if (named == nullptr || !named->is_string()) return false;  // without a kid any key may fit
    const auto& keys = clients_[client]->keys.keys;
    return std::none_of(keys.begin(), keys.end(),
                        [&](const oauth::jwk& k) { return k.kid() == *named->as_string(); });
}

void id_token_check::conclude(const told& tell) {
    if (waiting_.empty()) return;
    // What is told may begin the next request, and with it the next token.
    const auto all = std::exchange(waiting_, {});
    std::vector<oauth::signature_check> checks;
    for (const auto& w : all) checks.push_back({w.signer, w.alg, w.parts.signing_input, w.parts.signature});
    oauth::verify_signatures(checks);
    for (std::size_t i = 0; i < all.size(); ++i) {
        const waiting& w = all[i];
        const json::object& claims = *w.claims.as_object();
        // A refused token is verified again alone, which also says what is wrong with it.
        tell(*w.it, checks[i].good ? recorded(wrong_claim(w.parts, claims, w.it->with, w.access_token))
                                   : judge(w.parts, claims, w.it->with, w.access_token, w.keys->keys));
    }
}

judgement id_token_check::judge(const oauth::jws_parts& parts, const json::object& claims, const grant& with,
                                std::string_view access_token, const oauth::jwks& keys) {
    if (auto ok = oauth::verify_jws(parts, keys, oauth::asymmetric_algs()); !ok) return recorded(ok.error().message);
    return recorded(wrong_claim(parts, claims, with, access_token));
}

judgement id_token_check::recorded(const std::string& wrong) {
    context_->records.invariant("id_token", wrong.empty(), wrong);
    if (wrong.empty()) return {};
    return {"id_token refused", wrong, false};
}

// Describes the first claim that is wrong; empty: valid.
std::string id_token_check::wrong_claim(const oauth::jws_parts& parts, const json::object& claims, const grant& with,
                                        std::string_view access_token) const {
    oauth::id_token_expectations want;
    want.iss = context_->to.issuer;
    want.client_id = context_->to.client_id;
    if (!with.nonce.empty()) want.nonce = with.nonce;
    want.leeway = leeway_s;
    want.access_token = access_token;
    want.alg = oauth::parse_alg(json::value(parts.header).string_at("alg")).value_or(want.alg);
    const auto now = static_cast<std::int64_t>(std::time(nullptr));
    // While an event moves the issuer's clock, the token may have either time.
    std::vector<oauth::claim_finding> found;
    const issuer_clock* clock = context_->clock;
    for (const std::int64_t ahead :
         {clock == nullptr ? 0 : clock->ahead_s.load(), clock == nullptr ? 0 : clock->before_s.load()}) {
        want.now = now + ahead;
        found = oauth::judge_id_token(claims, want);
        if (found.empty()) return {};
    }
    return fmt::format("{}: expected {}, found {}", found.front().claim, found.front().expected,
                       found.front().actual);
}

}  // namespace assay::load
