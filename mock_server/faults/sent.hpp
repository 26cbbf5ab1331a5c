// What a peer receives, as one text: a fault that does not change it has not fired. Contains no time, so that two of
// them can be compared. Thread-safe: pure functions.
#pragma once

#include <string>

#include "http/message.hpp"

namespace assay::mock {

// `head_only`: the answer to HEAD.
[[nodiscard]] std::string sent(const http::response& r, bool head_only);
// Bytes, delays and the end of the connection, in order. Holds and streams are not included: no fault uses them.
[[nodiscard]] std::string sent(const http::plan& p, bool head_only);

}  // namespace assay::mock
