// A server of the test and a load on it: shared by tests of flows.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "harness/load/generator/run.hpp"
#include "http/server.hpp"

namespace assay::load {

constexpr std::int64_t ms = 1'000'000;

inline http::response json_answer(int status, std::string body) {
    http::response r;
    r.status = status;
    r.head.append("Content-Type", "application/json");
    r.body = std::move(body);
    return r;
}

inline std::unique_ptr<http::server> serve(http::handler handle) {
    auto server = http::server::start({}, std::move(handle));
    EXPECT_TRUE(server) << server.error().text();
    return std::move(*server);
}

inline run_options against(const std::string& origin) {
    run_options o;
    o.origin = origin;
    o.to.issuer = origin;
    o.to.token = "/token";
    o.to.authorize = "/authorize";
    o.to.userinfo = "/userinfo";
    o.to.introspect = "/introspect";
    o.to.jwks = "/jwks";
    o.to.metadata = "/.well-known/openid-configuration";
    o.to.client_id = "app";
    o.to.client_secret = "a secret";
    o.to.auth_method = "client_secret_basic";
    o.to.redirect_uri = "http://localhost/cb";
    o.to.people = {{"ada", "sub-ada"}};
    o.to.by_request = true;
    static const std::atomic<bool> never{false};
    o.stop = &never;
    return o;
}

inline load_plan plan_of(const std::string& flow, double rate, std::int64_t for_ns) {
    load_plan p;
    p.mix.emplace_back();
    p.mix.front().name = flow;
    p.stages = {{rate, rate, for_ns}};
    p.timeout_ns = 2000 * ms;
    return p;
}

inline load_result ran(const load_plan& p, run_options o) {
    auto r = run_load(p, std::move(o));
    EXPECT_TRUE(r) << r.error().text();
    return r ? std::move(*r) : load_result{};
}

}  // namespace assay::load
