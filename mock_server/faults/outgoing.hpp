// An answer about to be sent, as changed by the operations of its faults. Pure functions, thread-safe.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "http/message.hpp"
#include "mock_server/faults/operation.hpp"

namespace assay::mock {

struct outgoing_answer {
    http::response r;
    std::vector<std::string> without;  // header fields that the listener must not add
};

// How it is sent: first the steps of `first`, then the answer, or `instead` in its place. The first operation that
// sets `instead` takes effect.
struct sending {
    outgoing_answer a;
    http::plan first{};
    std::function<void(http::plan& p, const http::response& r)> instead{};
    bool closes = false;  // closes the connection although the answer would keep it open
};

// status, reason, header.*, body.*, json.*, jwks.*, endpoint.*.
void apply_to_answer(outgoing_answer& a, const std::vector<operation>& operations);
// tcp.* and http.interim, applied to the result of the operations above.
[[nodiscard]] http::plan plan_of(outgoing_answer a, const std::vector<operation>& operations);

}  // namespace assay::mock
