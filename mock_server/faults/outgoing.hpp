// An answer on its way out, as the operations of its faults want it. Pure functions, thread-safe.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "http/message.hpp"
#include "mock_server/faults/operation.hpp"

namespace assay::mock {

struct outgoing_answer {
    http::response r;
    std::vector<std::string> without;  // header fields that the listener would add by itself, and must not
};

// How it is sent. The steps of `first` come before it; `instead` sends it in another way than whole, and the first
// operation that has such a way wins.
struct sending {
    outgoing_answer a;
    http::plan first{};
    std::function<void(http::plan& p, const http::response& r)> instead{};
    bool closes = false;  // the connection, which the answer lets stand
};

// status, reason, header.*, body.*, json.*, jwks.*, endpoint.*.
void apply_to_answer(outgoing_answer& a, const std::vector<operation>& operations);
// tcp.* and http.interim; what the operations above made of it comes in.
[[nodiscard]] http::plan plan_of(outgoing_answer a, const std::vector<operation>& operations);

}  // namespace assay::mock
