// A server with a handler, and helpers for calls. Each test has its own servers on free ports.
#pragma once

#include <cstdlib>
#include <memory>
#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "http/client.hpp"
#include "http/server.hpp"

namespace assay::http::test {

using std::chrono::milliseconds;

inline std::unique_ptr<server> serve(handler h, server_options o = {}) {
    auto made = server::start(o, std::move(h));
    if (!made) {
        ADD_FAILURE() << made.error().text();
        std::abort();
    }
    return std::move(*made);
}

inline response text(std::string body, int status = 200) {
    response r;
    r.status = status;
    r.head = {{"Content-Type", "text/plain"}};
    r.body = std::move(body);
    return r;
}

inline plan echo_target(const request& r) {
    return reply(text(r.target));
}

inline call get(const std::string& origin, std::string target) {
    call c;
    c.origin = origin;
    c.r.target = std::move(target);
    return c;
}

inline call post(const std::string& origin, std::string target, std::string body) {
    call c = get(origin, std::move(target));
    c.r.method = "POST";
    c.r.body = std::move(body);
    return c;
}

inline std::size_t count(std::string_view text, std::string_view part) {
    std::size_t n = 0;
    for (std::size_t at = text.find(part); at != std::string_view::npos; at = text.find(part, at + 1)) ++n;
    return n;
}

}  // namespace assay::http::test
