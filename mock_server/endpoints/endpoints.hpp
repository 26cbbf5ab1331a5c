// The endpoints of an issuer, one file each: (request, issuer, now) in, an answer out. No sockets here.
#pragma once

#include "mock_server/request/answers.hpp"

namespace assay::mock::endpoints {

[[nodiscard]] answer metadata(context& c);  // OIDC Discovery §4, RFC 8414 §3
// RFC 9728: the path of the resource whose metadata is at `path`.
[[nodiscard]] std::optional<std::string_view> match_resource_metadata(const context& c, std::string_view path);
[[nodiscard]] answer resource_metadata(context& c, std::string_view path);
[[nodiscard]] answer jwks(context& c);                                       // RFC 7517 §5
[[nodiscard]] answer authorize(context& c);                                  // RFC 6749 §4.1.1: the page
[[nodiscard]] answer authorize_api(context& c);                              // Polar: the JSON behind the page
[[nodiscard]] answer consent(context& c);                                    // the form's answer
[[nodiscard]] answer log_in(context& c);                                     // who is signed in
[[nodiscard]] answer token(context& c);                                      // RFC 6749 §4.1.3, §6
[[nodiscard]] answer userinfo(context& c);                                   // OIDC Core §5.3
[[nodiscard]] answer introspect(context& c);                                 // RFC 7662
[[nodiscard]] answer revoke(context& c);                                     // RFC 7009
[[nodiscard]] answer end_session(context& c);                                // OpenID Connect RP-Initiated Logout
[[nodiscard]] answer par(context& c);                                        // RFC 9126
[[nodiscard]] answer register_client(context& c);                            // RFC 7591
[[nodiscard]] answer manage_client(context& c, std::string_view client_id);  // RFC 7592
[[nodiscard]] answer list_clients(context& c);                               // Polar: a person's own
[[nodiscard]] answer report_secrets(context& c);                             // GitHub's, as Polar takes them
[[nodiscard]] answer resource_request(context& c, const resource& r, std::string_view organization_id);

}  // namespace assay::mock::endpoints
