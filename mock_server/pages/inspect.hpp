// The inspector at `{issuer}/inspector/`: the page, its script, and the events that keep it up to date. It shows the
// mock itself, so dialects and faults do not change it and journals do not record it. Thread-safe.
#pragma once

#include <memory>
#include <string_view>

#include "http/message.hpp"
#include "mock_server/issuer/issuer.hpp"

namespace assay::mock {

// Whether `path` (below the issuer) belongs to the inspector.
[[nodiscard]] bool is_inspector(std::string_view path);
// A page of another origin must not read what clients sent here. A request whose Host is neither a loopback name nor
// that of `origin` gets 403, because the name may point here by DNS rebinding.
[[nodiscard]] http::plan inspect(const http::request& r, const std::shared_ptr<issuer>& at, std::string_view path,
                                 std::string_view origin);

}  // namespace assay::mock
