// The redirect back to the client, changed by faults. Pure functions, thread-safe.
#pragma once

#include <string>
#include <vector>

#include "data/json.hpp"
#include "mock_server/faults/operation.hpp"

namespace assay::mock {

// How the parameters are delivered; set by `query.recode` and `query.deliver`.
struct redirect {
    std::vector<std::string> recoded;  // parameters whose every byte is percent-encoded
    bool code_in_fragment = false;
    bool to_other_uri = false;  // the redirect goes to another of the registered URIs
    bool by_form = false;
};
[[nodiscard]] redirect redirect_of(const std::vector<operation>& operations);

// The longest code that `code.grow` makes, in bytes.
constexpr std::size_t odd_code_bytes_max = 1U << 16U;

// `in_query`: false for a server that wrongly answers in the fragment.
[[nodiscard]] std::string callback_url(std::string target, const std::vector<std::string>& registered,
                                       const json::object& query, const redirect& how, bool in_query);

}  // namespace assay::mock
