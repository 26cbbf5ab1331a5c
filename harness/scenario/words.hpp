// Names of levels and roles, and their conversion to values. Thread-safe: constant data.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "harness/scenario/check.hpp"

namespace assay::harness {

[[nodiscard]] std::optional<reports::level> parse_level(std::string_view name);
// The words of `binds`: whom a clause can bind.
[[nodiscard]] std::span<const std::string_view> bound_parties();
// confidential, post, public, second: clients that are registered for every run.
[[nodiscard]] std::span<const std::string_view> client_roles();

}  // namespace assay::harness
