#include "mock_server/endpoints/table.hpp"

#include "mock_server/endpoints/endpoints.hpp"

namespace assay::mock::endpoints {

std::span<const served> table() {
    static constexpr served all[] = {
        {&endpoint_named("metadata"), metadata},
        {&endpoint_named("oauth_metadata"), metadata},
        {&endpoint_named("authorize"), authorize},
        {&endpoint_named("authorize_api"), authorize_api},
        {&endpoint_named("consent"), consent},
        {&endpoint_named("sign_in"), log_in},
        {&endpoint_named("token"), token},
        {&endpoint_named("userinfo"), userinfo},
        {&endpoint_named("jwks"), jwks},
        {&endpoint_named("revoke"), revoke},
        {&endpoint_named("introspect"), introspect},
        {&endpoint_named("register"), register_client},
        {&endpoint_named("par"), par},
        {&endpoint_named("end_session"), end_session},
        {&endpoint_named("clients"), list_clients},
        {&endpoint_named("secret_scanning"), report_secrets},
    };
    return all;
}

}  // namespace assay::mock::endpoints
