#include "harness/load/flows/token_flows.hpp"

#include <utility>

#include <fmt/format.h>

#include "harness/load/flows/flow_parts.hpp"
#include "harness/load/flows/id_token_check.hpp"
#include "oauth/form.hpp"
#include "oauth/pkce.hpp"

namespace assay::load {
namespace {

// The code exchange at the end of both code flows, and the attempt to redeem the same code again.
class exchanging : public flow {
public:
    exchanging(const flow_options& o, std::shared_ptr<flow_context> c)
        : options_(o),
          context_(std::move(c)),
          writer_(context_->to),
          random_(context_->seed),
          check_(context_, o.verify_id_token, o.key_caches),
          token_request_(context_->records.id_of("token")),
          replay_request_(context_->records.id_of("code_replay")) {}

    void conclude(const told& tell) override {
        check_.conclude([&](iteration& it, const judgement& j) { tell(it, on_judged(it, j)); });
    }

protected:
    static constexpr int exchanged = 10;
    static constexpr int replayed = 11;
    static constexpr int fetched_keys = 12;

    void exchange(iteration& it, recorder::request_id request, int step) {
        std::string& fields = fields_;
        fields.assign("grant_type=authorization_code");
        add_field(fields, "code", it.with.code);
        if (!it.with.redirect_uri.empty()) add_field(fields, "redirect_uri", it.with.redirect_uri);
        if (!it.with.code_verifier.empty()) add_field(fields, "code_verifier", it.with.code_verifier);
        writer_.post(it.bytes, context_->to.token, fields);
        it.request = request;
        it.step = step;
    }

    judgement on_token(iteration& it, const response& a) {
        if (it.step == replayed) {
            // RFC 6749 §4.1.2: a code is used once; §5.2: the refusal is a 400.
            const bool accepted = a.status == 200;
            context_->records.invariant("code_reuse", !accepted, "a code was redeemed a second time");
            if (accepted) return {"code redeemed twice", {}, false};
            return a.status == 400 ? judgement{} : wrong_status(a);
        }
        judgement seen = it.step == fetched_keys ? check_.on_keys(it, a) : on_exchanged(it, a);
        if (seen.more) it.step = fetched_keys;
        return seen.more || seen.waits ? seen : on_judged(it, seen);
    }

    judgement on_judged(iteration& it, const judgement& seen) {
        if (!seen.kind.empty()) return seen;
        if (options_.replay == 0 || random_.unit() > options_.replay) return {};
        exchange(it, replay_request_, replayed);
        return {{}, {}, true};
    }

    judgement on_exchanged(iteration& it, const response& a) {
        token_response got;
        judgement bad = read_tokens(a, got);
        return bad.kind.empty() ? check_.check(it, got) : bad;
    }

    flow_options options_;
    std::shared_ptr<flow_context> context_;
    request_writer writer_;
    random_stream random_;
    id_token_check check_;
    recorder::request_id token_request_;
    recorder::request_id replay_request_;
    std::string fields_;
};

class code_exchange final : public exchanging {
public:
    using exchanging::exchanging;

    bool begin(iteration& it) override {
        if (!context_->codes->take(it.with)) return false;
        context_->records.seen(unique_value::code, it.with.code);
        exchange(it, token_request_, exchanged);
        return true;
    }
    judgement on_response(iteration& it, const response& a) override { return on_token(it, a); }
};

class signing_in final : public exchanging {
public:
    signing_in(const flow_options& o, std::shared_ptr<flow_context> c)
        : exchanging(o, std::move(c)), authorize_request_(context_->records.id_of("authorize")) {}

    bool begin(iteration& it) override {
        const target& to = context_->to;
        if (to.people.empty()) return false;
        const person& who = to.people[random_.next() % to.people.size()];
        const std::string unique = fmt::format("{:016x}{:016x}", random_.next(), random_.next());
        it.with = {{}, "", to.redirect_uri, "n" + unique, who.sub};
        it.state = "s" + unique;
        std::string query = "response_type=code";
        add_field(query, "client_id", to.client_id);
        add_field(query, "redirect_uri", to.redirect_uri);
        add_field(query, "scope", to.scope);
        add_field(query, "state", it.state);
        add_field(query, "nonce", it.with.nonce);
        if (to.pkce) {
            it.with.code_verifier = fmt::format("v{}{:016x}", unique, random_.next());
            add_field(query, "code_challenge", oauth::s256_challenge(it.with.code_verifier));
            query += "&code_challenge_method=S256";
        }
        if (to.by_request) {
            add_field(query, "assay_user", who.username);
            query += "&assay_consent=allow";
        }
        const char mark = to.authorize.find('?') == std::string::npos ? '?' : '&';
        writer_.get(it.bytes, to.authorize + mark + query);
        it.request = authorize_request_;
        it.step = 0;
        return true;
    }

