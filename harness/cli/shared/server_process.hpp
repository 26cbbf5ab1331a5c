// The server that a command line names: a server.yaml, whose command is started, or the bare URL of an issuer.
#pragma once

#include <memory>
#include <string>

#include "data/result.hpp"
#include "harness/clients/process.hpp"
#include "harness/engine/server/server_file.hpp"

namespace assay::harness {

// What runs for as long as the server is used; both end with this.
struct server_processes {
    std::unique_ptr<process> server;  // where server.yaml has a command
    std::unique_ptr<process> driver;  // chromedriver, where its pages need a browser
};

// A file, or else the URL of an issuer.
[[nodiscard]] bool is_server_file(const std::string& given);
// Ready to be signed in at: its issuer is known, its pages' browser runs. Errors: usage, bad_yaml, environment.
[[nodiscard]] result<server_spec> open_server(const std::string& given, server_processes& running);

}  // namespace assay::harness
