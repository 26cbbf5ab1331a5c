// What a peer gets, as one text: a fault that leaves it as it was has not fired. Nothing of the clock is in it, so
// that two of them can be compared. Pure functions.
#pragma once

#include <string>

#include "http/message.hpp"

namespace assay::mock {

// `head_only`: the answer to HEAD.
[[nodiscard]] std::string sent(const http::response& r, bool head_only);
// Bytes, delays and ends of the connection, in order. A hold and a stream are beyond it: no fault makes them.
[[nodiscard]] std::string sent(const http::plan& p, bool head_only);

}  // namespace assay::mock