    judgement on_response(iteration& it, const response& a) override {
        return it.step == 0 ? on_redirect(it, a) : on_token(it, a);
    }

private:
    judgement on_redirect(iteration& it, const response& a) {
        const std::string_view location = header_of(a.head, "location");
        if (a.status < 300 || a.status > 399 || location.empty()) {
            judgement out = wrong_status(a);
            if (a.status == 200) out = {"a page instead of a redirect", std::string(a.body.substr(0, 200)), false};
            return out;
        }
        const std::size_t mark = location.find('?');
        const std::string_view query =
            mark == std::string_view::npos ? std::string_view{} : location.substr(mark + 1);
        const auto got = oauth::parse_form(query.substr(0, query.find('#'))).value_or(oauth::form{});
        const std::string_view code = got.value("code");
        if (code.empty()) return {"no code in the redirect", std::string(location), false};
        // RFC 6749 §4.1.2: state must be returned unchanged.
        const bool same = got.value("state") == it.state;
        context_->records.invariant("state", same, "state of another request");
        if (!same) return {"state of another request", std::string(location.substr(0, mark)), false};
        context_->records.seen(unique_value::code, code);
        it.with.code = code;
        exchange(it, token_request_, exchanged);
        return {{}, {}, true};
    }
    recorder::request_id authorize_request_;
};

class refreshing final : public flow {
public:
    refreshing(const flow_options& o, std::shared_ptr<flow_context> c)
        : options_(o),
          context_(std::move(c)),
          writer_(context_->to),
          random_(context_->seed),
          idle_(context_->sessions),
          may_retire_(idle_.size() / 2),
          check_(context_, o.verify_id_token, o.key_caches),
          refresh_request_(context_->records.id_of("refresh")),
          replay_request_(context_->records.id_of("refresh_replay")) {}

    bool begin(iteration& it) override {
        it.of = idle_.take();
        if (it.of == nullptr) return false;
        send(it, it.of->refresh_token, refresh_request_, refreshed);
        return true;
    }

    judgement on_response(iteration& it, const response& a) override {
        if (it.step == replayed) return on_replay(a);
        if (it.step == fetched_keys) return on_judged(it, check_.on_keys(it, a));
        token_response got;
        judgement bad = read_tokens(a, got);
        // A refused refresh token is not used again.
        if (!bad.kind.empty()) return a.status == 400 ? bad : give_back(it, bad);
        it.with = {};
        it.with.sub = it.of->sub;
        judgement seen = check_.check(it, got, true);
        take_tokens(it, got);
        if (seen.more) it.step = fetched_keys;
        return seen.more || seen.waits ? seen : on_judged(it, seen);
    }

    void conclude(const told& tell) override {
        check_.conclude([&](iteration& it, const judgement& j) { tell(it, on_judged(it, j)); });
    }

    void abandon(iteration& it) override {
        if (it.step != replayed) idle_.give_back(it.of);
    }

private:
    static constexpr int refreshed = 0;
    static constexpr int replayed = 1;
    static constexpr int fetched_keys = 2;

    judgement on_judged(iteration& it, const judgement& seen) {
        return seen.kind.empty() ? end(it) : give_back(it, seen);
    }

    // Stores the new tokens in the session; the old refresh token is kept for end().
    void take_tokens(iteration& it, token_response& got) {
        it.of->access_token = got.access_token;
        it.spare.clear();
        const bool rotated = !got.refresh_token.empty() && got.refresh_token != it.of->refresh_token;
        if (rotated) {
            context_->records.seen(unique_value::refresh_token, got.refresh_token);
            it.spare = std::exchange(it.of->refresh_token, std::move(got.refresh_token));
        }
    }

    judgement end(iteration& it) {
        if (!it.spare.empty() && may_retire_ > 0 && options_.replay > 0 && random_.unit() <= options_.replay) {
            // The server may revoke the whole family after a reuse, so the session is not used again.
            --may_retire_;
            send(it, it.spare, replay_request_, replayed);
            return {{}, {}, true};
        }
        return give_back(it, {});
    }

    judgement give_back(iteration& it, judgement j) {
        idle_.give_back(it.of);
        return j;
    }

    judgement on_replay(const response& a) {
        const bool accepted = a.status == 200;
        context_->records.invariant("refresh_reuse", !accepted, "a rotated refresh token was accepted");
        if (accepted) return {"rotated refresh token accepted", {}, false};
        return a.status == 400 ? judgement{} : wrong_status(a);
    }

    void send(iteration& it, const std::string& token, recorder::request_id request, int step) {
        fields_.assign("grant_type=refresh_token");
        add_field(fields_, "refresh_token", token);
        writer_.post(it.bytes, context_->to.token, fields_);
        it.request = request;
        it.step = step;
    }

    flow_options options_;
    std::shared_ptr<flow_context> context_;
    request_writer writer_;
    random_stream random_;
    idle_sessions idle_;
    std::size_t may_retire_;
    id_token_check check_;
    recorder::request_id refresh_request_;
    recorder::request_id replay_request_;
    std::string fields_;
};

class client_credentials final : public flow {
public:
    explicit client_credentials(std::shared_ptr<flow_context> c)
        : context_(std::move(c)), writer_(context_->to), request_(context_->records.id_of("client_credentials")) {}

    bool begin(iteration& it) override {
        writer_.post(it.bytes, context_->to.token, "grant_type=client_credentials");
        it.request = request_;
        return true;
    }
    judgement on_response(iteration&, const response& a) override {
        token_response got;
        judgement bad = read_tokens(a, got);
        if (bad.kind.empty()) context_->records.seen(unique_value::token, got.access_token);
        return bad;
    }

private:
    std::shared_ptr<flow_context> context_;
    request_writer writer_;
    recorder::request_id request_;
};

}  // namespace

std::unique_ptr<flow> make_code_exchange(const flow_options& o, std::shared_ptr<flow_context> c) {
    return std::make_unique<code_exchange>(o, std::move(c));
}
std::unique_ptr<flow> make_sign_in(const flow_options& o, std::shared_ptr<flow_context> c) {
    return std::make_unique<signing_in>(o, std::move(c));
}
std::unique_ptr<flow> make_refresh(const flow_options& o, std::shared_ptr<flow_context> c) {
    return std::make_unique<refreshing>(o, std::move(c));
}
std::unique_ptr<flow> make_client_credentials(const flow_options&, std::shared_ptr<flow_context> c) {
    return std::make_unique<client_credentials>(std::move(c));
}

}  // namespace assay::load
