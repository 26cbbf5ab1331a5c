#include "harness/load/flows/flow.hpp"

#include <utility>

#include <fmt/format.h>

#include "data/json.hpp"
#include "data/nearest.hpp"
#include "harness/load/flows/flow_parts.hpp"
#include "harness/load/flows/token_flows.hpp"

namespace assay::load {
namespace {

// Flows of one request that needs nothing but, at most, an access token.
class one_request : public flow {
public:
    one_request(std::shared_ptr<flow_context> c, std::string_view leg)
        : context_(std::move(c)), writer_(context_->to), leg_(context_->records.leg(leg)) {}

protected:
    session* next_session() {
        const auto& all = context_->sessions;
        return all.empty() ? nullptr : all[at_++ % all.size()];
    }
    std::shared_ptr<flow_context> context_;
    request_writer writer_;
    recorder::leg_id leg_;

private:
    std::size_t at_ = 0;
};

class introspecting final : public one_request {
public:
    explicit introspecting(std::shared_ptr<flow_context> c) : one_request(std::move(c), "introspect") {}
    bool begin(iteration& it) override {
        it.of = next_session();
        if (it.of == nullptr) return false;
        fields_.clear();
        add_field(fields_, "token", it.of->access_token);
        writer_.post(it.request, context_->to.introspect, fields_);
        it.leg = leg_;
        return true;
    }
    judgement on_answer(iteration& it, const answer& a) override {
        if (a.status != 200) return wrong_status(a);
        const auto document = json::parse(a.body);
        if (!document) return {"no JSON", std::string(a.body.substr(0, 200)), false};
        const json::value* active = document->find("active");
        if (active == nullptr || !active->as_boolean().value_or(false))
            return {"a live token is not active", {}, false};
        const std::string_view sub = document->string_at("sub");
        if (!sub.empty() && !it.of->sub.empty()) {
            context_->records.invariant("cross_user", sub == it.of->sub, "introspection names another user");
            if (sub != it.of->sub) return {"token of another user", std::string(sub), false};
        }
        return {};
    }

private:
    std::string fields_;
};

class asking_userinfo final : public one_request {
public:
    explicit asking_userinfo(std::shared_ptr<flow_context> c) : one_request(std::move(c), "userinfo") {}
    bool begin(iteration& it) override {
        it.of = next_session();
        if (it.of == nullptr) return false;
        writer_.get(it.request, context_->to.userinfo, it.of->access_token);
        it.leg = leg_;
        return true;
    }
    judgement on_answer(iteration& it, const answer& a) override {
        if (a.status != 200) return wrong_status(a);
        const auto document = json::parse(a.body);
        if (!document) return {"no JSON", std::string(a.body.substr(0, 200)), false};
        const std::string_view sub = document->string_at("sub");
        if (it.of->sub.empty()) return {};
        context_->records.invariant("cross_user", sub == it.of->sub, "userinfo of another user");
        if (sub != it.of->sub) return {"userinfo of another user", std::string(sub), false};
        return {};
    }
};

class fetching_keys final : public one_request {
public:
    explicit fetching_keys(std::shared_ptr<flow_context> c) : one_request(std::move(c), "jwks") {}
    bool begin(iteration& it) override {
        writer_.get(it.request, context_->to.jwks);
        it.leg = leg_;
        return true;
    }
    judgement on_answer(iteration&, const answer& a) override {
        if (a.status != 200) return wrong_status(a);
        // RFC 7517 §5: keys is an array. Its content is parsed once before the run, not for each answer.
        if (a.body.find("\"keys\"") == std::string_view::npos)
            return {"no key set", std::string(a.body.substr(0, 200)), false};
        return {};
    }
};

class fetching_metadata final : public one_request {
public:
    explicit fetching_metadata(std::shared_ptr<flow_context> c) : one_request(std::move(c), "metadata") {}
    bool begin(iteration& it) override {
        writer_.get(it.request, context_->to.metadata);
        it.leg = leg_;
        return true;
    }
    judgement on_answer(iteration&, const answer& a) override {
        if (a.status != 200) return wrong_status(a);
        const auto document = json::parse(a.body);
        if (!document) return {"no JSON", std::string(a.body.substr(0, 200)), false};
        // RFC 8414 §3.3: the issuer is the one that was asked for.
        const std::string_view issuer = document->string_at("issuer");
        if (issuer != context_->to.issuer) return {"metadata of another issuer", std::string(issuer), false};
        return {};
    }
};

class plain_request final : public one_request {
public:
    plain_request(std::string path, std::shared_ptr<flow_context> c)
        : one_request(std::move(c), "request"), path_(std::move(path)) {}
    bool begin(iteration& it) override {
        writer_.get(it.request, path_);
        it.leg = leg_;
        return true;
    }
    judgement on_answer(iteration&, const answer& a) override {
        return a.status >= 200 && a.status < 400 ? judgement{} : wrong_status(a);
    }

private:
    std::string path_;
};

result<void> demand(const std::string& path, std::string_view what) {
    if (!path.empty()) return {};
    return fail(errc::unsupported,
                fmt::format("the server's metadata names no {}; leave that flow out, or name it under "
                            "`endpoints` of a server.yaml",
                            what));
}

}  // namespace

const std::vector<std::string>& flow_names() {
    static const std::vector<std::string> names{"code_exchange", "sign_in",  "refresh",  "client_credentials",
                                                "introspect",    "userinfo", "id_token", "jwks",
                                                "metadata",      "session",  "request"};
    return names;
}

bool needs_codes(const flow_options& o) {
    return o.name == "code_exchange" || o.name == "id_token";
}

bool needs_sessions(const flow_options& o) {
    return o.name == "refresh" || o.name == "introspect" || o.name == "userinfo" || o.name == "session";
}

bool can_verify(const flow_options& o) {
    return needs_codes(o) || o.name == "sign_in" || o.name == "refresh";
}

bool can_replay(const flow_options& o) {
    return needs_codes(o) || o.name == "sign_in" || o.name == "refresh";
}

result<std::unique_ptr<flow>> make_flow(const flow_options& o, const std::shared_ptr<flow_context>& c) {
    const party& to = c->to;
    result<void> ok;
    std::unique_ptr<flow> out;
    flow_options own = o;
    if (o.name == "code_exchange" || o.name == "id_token") {
        ok = demand(to.token, "token_endpoint");
        if (o.name == "id_token") own.verify_id_token = true;
        out = make_code_exchange(own, c);
    } else if (o.name == "sign_in") {
        ok = demand(to.authorize, "authorization_endpoint");
        out = make_sign_in(o, c);
    } else if (o.name == "refresh") {
        ok = demand(to.token, "token_endpoint");
        out = make_refresh(o, c);
    } else if (o.name == "client_credentials") {
        ok = demand(to.token, "token_endpoint");
        out = make_client_credentials(o, c);
    } else if (o.name == "introspect") {
        ok = demand(to.introspect, "introspection_endpoint");
        out = std::make_unique<introspecting>(c);
    } else if (o.name == "userinfo") {
        ok = demand(to.userinfo, "userinfo_endpoint");
        out = std::make_unique<asking_userinfo>(c);
    } else if (o.name == "session") {
        ok = demand(to.userinfo, "userinfo_endpoint");
        out = make_session(o, c);
    } else if (o.name == "jwks") {
        ok = demand(to.jwks, "jwks_uri");
        out = std::make_unique<fetching_keys>(c);
    } else if (o.name == "metadata") {
        ok = demand(to.metadata, "metadata document of its own");
        out = std::make_unique<fetching_metadata>(c);
    } else if (o.name == "request") {
        out = std::make_unique<plain_request>(o.path.empty() ? "/" : o.path, c);
    } else {
        return fail(errc::usage, fmt::format("there is no flow '{}'{}", o.name, did_you_mean(o.name, flow_names())));
    }
    if (!ok) return fail(ok.error());
    // A flow of one request is that request; a whole of its own would say everything twice.
    const bool several = o.name == "sign_in" || o.name == "session" || own.replay > 0 || own.key_caches > 0;
    if (several) out->whole = c->records.leg(o.name + "_flow") + 1;
    return out;
}

}  // namespace assay::load
