// How tests wait: for a condition, not for a time, with a limit far below the 300 s after which ctest kills a test
// silently. A failed wait says what it waited for.
#pragma once

#include <chrono>
#include <future>
#include <string_view>
#include <thread>

#include <gtest/gtest.h>

namespace assay::tests {

inline constexpr std::chrono::seconds patience{60};

// True once `holds()` is true; after `patience` a test failure that names `what`, and false.
template <class Condition>
[[nodiscard]] bool came(std::string_view what, Condition holds) {
    const auto until = std::chrono::steady_clock::now() + patience;
    while (!holds()) {
        if (std::chrono::steady_clock::now() >= until) {
            ADD_FAILURE() << "waited " << patience.count() << " s in vain for " << what;
            return false;
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    return true;
}

// The same for a future of another thread.
template <class T>
[[nodiscard]] bool came(std::string_view what, const std::future<T>& promised) {
    if (promised.wait_for(patience) == std::future_status::ready) return true;
    ADD_FAILURE() << "waited " << patience.count() << " s in vain for " << what;
    return false;
}

}  // namespace assay::tests
