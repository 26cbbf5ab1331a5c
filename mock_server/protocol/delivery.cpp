#include "mock_server/protocol/delivery.hpp"

#include <utility>

#include "mock_server/faults/operations/callback.hpp"
#include "mock_server/faults/sent.hpp"
#include "mock_server/pages/pages.hpp"
#include "mock_server/request/answers.hpp"
#include "mock_server/request/refusals.hpp"
#include "mock_server/request/shape.hpp"

namespace assay::mock {
namespace {

http::response form_post(const context& c, const std::string& redirect_uri, const json::object& members) {
    auto out = html_response(c, 200, pages::form_post(redirect_uri, as_form(members)));
    out.head.set("Cache-Control", c.enforces(rule::authorize_form_post_not_cached) ? "no-store" : "max-age=3600");
    return out;
}

std::string changed_code(std::string code, const std::vector<operation>& operations) {
    apply<of_code>(operations, code);
    return code;
}

http::response send(const context& c, const callback& to, const json::object& members, const redirect& how) {
    if (to.by_form || how.by_form) return form_post(c, to.target, members);
    static const std::vector<std::string> none;
    const auto& registered = to.who ? to.who->redirect_uris : none;
    return redirect_response(c, callback_url(to.target, registered, members, how, to.in_query));
}

}  // namespace

bool goes_by_form(const context& c, const std::string& response_mode) {
    return response_mode == "form_post" && c.enforces(rule::authorize_form_post_delivered);
}

callback_answer call_back(context& c, const callback& to, const json::object& members) {
    const auto* member = members.find("code");
    const std::string code = member != nullptr && member->is_string() ? *member->as_string() : "";
    if (c.faults->none_at(hook::callback)) return {code, send(c, to, members, {})};
    const auto taken = c.take_faults(hook::callback, [&] {
        return json::object{{"client_id", to.who ? to.who->client_id : c.client_id}};
    });
    const auto changed = [&](const std::vector<operation>& operations) {
        auto out = members;
        if (!code.empty()) out.set("code", changed_code(code, operations));
        apply<of_query>(operations, out);
        return out;
    };
    const auto before = c.faults->exchange_previous("callback", json::value(changed(operations_of(taken))));
    const auto make = [&](const std::vector<operation>& operations) {
        auto mine = changed(operations);
        apply<of_query_before>(operations, mine, before);
        return callback_answer{code.empty() ? code : changed_code(code, operations),
                               send(c, to, mine, redirect_of(operations))};
    };
    return c.under(taken, make, [](const callback_answer& a) { return sent(a.r, false); });
}

http::response deliver_error(context& c, const authorization_refusal& r) {
    json::object out{{"error", r.why.error}};
    if (!r.why.description.empty()) out.append("error_description", r.why.description);
    append_stated_members(c, r.why, out);
    const bool dropped =
        c.endpoint == "consent" && c.speaks().consent_errors_drop_state && r.why.id != rule::consent_denial_respected;
    if (!r.state.empty() && !dropped && c.enforces(rule::authorize_state_returned)) out.append("state", r.state);
    if (c.enforces(rule::authorize_iss_returned) && c.enforces(rule::authorize_iss_returned_with_errors))
        out.append("iss", c.at->url());
    const callback to{r.redirect_uri, c.at->find_client(c.client_id), true, goes_by_form(c, r.response_mode)};
    return call_back(c, to, out).r;
}

}  // namespace assay::mock
