// A server on a port of loopback that answers as the mock does, except where the input says otherwise: its n-th
// section, separated by lines of "--", is for the n-th request.
//
//   (empty)        the mock's answer
//   HTTP/1.1 …     these bytes and the end of the connection; the line ends of its header become CRLF
//   +{…}           the mock's JSON answer with these members; null removes one
//   anything else  status 200 and this body, as JSON
//
// The tests' control listener is a second port of the same mock, and always honest.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "http/server.hpp"
#include "mock_server/routing/mock.hpp"

namespace assay::fuzz {

class hostile_server {
public:
    hostile_server();
    // A new mock, whose default issuer has these faults if they can be read, and answers from these sections.
    void restart(std::string_view faults, std::string_view sections);
    [[nodiscard]] std::string origin() const { return server_->origin(); }
    [[nodiscard]] std::string control_origin() const { return control_->origin(); }
    // The mock's answer to a request that is not sent through the port.
    [[nodiscard]] http::response honest(const std::string& target);

private:
    [[nodiscard]] std::shared_ptr<mock::mock> core();
    [[nodiscard]] http::plan answer(const http::request& r);
    [[nodiscard]] std::string next_section();

    std::mutex lock_;
    std::shared_ptr<mock::mock> core_;
    std::string sections_;
    std::size_t at_ = 0;
    std::unique_ptr<http::server> server_;
    std::unique_ptr<http::server> control_;
};

}  // namespace assay::fuzz
