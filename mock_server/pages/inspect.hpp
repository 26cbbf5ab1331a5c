// The inspector behind `{issuer}/inspector/`: the page, its script, and the events that keep it live. It is about the
// mock, so no dialect and no fault touches it and no journal has it. Thread-safe.
#pragma once

#include <memory>
#include <string_view>

#include "http/message.hpp"
#include "mock_server/issuer/issuer.hpp"

namespace assay::mock {

// `path` below the issuer is the inspector's.
[[nodiscard]] bool is_inspector(std::string_view path);
// A page of another origin must not read what clients sent here: whoever does not call this mock by a loopback name,
// or by that of `origin`, is turned away with 403 ("DNS rebinding").
[[nodiscard]] http::plan inspect(const http::request& r, const std::shared_ptr<issuer>& at, std::string_view path,
                                 std::string_view origin);

}  // namespace assay::mock
