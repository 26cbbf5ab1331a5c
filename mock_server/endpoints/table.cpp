#include "mock_server/endpoints/table.hpp"

namespace assay::mock::endpoints {

answer metadata(context& c);              // OIDC Discovery §4, RFC 8414 §3
answer authorize(context& c);             // RFC 6749 §4.1.1: the page
answer authorize_api(context& c);         // Polar: the JSON behind the page
answer consent(context& c);               // the submitted consent form
answer log_in(context& c);                // the submitted sign-in form
answer token(context& c);                 // RFC 6749 §4.1.3, §6
answer userinfo(context& c);              // OIDC Core §5.3
answer jwks(context& c);                  // RFC 7517 §5
answer certs(context& c);                 // Google: the keys as PEM
answer revoke(context& c);                // RFC 7009
answer introspect(context& c);            // RFC 7662
answer register_client(context& c);       // RFC 7591
answer par(context& c);                   // RFC 9126
answer device_authorization(context& c);  // RFC 8628 §3.1
answer device(context& c);                // RFC 8628 §3.3: the page for the code of a device
answer end_session(context& c);           // OpenID Connect RP-Initiated Logout
answer list_clients(context& c);          // Polar: a user's own clients
answer report_secrets(context& c);        // GitHub's secret scanning reports, for Polar
answer webfinger(context& c);             // RFC 7033, OIDC Discovery §2

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
        {&endpoint_named("certs"), certs},
        {&endpoint_named("revoke"), revoke},
        {&endpoint_named("introspect"), introspect},
        {&endpoint_named("register"), register_client},
        {&endpoint_named("par"), par},
        {&endpoint_named("device_authorization"), device_authorization},
        {&endpoint_named("device"), device},
        {&endpoint_named("end_session"), end_session},
        {&endpoint_named("clients"), list_clients},
        {&endpoint_named("secret_scanning"), report_secrets},
        {&endpoint_named("webfinger"), webfinger},
    };
    return all;
}

}  // namespace assay::mock::endpoints
