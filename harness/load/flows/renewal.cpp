#include "harness/load/flows/renewal.hpp"

#include <utility>

namespace assay::load {

renewed_sessions::renewed_sessions(std::shared_ptr<flow_context> c)
    : context_(std::move(c)), request_(context_->records.id_of("refresh")) {}

std::int64_t renewed_sessions::ahead_s() const {
    return context_->clock == nullptr ? 0 : context_->clock->ahead_s.load();
}

bool renewed_sessions::too_old(const session& s) const {
    return s.renew_at_ms != 0 && issuer_now_ms(ahead_s()) >= s.renew_at_ms;
}

session* renewed_sessions::next(iteration& it) {
    const auto& all = context_->sessions;
    for (std::size_t tried = 0; tried < all.size(); ++tried) {
        session* one = all[at_++ % all.size()];
        if (one->in_renewal || (one->in_use > 0 && too_old(*one))) continue;
        if (one->refresh_token.empty() && too_old(*one)) {
            context_->records.note(
                "access tokens expired during the run and no refresh token came with them; "
                "use more sessions in a shorter run, or longer lifetimes");
            continue;
        }
        return it.of = one;
    }
    return it.of = nullptr;
}

bool renewed_sessions::renew(iteration& it, request_writer& writer) {
    if (!too_old(*it.of)) return false;
    it.of->in_renewal = true;
    fields_.assign("grant_type=refresh_token");
    add_field(fields_, "refresh_token", it.of->refresh_token);
    writer.post(it.bytes, context_->to.token, fields_);
    it.request = request_;
    return true;
}

judgement renewed_sessions::take(iteration& it, const response& a) {
    token_response got;
    judgement bad = read_tokens(a, got);
    if (!bad.kind.empty()) {
        // A refresh token that was refused with 400 is not tried again (RFC 6749 §5.2).
        if (a.status != 400) it.of->in_renewal = false;
        return bad;
    }
    it.of->renew_at_ms = renew_at_ms(ahead_s(), got.expires_in);
    it.of->access_token = std::move(got.access_token);
    if (!got.refresh_token.empty()) it.of->refresh_token = std::move(got.refresh_token);
    it.of->in_renewal = false;
    return {};
}

}  // namespace assay::load
