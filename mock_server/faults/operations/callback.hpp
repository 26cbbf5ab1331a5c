// The redirect back to the client, as a fault wants it. Pure functions, thread-safe.
#pragma once

#include <string>
#include <vector>

#include "data/json.hpp"
#include "mock_server/faults/operation.hpp"

namespace assay::mock {

// How the parameters are delivered: `query.recode` and `query.deliver` say it.
struct redirect {
    std::vector<std::string> recoded;  // parameters of which every byte is written as %xx
    bool code_in_fragment = false;
    bool to_other_uri = false;  // all of it goes to another of the registered ones
    bool by_form = false;
};
[[nodiscard]] redirect redirect_of(const std::vector<operation>& operations);

// The longest code that `code.grow` makes, in bytes.
constexpr std::size_t odd_code_bytes_max = 1U << 16U;

// `in_query`: a server that breaks the rule answers in the fragment.
[[nodiscard]] std::string callback_url(std::string target, const std::vector<std::string>& registered,
                                       const json::object& query, const redirect& how, bool in_query);

}  // namespace assay::mock
