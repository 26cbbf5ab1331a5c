#include "harness/load/flows/one_request.hpp"

#include <utility>

#include "data/json.hpp"
#include "harness/load/flows/flow_parts.hpp"

namespace assay::load {
namespace {

// Flows of one request that needs at most an access token.
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

// A public document.
class fetching : public one_request {
public:
    fetching(std::shared_ptr<flow_context> c, const char* name, std::string party::*at)
        : one_request(std::move(c), name), at_(at) {}
    bool begin(iteration& it) override {
        writer_.get(it.request, context_->to.*at_);
        it.leg = leg_;
        return true;
    }

private:
    std::string party::*at_;
};

class fetching_keys final : public fetching {
public:
    explicit fetching_keys(std::shared_ptr<flow_context> c) : fetching(std::move(c), "jwks", &party::jwks) {}
    judgement on_answer(iteration&, const answer& a) override {
        if (a.status != 200) return wrong_status(a);
        // RFC 7517 §5: keys is an array. The document is parsed once before the run, not for each response.
        if (a.body.find("\"keys\"") == std::string_view::npos)
            return {"no key set", std::string(a.body.substr(0, 200)), false};
        return {};
    }
};

class fetching_metadata final : public fetching {
public:
    explicit fetching_metadata(std::shared_ptr<flow_context> c)
        : fetching(std::move(c), "metadata", &party::metadata) {}
    judgement on_answer(iteration&, const answer& a) override {
        if (a.status != 200) return wrong_status(a);
        const auto document = json::parse(a.body);
        if (!document) return {"no JSON", std::string(a.body.substr(0, 200)), false};
        // RFC 8414 §3.3: the issuer must be the expected one.
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

}  // namespace

std::unique_ptr<flow> make_introspection(const flow_options&, std::shared_ptr<flow_context> c) {
    return std::make_unique<introspecting>(std::move(c));
}
std::unique_ptr<flow> make_userinfo(const flow_options&, std::shared_ptr<flow_context> c) {
    return std::make_unique<asking_userinfo>(std::move(c));
}
std::unique_ptr<flow> make_jwks(const flow_options&, std::shared_ptr<flow_context> c) {
    return std::make_unique<fetching_keys>(std::move(c));
}
std::unique_ptr<flow> make_metadata(const flow_options&, std::shared_ptr<flow_context> c) {
    return std::make_unique<fetching_metadata>(std::move(c));
}
std::unique_ptr<flow> make_request(const flow_options& o, std::shared_ptr<flow_context> c) {
    return std::make_unique<plain_request>(o.path.empty() ? "/" : o.path, std::move(c));
}

}  // namespace assay::load
