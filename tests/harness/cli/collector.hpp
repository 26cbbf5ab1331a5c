// A receiver of OpenTelemetry beside a test, which keeps what is pushed to it.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "http/server.hpp"

namespace assay::cli_tests {

struct collector {
    std::mutex lock;
    std::vector<http::request> came;
    std::unique_ptr<http::server> server = [this] {
        auto s = http::server::start({}, [this](http::request r) {
            const std::lock_guard guard(lock);
            came.push_back(std::move(r));
            return http::reply({});
        });
        EXPECT_TRUE(s) << s.error().text();
        return std::move(*s);
    }();
    std::vector<http::request> all() {
        const std::lock_guard guard(lock);
        return came;
    }
};

}  // namespace assay::cli_tests
