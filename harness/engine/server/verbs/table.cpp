#include "harness/engine/server/verbs/table.hpp"

#include <array>
#include <memory>
#include <utility>

namespace assay::harness {

verb_list server_verbs() {
    static const auto table = std::to_array<const verb*>({
        &discover_verb(),
        &authorize_verb(),
        &submit_verb(),
        &token_verb(),
        &refresh_verb(),
        &userinfo_verb(),
        &introspect_verb(),
        &revoke_verb(),
        &jwks_verb(),
        &register_verb(),
        &resource_verb(),
        &request_verb(),
        &id_token_verb(),
        &access_token_verb(),
        &signed_userinfo_verb(),
        &logout_token_verb(),
        &par_verb(),
        &device_verb(),
        &poll_verb(),
        &exchange_verb_of_tokens(),
        &jwt_bearer_verb(),
        &decide_device_verb(),
        &logout_verb(),
        &assert_verb(),
        &listen_verb(),
        &received_verb(),
        &rotate_keys_verb(),
        &withdraw_consent_verb(),
        &handshake_verb(),
        &clock_verb(),
        &race_verb(),
        &for_each_verb(),
        &repeat_verb(),
    });
    return table;
}

step make_step(std::string_view verb, request_words words) {
    step out;
    out.what = find_verb(server_verbs(), verb);
    out.body = std::make_shared<request_words>(std::move(words));
    return out;
}

}  // namespace assay::harness
