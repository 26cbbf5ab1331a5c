#include "harness/load/flows/one_request.hpp"

#include <utility>

#include "data/json.hpp"
#include "harness/load/flows/flow_parts.hpp"
#include "harness/load/flows/renewal.hpp"

namespace assay::load {
namespace {

// Flows of one request.
class one_request : public flow {
public:
    one_request(std::shared_ptr<flow_context> c, std::string_view request)
        : context_(std::move(c)), writer_(context_->to), request_(context_->records.id_of(request)) {}

protected:
    std::shared_ptr<flow_context> context_;
    request_writer writer_;
    recorder::request_id request_;
};

// Flows of one request with the access token of a session; a token that is about to expire is refreshed before it.
class with_token : public one_request {
public:
    with_token(std::shared_ptr<flow_context> c, std::string_view request)
        : one_request(c, request), sessions_(std::move(c)) {}
    bool begin(iteration& it) final {
        if (sessions_.next(it) == nullptr) return false;
        if (sessions_.renew(it, writer_)) {
            it.step = renewing;
        } else {
            use(it);
        }
        return true;
    }
    judgement on_response(iteration& it, const response& a) final {
        if (it.step != renewing) {
            --it.of->in_use;
            return judge(it, a);
        }
        if (judgement bad = sessions_.take(it, a); !bad.kind.empty()) return bad;
        use(it);
        return {{}, {}, true};
    }
    void abandon(iteration& it) final {
        if (it.step != renewing) --it.of->in_use;
    }

protected:
    virtual void write(iteration& it) = 0;
    virtual judgement judge(iteration& it, const response& a) = 0;

private:
    static constexpr int renewing = 1;

    void use(iteration& it) {
        write(it);
        ++it.of->in_use;
        it.request = request_;
        it.step = 0;
    }
    renewed_sessions sessions_;
};

class introspecting final : public with_token {
public:
    explicit introspecting(std::shared_ptr<flow_context> c) : with_token(std::move(c), "introspect") {}

protected:
    void write(iteration& it) override {
        fields_.clear();
        add_field(fields_, "token", it.of->access_token);
        writer_.post(it.bytes, context_->to.introspect, fields_);
    }
    judgement judge(iteration& it, const response& a) override {
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

class asking_userinfo final : public with_token {
public:
    explicit asking_userinfo(std::shared_ptr<flow_context> c) : with_token(std::move(c), "userinfo") {}

protected:
    void write(iteration& it) override { writer_.get(it.bytes, context_->to.userinfo, it.of->access_token); }
    judgement judge(iteration& it, const response& a) override {
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
    fetching(std::shared_ptr<flow_context> c, const char* name, std::string target::*at)
        : one_request(std::move(c), name), at_(at) {}
    bool begin(iteration& it) override {
        writer_.get(it.bytes, context_->to.*at_);
        it.request = request_;
        return true;
    }

private:
    std::string target::*at_;
};

class fetching_keys final : public fetching {
public:
    explicit fetching_keys(std::shared_ptr<flow_context> c) : fetching(std::move(c), "jwks", &target::jwks) {}
    judgement on_response(iteration&, const response& a) override {
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
        : fetching(std::move(c), "metadata", &target::metadata) {}
    judgement on_response(iteration&, const response& a) override {
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
        writer_.get(it.bytes, path_);
        it.request = request_;
        return true;
    }
    judgement on_response(iteration&, const response& a) override {
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
