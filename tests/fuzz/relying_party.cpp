// Our relying party against any server: a sign-in at a server that answers what the input says (hostile_server.hpp).
// The first line is a list of faults of the mock, the second the query of the callback (empty: the server's own). A
// careful client that accepts tokens has verified the ID Token.
#include "harness/relying_party/relying_party.hpp"

#include <ctime>

#include "mock_server/faults/fault.hpp"
#include "tests/fuzz/hostile_server.hpp"
#include "tests/fuzz/mutation.hpp"
#include "tests/fuzz/script.hpp"

namespace {

using namespace assay;

const std::vector<std::string>& words() {
    static const auto all = [] {
        std::vector<std::string> out{"\n--\n",
                                     "HTTP/1.1 200 OK\nContent-Type: application/json\n\n{}",
                                     "HTTP/1.1 302 Found\nLocation: /\n\n",
                                     "Transfer-Encoding: chunked\n",
                                     "+{\"iss\":\"https://evil.example\"}",
                                     "+{\"token_endpoint\":null}",
                                     "+{\"id_token\":\"e30.e30.\"}",
                                     "+{\"access_token\":1}",
                                     "+{\"keys\":[]}",
                                     "\"expires_in\":\"x\"",
                                     "\"token_type\":\"mac\"",
                                     "code=x&state=y",
                                     "error=access_denied",
                                     "null",
                                     "~"};
        for (const auto& f : mock::faults()) out.push_back(f.name);
        return out;
    }();
    return all;
}

void must_be_about_us(const harness::rp_settings& s, const harness::sign_in_flow& flow, const harness::token_set& t) {
    fuzz::must(!t.access_token.empty(), "tokens have an access token");
    if (!t.claims) return;
    const json::value claims(*t.claims);
    fuzz::must(claims.string_at("iss") == s.issuer, "an accepted ID Token is of this issuer");
    fuzz::must(claims.string_at("nonce") == flow.nonce, "and of this sign-in");
    fuzz::must(!claims.string_at("sub").empty(), "and has a subject");
    const auto* aud = claims.find("aud");
    const auto* list = aud == nullptr ? nullptr : aud->as_array();
    const bool ours =
        claims.string_at("aud") == s.client_id ||
        (list != nullptr && std::find(list->begin(), list->end(), json::value(s.client_id)) != list->end());
    fuzz::must(ours, "and for this client");
    const auto* exp = claims.find("exp");
    fuzz::must(
        exp != nullptr && exp->as_number() && *exp->as_number() > static_cast<double>(std::time(nullptr)) - 600,
        "and has not expired");
}

void sign_in(fuzz::hostile_server& server, const std::string& callback) {
    harness::rp_settings s;
    s.issuer = server.origin();
    s.client_id = "web";
    s.client_secret = "web-secret-4f1a";
    s.scope = "openid email offline_access";
    s.redirect_uri = "http://127.0.0.1:1/cb";
    s.extra.set("assay_user", "ada");
    harness::rp_memory memory;
    harness::rp_party party(s, memory);
    const auto p = party.discover();
    if (!p) {
        fuzz::must(!p.error().code.empty() && !p.error().message.empty(), "a refusal says why");
        return;
    }
    fuzz::must(p->issuer == s.issuer, "a careful client uses the metadata of its issuer");
    const auto flow = party.start_flow();
    const auto url = party.authorization_url(*p, flow);
    if (!url) return;
    std::string query = callback;
    if (query.empty() && url->starts_with(s.issuer)) {
        const auto at = server.honest(url->substr(s.issuer.size())).head;
        const std::string to(at.value("Location"));
        query = to.substr(std::min(to.find('?'), to.size()));
        if (!query.empty()) query.erase(0, 1);
    }
    const auto code = party.judge_callback(*p, oauth::read_form(query).fields, query, flow);
    if (!code) return;
    auto tokens = party.redeem(*p, *code, flow);
    if (!tokens) return;
    must_be_about_us(s, flow, *tokens);
    fuzz::must(tokens->claims.has_value(), "a sign-in with openid has an ID Token");
    (void)party.userinfo(*p, *tokens);
    (void)party.refresh(*p, *tokens);
    (void)party.call(server.origin() + "/resource", *tokens);
    (void)party.end_session_url(*p, *tokens);
}

}  // namespace

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t max_size,
                                               unsigned seed) {
    return fuzz::mutate_text(data, size, max_size, seed, words());
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static fuzz::hostile_server server;
    auto text = fuzz::text_of(data, size);
    const auto faults = fuzz::take_until(text, "\n");
    const std::string callback(fuzz::take_until(text, "\n"));
    server.restart(faults, text);
    sign_in(server, callback);
    return 0;
}
