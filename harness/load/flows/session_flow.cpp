// A session in use: how an application uses its tokens between sign-ins.
#include <utility>

#include "data/json.hpp"
#include "harness/load/flows/flow_parts.hpp"
#include "harness/load/flows/token_flows.hpp"

namespace assay::load {
namespace {

class using_session final : public flow {
public:
    explicit using_session(std::shared_ptr<flow_context> c)
        : context_(std::move(c)),
          writer_(context_->to),
          idle_(context_->sessions),
          userinfo_request_(context_->records.id_of("userinfo")),
          refresh_request_(context_->records.id_of("refresh")) {}

    bool begin(iteration& it) override {
        it.of = idle_.take();
        if (it.of == nullptr) return false;
        ask(it, asked);
        return true;
    }

    judgement on_response(iteration& it, const response& a) override {
        if (it.step == refreshed) return on_refresh(it, a);
        // RFC 6750 §3.1: an expired token is answered 401. That is not a failure: the flow refreshes.
        if (it.step == asked && a.status == 401) {
            fields_.assign("grant_type=refresh_token");
            add_field(fields_, "refresh_token", it.of->refresh_token);
            writer_.post(it.bytes, context_->to.token, fields_);
            it.request = refresh_request_;
            it.step = refreshed;
            return {{}, {}, true};
        }
        idle_.give_back(it.of);
        if (a.status != 200) return wrong_status(a);
        const auto document = json::parse(a.body);
        const std::string sub(document ? document->string_at("sub") : std::string_view{});
        if (it.of->sub.empty()) return {};
        context_->records.invariant("cross_user", sub == it.of->sub, "userinfo of another user");
        return sub == it.of->sub ? judgement{} : judgement{"userinfo of another user", sub, false};
    }

    void abandon(iteration& it) override { idle_.give_back(it.of); }

private:
    static constexpr int asked = 0;
    static constexpr int refreshed = 1;
    static constexpr int asked_again = 2;

    void ask(iteration& it, int step) {
        writer_.get(it.bytes, context_->to.userinfo, it.of->access_token);
        it.request = userinfo_request_;
        it.step = step;
    }

    judgement on_refresh(iteration& it, const response& a) {
        token_response got;
        judgement bad = read_tokens(a, got);
        if (!bad.kind.empty()) {
            if (a.status != 400) idle_.give_back(it.of);
            return bad;
        }
        context_->records.seen(unique_value::token, got.access_token);
        it.of->access_token = std::move(got.access_token);
        if (!got.refresh_token.empty() && got.refresh_token != it.of->refresh_token) {
            context_->records.seen(unique_value::refresh_token, got.refresh_token);
            it.of->refresh_token = std::move(got.refresh_token);
        }
        ask(it, asked_again);
        return {{}, {}, true};
    }

    std::shared_ptr<flow_context> context_;
    request_writer writer_;
    idle_sessions idle_;
    recorder::request_id userinfo_request_;
    recorder::request_id refresh_request_;
    std::string fields_;
};

}  // namespace

std::unique_ptr<flow> make_session(const flow_options&, std::shared_ptr<flow_context> c) {
    return std::make_unique<using_session>(std::move(c));
}

}  // namespace assay::load
