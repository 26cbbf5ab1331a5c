// The client page at `{issuer}/client/`: an OAuth client in the browser that signs in at this issuer, redeems the
// code and shows what came back, with every claim judged. Its requests go to the issuer like any client's, so faults
// and the dialect act on them; the page itself shows the mock, so they do not change it. Thread-safe.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "http/message.hpp"
#include "mock_server/issuer/issuer.hpp"

namespace assay::mock {

// Whether `path` (below the issuer) belongs to the client page.
[[nodiscard]] bool is_client_page(std::string_view path);
// Its URL: the redirect_uri and the post_logout_redirect_uri of the demo clients.
[[nodiscard]] std::string client_page_url(std::string_view issuer_base);
// The URL of the page that is registered at `at`: a fault issuer has the clients of another issuer, so it is that
// one's.
[[nodiscard]] std::string client_page_callback(const issuer& at);
// GET: the page and its script. POST of `tokens`: HTML that takes the tokens of the form apart.
[[nodiscard]] http::plan client_page(const http::request& r, const issuer& at, std::string_view path);

}  // namespace assay::mock
