// One connection as raw bytes: what was received, and how it ended.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace assay::mock::testing {

enum class ended { closed, reset, silent };

struct raw_answer {
    std::string bytes;
    ended how = ended::closed;
    std::chrono::milliseconds took{};

    bool operator==(const raw_answer& other) const { return bytes == other.bytes && how == other.how; }
};

// Sends `bytes` to 127.0.0.1:`port` and reads until the connection ends or no byte came for `patience`.
[[nodiscard]] raw_answer raw_exchange(std::uint16_t port, std::string_view bytes, std::chrono::milliseconds patience);

}  // namespace assay::mock::testing
