// Token exchange: the mock's own work in the process, then over a loopback connection, compared with the raw signing
// rate of the same key. Before measuring, an unknown code must be refused.
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>

#include <benchmark/benchmark.h>

#include "http/client.hpp"
#include "mock_server/keys/keys.hpp"
#include "mock_server/server/embedded.hpp"
#include "oauth/client_auth.hpp"
#include "oauth/form.hpp"
#include "oauth/pkce.hpp"

namespace assay {
namespace {

[[noreturn]] void give_up(const std::string& why) {
    std::fputs(("token_bench: " + why + "\n").c_str(), stderr);
    std::exit(1);
}

const std::string verifier = "bench-verifier-0123456789-ABCDEFGHIJ-abcdefghij";

// A mock with one client whose user is always signed in and always consents.
class fixture {
public:
    explicit fixture(const std::string& scope) : scope_(scope) {
        mock::embedded_options options;
        options.control = false;
        mock::issuer_request issuer;
        issuer.dialect = "strict";
        issuer.how = mock::sign_in::automatic;
        mock::client c;
        c.client_id = "bench";
        c.client_secret = "bench-secret";
        c.redirect_uris = {"http://127.0.0.1:1/cb"};
        c.scope = "openid email";
        issuer.clients.push_back(c);
        options.default_issuer = std::move(issuer);
        auto started = mock::embedded::start(std::move(options));
        if (!started) give_up(started.error().text());
        running_ = std::move(*started);
        if (status_of(in_process(exchange("made-up"))) != 400) give_up("a made-up code was not refused");
        if (status_of(in_process(exchange(fresh_code()))) != 200) give_up("a good code was refused");
    }

    http::response in_process(const http::request& r) {
        auto plan = running_->core().handle(r);
        return std::get<http::write_response>(plan.front().what).r;
    }
    static int status_of(const http::response& r) { return r.status; }

    std::string fresh_code() {
        http::request r;
        r.target = "/authorize?" + oauth::format_form({{"response_type", "code"},
                                                       {"client_id", "bench"},
                                                       {"redirect_uri", "http://127.0.0.1:1/cb"},
                                                       {"scope", scope_},
                                                       {"state", "s"},
                                                       {"code_challenge", oauth::s256_challenge(verifier)},
                                                       {"code_challenge_method", "S256"}});
        const auto answer = in_process(r);
        const std::string location(answer.head.value("location"));
        const auto begin = location.find("code=");
        if (begin == std::string::npos) give_up("no code: " + answer.body);
        return location.substr(begin + 5, location.find('&', begin) - begin - 5);
    }

    static http::request exchange(const std::string& code) {
        http::request r;
        r.method = "POST";
        r.target = "/token";
        r.head.append("Content-Type", "application/x-www-form-urlencoded");
        r.head.append("Authorization", oauth::format_basic("bench", "bench-secret"));
        r.body = oauth::format_form({{"grant_type", "authorization_code"},
                                     {"code", code},
                                     {"redirect_uri", "http://127.0.0.1:1/cb"},
                                     {"code_verifier", verifier}});
        return r;
    }
    [[nodiscard]] std::string origin() const { return running_->origin(); }

private:
    std::string scope_;
    std::unique_ptr<mock::embedded> running_;
};

void exchange_in_process(benchmark::State& state, const std::string& scope) {
    fixture f(scope);
    for (auto _ : state) {
        state.PauseTiming();
        const auto request = fixture::exchange(f.fresh_code());
        state.ResumeTiming();
        const auto answer = f.in_process(request);
        if (answer.status != 200) give_up("an exchange failed: " + answer.body);
    }
    state.SetItemsProcessed(state.iterations());
}

void exchange_over_loopback(benchmark::State& state, const std::string& scope) {
    fixture f(scope);
    http::client c;
    for (auto _ : state) {
        state.PauseTiming();
        const auto request = fixture::exchange(f.fresh_code());
        state.ResumeTiming();
        auto answer = c.send({f.origin(), request});
        if (!answer || answer->received.status != 200) give_up("an exchange over loopback failed");
    }
    state.SetItemsProcessed(state.iterations());
}

// The minimum cost of the id_token: the raw RS256 signature with the mock's key.
void raw_rs256_signature(benchmark::State& state) {
    const auto& key = mock::development_key("RS256", "bench");
    const std::string input(700, 'x');
    for (auto _ : state) benchmark::DoNotOptimize(key.sign(oauth::jws_alg::RS256, input));
    state.SetItemsProcessed(state.iterations());
}

BENCHMARK_CAPTURE(exchange_in_process, opaque, std::string("email"));
BENCHMARK_CAPTURE(exchange_in_process, id_token_RS256, std::string("openid email"));
BENCHMARK_CAPTURE(exchange_over_loopback, opaque, std::string("email"))->UseRealTime();
BENCHMARK_CAPTURE(exchange_over_loopback, id_token_RS256, std::string("openid email"))->UseRealTime();
BENCHMARK(raw_rs256_signature);

}  // namespace
}  // namespace assay
