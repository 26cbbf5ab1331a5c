// The server of the command line: a server.yaml, whose command is started, or the URL of an issuer. Not thread-safe.
#pragma once

#include <memory>
#include <string>

#include "data/result.hpp"
#include "harness/clients/process.hpp"
#include "harness/engine/server/server_file.hpp"

namespace assay::harness {

// Processes that run while the server is used; they end with this object.
struct server_processes {
    std::unique_ptr<process> server;  // if server.yaml has a command
    std::unique_ptr<process> driver;  // chromedriver, if the server's pages need a browser
};

// True for a file, false for the URL of an issuer.
[[nodiscard]] bool is_server_file(const std::string& given);
// Starts the server and the browser, if needed, until sign-ins can begin. Errors: usage, bad_yaml, environment.
[[nodiscard]] result<server_spec> open_server(const std::string& given, server_processes& running);

}  // namespace assay::harness
