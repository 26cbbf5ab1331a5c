// The mock that the rows of requests are sent to, and the parts of these requests.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "mock_server/control/control.hpp"
#include "mock_server/routing/mock.hpp"
#include "oauth/form.hpp"
#include "tests/cost/rows.hpp"

namespace assay::cost {

constexpr std::string_view verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
constexpr std::string_view challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

inline std::string listed(std::size_t n, std::string_view stem, std::string_view separator) {
    std::string out;
    for (std::size_t i = 0; i < n; ++i) out.append(i > 0 ? separator : "").append(stem).append(std::to_string(i));
    return out;
}
inline std::string quoted(std::size_t n, std::string_view stem) {
    return n == 0 ? "" : "\"" + listed(n, stem, "\",\"") + "\"";
}

// A mock with a client of each kind, and the requests of a row.
class subject {
public:
    explicit subject(const std::string& dialect = "strict") {
        core_.set_origin("http://127.0.0.1:9");
        mock::issuer_request r;
        r.dialect = dialect;
        r.how = mock::sign_in::by_request;
        for (const auto& [id, method] :
             {std::pair{"web", "client_secret_basic"}, {"spa", "none"}, {"jwt", "private_key_jwt"}}) {
            mock::client c;
            c.client_id = id;
            c.token_endpoint_auth_method = method;
            if (c.client_id == "web") c.client_secret = "web-secret";
            c.redirect_uris = {"http://127.0.0.1:1/cb"};
            c.scope = "openid email";
            r.clients.push_back(std::move(c));
        }
        r.resources = {"https://api.example/"};
        auto made = core_.create_default(r);
        if (!made) {
            r.resources.clear();
            made = core_.create_default(std::move(r));
        }
        at_ = *made;
    }
    [[nodiscard]] mock::issuer& issuer() { return *at_; }

    http::request get(std::string target) {
        http::request r;
        r.target = std::move(target);
        r.head.append("Host", "127.0.0.1:9");
        return r;
    }
    http::request post(std::string target, std::string body, std::string type = "application/x-www-form-urlencoded") {
        http::request r = get(std::move(target));
        r.method = "POST";
        r.head.append("Content-Type", std::move(type));
        r.head.append("Content-Length", std::to_string(body.size()));
        r.body = std::move(body);
        return r;
    }
    http::plan send(const http::request& r) { return core_.handle(r); }
    http::plan control(const http::request& r) { return mock::handle_control(core_, r); }

private:
    mock::mock core_{"seed"};
    std::shared_ptr<mock::issuer> at_;
};

// A row of the tables: a request to the mock or, with `control`, to its control API.
struct request_row {
    std::string_view name;
    std::size_t first, last;
    http::request (*make)(subject& s, std::size_t n);
    std::string_view dialect = "strict";
    bool control = false;
};

inline std::string asking(std::string_view more) {
    return std::string(
               "response_type=code&client_id=web&redirect_uri=http%3A%2F%2F127.0.0.1%3A1%2Fcb&state=s&assay_user=ada"
               "&code_challenge_method=S256&code_challenge=")
        .append(challenge)
        .append("&")
        .append(more);
}
inline http::request authorize(subject& s, std::string_view more) {
    return s.get("/authorize?" + asking(more));
}
inline http::request token(subject& s, std::string_view more) {
    auto r = s.post("/token", std::string("grant_type=authorization_code&code=x&redirect_uri=y&code_verifier=")
                                  .append(verifier)
                                  .append("&")
                                  .append(more));
    r.head.append("Authorization", "Basic d2ViOndlYi1zZWNyZXQ=");
    return r;
}
inline http::request registration(subject& s, std::string_view members) {
    return s.post("/register",
                  std::string(R"({"redirect_uris":["https://a.example/cb"])").append(members).append("}"),
                  "application/json");
}
inline http::request with_field(http::request r, std::string name, std::string value) {
    r.head.append(std::move(name), std::move(value));
    return r;
}
inline std::string key(std::size_t i) {
    return R"({"kty":"OKP","crv":"Ed25519","kid":")" + std::to_string(i) +
           R"(","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"})";
}
inline std::string keys(std::size_t n) {
    std::string out;
    for (std::size_t i = 0; i < n; ++i) out += (i > 0 ? "," : "") + key(i);
    return out;
}

// The three tables.
[[nodiscard]] std::span<const request_row> header_rows();
[[nodiscard]] std::span<const request_row> body_rows();
[[nodiscard]] std::span<const request_row> stored_rows();

}  // namespace assay::cost
