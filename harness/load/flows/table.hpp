// The flows of a load, one row each: a new flow is a class and a row. Thread-safe: constant data.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "harness/load/flows/flow.hpp"

namespace assay::load {

// What must be prepared before the run.
enum class needs { nothing, codes, sessions };

struct flow_kind {
    std::string_view name;
    std::string_view requests;  // for the manual: its requests
    std::string_view good;      // … and its condition of success
    needs before = needs::nothing;
    std::string target::*endpoint = nullptr;  // an endpoint that the server must have
    std::string_view endpoint_name;           // its name in the metadata
    std::unique_ptr<flow> (*make)(const flow_options& o, std::shared_ptr<flow_context> c) = nullptr;
    bool several = false;         // it always has several requests, so it is also measured as a whole
    bool verifies = false;        // it gets ID Tokens, and can verify them
    std::string_view reuse = {};  // invariant for a second use of its code or token; empty: it has none
};

[[nodiscard]] std::span<const flow_kind> flow_kinds();
// nullptr: unknown name.
[[nodiscard]] const flow_kind* find_flow(std::string_view name);

}  // namespace assay::load
