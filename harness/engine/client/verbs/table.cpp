#include "harness/engine/client/verbs/table.hpp"

#include <array>

namespace assay::harness {

verb_list client_verbs() {
    static const auto table = std::to_array<const verb*>({
        &client_sign_in_verb(),
        &client_login_verb(),
        &client_deliver_verb(),
        &client_refresh_verb(),
        &client_userinfo_verb(),
        &client_call_verb(),
        &client_logout_verb(),
        &client_look_verb(),
    });
    return table;
}

client_step plain_sign_in() {
    client_step out;
    out.what = &client_sign_in_verb();
    return out;
}

std::optional<client_step> client_verb::in_control(const client_step& s) const {
    client_step out = s;
    out.expect.reset();
    return out;
}

}  // namespace assay::harness
