// A mock with a client, a user, all its endpoints and the control API, made anew for each input and always with the
// same seed and clock; and what every answer of it promises.
#pragma once

#include <string>

#include "http/message.hpp"
#include "mock_server/routing/mock.hpp"

namespace assay::fuzz {

// The secret of a configured client: no answer of the issuers shows it unless the request did.
inline constexpr std::string_view canary = "canary-6f1d9c0b7e";

class mock_world {
public:
    explicit mock_world(const std::string& dialect);
    // Runs the script. `only_control`: every request goes to the control API.
    void run(std::string_view script, bool only_control);

private:
    void judge(const http::request& asked, const http::plan& steps, bool control);
    void judge_response(const http::request& asked, const http::response& r, bool control);

    mock::mock core_;
    bool faulty_ = false;  // a fault may be on: answers may be wrong in every way
    std::vector<http::response> answers_;
};

}  // namespace assay::fuzz
