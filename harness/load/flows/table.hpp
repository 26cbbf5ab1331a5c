// The flows of a load, one row each: a new one is its class and its row. Thread-safe: constant data.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "harness/load/flows/flow.hpp"

namespace assay::load {

// What has to be made before the run.
enum class needs { nothing, codes, sessions };

struct flow_kind {
    std::string_view name;
    std::string_view requests;  // for the manual: the requests it makes
    std::string_view good;      // … and what a good answer is
    needs before = needs::nothing;
    std::string party::*endpoint = nullptr;  // the server must have it
    std::string_view endpoint_name;          // as its metadata says it
    std::unique_ptr<flow> (*make)(const flow_options& o, std::shared_ptr<flow_context> c) = nullptr;
    bool several = false;         // it always has several requests, so it is measured as a whole as well
    bool verifies = false;        // it gets ID Tokens, and can verify them
    std::string_view reuse = {};  // the invariant of a second use of its code or token; empty: it has none to use
};

[[nodiscard]] std::span<const flow_kind> flow_kinds();
// nullptr: there is none of that name.
[[nodiscard]] const flow_kind* find_flow(std::string_view name);

}  // namespace assay::load
