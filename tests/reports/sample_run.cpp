#include "tests/reports/sample_run.hpp"

#include <utility>

namespace assay::tests {
namespace {

using reports::evidence;
using reports::finding;
using reports::level;
using reports::row;
using reports::verdict;

const std::string mock = "mock";
const std::string polar = "polar@2025-02";

row made(std::string check, std::string title, std::vector<std::string> source, verdict v) {
    row r;
    r.check = std::move(check);
    r.subject = mock;
    r.dialect = polar;
    r.title = std::move(title);
    r.source = std::move(source);
    r.verdict = v;
    r.time_us = 12'345;
    r.reproduce = "assay run --server http://127.0.0.1:8080/i/t1 --only " + r.check;
    return r;
}

row passed(std::string check, std::string title, std::string clause) {
    return made(std::move(check), std::move(title), {std::move(clause)}, verdict::pass);
}

evidence token_exchange() {
    return {"2 token",
            "POST /i/t1/v1/oauth2/token HTTP/1.1\r\nHost: 127.0.0.1:8080\r\n"
            "Authorization: Basic Y2xpZW50OmNsaWVudC1zZWNyZXQ=\r\n"
            "Content-Type: application/x-www-form-urlencoded\r\n\r\n"
            "grant_type=authorization_code&code=ac_5d3e8f1b20&redirect_uri=http%3A%2F%2F127.0.0.1%3A1%2Fpublic%2Fcb&"
            "code_verifier=ver1fier-ver1fier-ver1fier-ver1fier-ver1f",
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nCache-Control: no-store\r\n"
            "Set-Cookie: session=c00kie-value; Path=/; HttpOnly\r\n\r\n"
            "{\"access_token\": \"at_0f9c2b7d61\", \"token_type\": \"Bearer\", \"expires_in\": 3600, "
            "\"refresh_token\": \"rt_77aa41c09e\", \"id_token\": \"eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJhIn0.c2ln\", "
            "\"scope\": \"openid email\"}",
            8'210};
}

row failed_pkce() {
    row r =
        made("AS-PKCE-02", "A wrong code_verifier is refused", {"RFC 7636 §4.6", "RFC 9700 §2.1.1"}, verdict::fail);
    r.variant = "client=public";
    r.findings = {{"2 token", "status", "400", "200", "RFC 7636 §4.6", "scenarios/server/pkce/AS-PKCE-02.yaml:11:15"},
                  {"2 token", "json /access_token", "absent", "\"at_0f9c2b7d61\" and password=hunter2-hunter2",
                   "RFC 7636 §4.6", "scenarios/server/pkce/AS-PKCE-02.yaml:12:15"}};
    r.exchanges = {
        {"1 authorize", "GET /i/t1/oauth2/authorize?response_type=code&client_id=public&state=s1 HTTP/1.1\r\n\r\n",
         "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/public/cb?code=ac_5d3e8f1b20&state=s1\r\n\r\n", 3'004},
        token_exchange()};
    return r;
}

row failed_with_nasty_text() {
    row r = made("AS-ERR-02", "An error page escapes what it was given: <script>alert(\"1\" & '2')</script>",
                 {"RFC 6749 §5.2"}, verdict::fail);
    r.findings = {{"1 request", "body", "no <script>",
                   "<script>alert(1)</script>\x1b[31m red \x01\x7f é 漢字 🙂 \xff\xfe ]]> \u202Egpj.exe &amp;",
                   "", ""}};
    std::string body(64 << 10, 'a');
    for (std::size_t i = 99; i < body.size(); i += 100) body[i] = '\n';
    r.exchanges = {{"1 request", "GET /<script>?x='\"&y=%00 HTTP/1.1\r\nX-Odd: \x01\x02\r\n\r\n",
                    "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<script>alert(1)</script>\n" + body, 991}};
    return r;
}

row undecided() {
    row r = made("AS-JWKS-01", "The key set answers", {"RFC 7517 §5"}, verdict::error);
    r.reason = "no connection to http://127.0.0.1:9/jwks: connection refused; start the server and run again";
    r.exchanges = {{"1 jwks", "GET /jwks HTTP/1.1\r\nHost: 127.0.0.1:9\r\n\r\n", "", 40}};
    return r;
}

std::vector<row> server_rows() {
    row warned = made("AS-TRES-05", "A token response is not stored", {"RFC 6749 §5.1"}, verdict::warn);
    warned.level = level::should;
    warned.findings = {{"2 token", "header cache-control", "contains \"no-store\"", "absent", "RFC 6749 §5.1",
                        "scenarios/server/tres/AS-TRES-05.yaml:9:30"}};
    warned.exchanges = {token_exchange()};

    row observed = made("AS-RT-11", "How long a refresh token lives", {"RFC 6749 §1.5"}, verdict::info);
    observed.level = level::info;
    observed.findings = {{"3 refresh", "lifetime", "measured", "at least 30 days", "", ""}};

    row known = made("AS-REV-02", "An unknown token is answered with 200", {"RFC 7009 §2.2"}, verdict::known);
    known.reason = "Polar answers 400 to a token that it does not know; documented in its Connect page";
    known.findings = {{"1 revoke", "status", "200", "400", "RFC 7009 §2.2", ""}};

    row stale = made("AS-INTR-02", "Introspection needs authentication", {"RFC 7662 §2.1"}, verdict::stale);
    stale.reason = "expected to fail (profile polar), but it passes now; remove the row";

    row skip_1 = made("AS-DPOP-01", "A proof is bound to its token", {"RFC 9449 §4.3"}, verdict::skip);
    skip_1.reason = "the server does not have dpop";
    row skip_2 = made("AS-DPOP-02", "A proof is used once", {"RFC 9449 §11.1"}, verdict::skip);
    skip_2.reason = skip_1.reason;

    return {passed("AS-DISC-01", "The issuer is the one that was asked", "OIDC Discovery §4.3"),
            passed("AS-PKCE-01", "A right code_verifier is accepted", "RFC 7636 §4.6"),
            failed_pkce(),
            failed_with_nasty_text(),
            warned,
            observed,
            undecided(),
            known,
            stale,
            skip_1,
            skip_2};
}

std::vector<row> client_rows(const std::string& subject, bool careless) {
    row accepted = passed("RP-IDT-01", "A good ID Token is accepted", "OIDC Core §3.1.3.7");
    row audience = passed("RP-IDT-04", "An ID Token for another client is refused", "OIDC Core §3.1.3.7 (3)");
    if (careless) {
        audience.verdict = verdict::fail;
        audience.findings = {{"1 sign_in", "outcome", "rejected", "accepted", "OIDC Core §3.1.3.7 (3)",
                              "scenarios/client/idt/RP-IDT-04.yaml:10:15"}};
        audience.exchanges = {{"1 sign_in",
                               "GET /rp/1/callback?code=ac_5d3e8f1b20&state=s HTTP/1.1\r\n"
                               "Cookie: sid=c00kie-value\r\n\r\n",
                               "HTTP/1.1 200 OK\r\n\r\n{\"outcome\": \"accepted\", \"access_token\": "
                               "\"at_0f9c2b7d61\"}",
                               20'500}};
    }
    row state = made("RP-CB-02", "A callback with another state is refused", {"RFC 6749 §10.12"}, verdict::pass);
    state.exchanges = {{"2 deliver", "GET /rp/1/callback?code=ac_5d3e8f1b20&state=x HTTP/1.1\r\n\r\n",
                        "HTTP/1.1 400 Bad Request\r\n\r\n{\"outcome\": \"rejected\", \"code\": \"invalid_state\"}",
                        5'100}};
    std::vector<row> rows{accepted, audience, state};
    for (row& r : rows) {
        r.subject = subject;
        r.reproduce = "assay run --client careless-rp --only " + r.check + " --password=hunter2-hunter2";
    }
    return rows;
}

}  // namespace

reports::run sample_run() {
    reports::run r;
    r.command = "assay run --profile polar --client careless-rp --client-secret=hunter2-hunter2";
    r.started_at = "2026-11-24T03:00:00Z";
    r.time_us = 4'215'000;
    r.profile = "polar";
    r.subjects = {{"server", mock, "", polar, "http://127.0.0.1:8080/i/t1"},
                  {"client", "careless-rp", "1.2.3", polar, ""},
                  {"client", "authlib", "1.6.5", polar, ""}};
    r.notes = {"Node 20 is missing: openid-client was left out; install it and run again."};
    r.rows = server_rows();
    for (row& each : client_rows("careless-rp (confidential)", true)) r.rows.push_back(std::move(each));
    for (row& each : client_rows("authlib (public)", false)) r.rows.push_back(std::move(each));
    return r;
}

}  // namespace assay::tests
