// Linked into every test program that may run a server: a request whose handler keeps the thread of its server busy
// for more than 50 ms fails the test, because all other connections wait for that long.
#include <chrono>
#include <string_view>

#include <gtest/gtest.h>

#include "http/handler_watch.hpp"

namespace {

// Without optimization the same work takes several times as long.
#ifdef __OPTIMIZE__
constexpr std::chrono::milliseconds most{50};
#else
constexpr std::chrono::milliseconds most{200};
#endif

// Sanitizers make processor time meaningless.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool sanitized = true;
#elif defined(__has_feature)
constexpr bool sanitized = __has_feature(address_sanitizer) || __has_feature(thread_sanitizer);
#else
constexpr bool sanitized = false;
#endif

void fail_if_slow(std::string_view request, std::chrono::nanoseconds took) {
    if (took <= most) return;
    // Makes an RSA key, once for each mock.
    if (request.find("tls_static_rsa") != std::string_view::npos) return;
    ADD_FAILURE() << "a request kept a thread of its server busy for "
                  << std::chrono::duration_cast<std::chrono::milliseconds>(took).count() << " ms: " << request;
}

class watchdog : public testing::EmptyTestEventListener {
    void OnTestStart(const testing::TestInfo&) override { assay::http::watch_handlers(fail_if_slow); }
};

const bool listens = [] {
    if (!sanitized) testing::UnitTest::GetInstance()->listeners().Append(new watchdog);  // which owns it
    return true;
}();

}  // namespace
