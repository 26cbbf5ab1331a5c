// The mock as a process for the comparison of token endpoints: token_server PORT opaque|jwt [THREADS [JOURNAL
// [ALG]]]. `jwt`: the access token is a JWT, so that a response with an id_token has two signatures. JOURNAL: the
// number of requests it keeps; 0 (default): none. ALG: the signing algorithm, default RS256.
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "mock_server/server/embedded.hpp"

int main(int argc, char** argv) {
    using namespace assay;
    if (argc < 3) {
        std::fputs("usage: token_server PORT opaque|jwt [THREADS [JOURNAL [ALG]]]\n", stderr);
        return 2;
    }
    mock::issuer_request issuer;
    issuer.how = mock::sign_in::automatic;
    mock::client c;
    c.client_id = "c1";
    c.client_secret = "s1";
    c.token_endpoint_auth_method = "client_secret_post";
    c.redirect_uris = {"http://127.0.0.1:9/cb"};
    c.scope = "openid email";
    if (std::string(argv[2]) == "jwt") c.access_token_format = "jwt";
    if (argc > 5) issuer.signing_algs = {argv[5]};
    issuer.clients.push_back(c);
    issuer.journal_entries = argc > 4 ? std::strtoul(argv[4], nullptr, 10) : 0;
    mock::embedded_options options;
    options.port = static_cast<std::uint16_t>(std::atoi(argv[1]));
    options.threads = argc > 3 ? static_cast<unsigned>(std::atoi(argv[3])) : 1;
    options.control = false;
    options.default_issuer = std::move(issuer);
    sigset_t ends;
    sigemptyset(&ends);
    sigaddset(&ends, SIGINT);
    sigaddset(&ends, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &ends, nullptr);
    auto running = mock::embedded::start(std::move(options));
    if (!running) {
        std::fputs((running.error().text() + "\n").c_str(), stderr);
        return 1;
    }
    std::puts((*running)->origin().c_str());
    std::fflush(stdout);
    int signal = 0;
    sigwait(&ends, &signal);
    (*running)->stop();
    return 0;
}
