// The server of the command line: a server.yaml, whose command is started, a configuration of the conformance suite,
// or the URL of an issuer. Not thread-safe.
#pragma once

#include <memory>
#include <string>

#include "data/result.hpp"
#include "harness/clients/process.hpp"
#include "harness/engine/server/oidf_config.hpp"
#include "harness/engine/server/server_file.hpp"

namespace assay::harness {

// Processes that run while the server is used; they end with this object.
struct server_processes {
    std::unique_ptr<process> server;  // if server.yaml has a command
    std::unique_ptr<process> driver;  // chromedriver, if the server's pages need a browser
};

// True for a file, false for the URL of an issuer.
[[nodiscard]] bool is_server_file(const std::string& given);
// True for a configuration of the conformance suite: *.json.
[[nodiscard]] bool is_oidf_config(const std::string& given);
// Errors: usage (every mistake, one a line), not_found, limit.
[[nodiscard]] result<oidf_config> read_oidf_file(const std::string& file, const oidf_choice& choice);
// The description of a server: its file, or a URL. `choice` is for a configuration of the conformance suite. Errors:
// usage, bad_yaml, not_found.
[[nodiscard]] result<server_spec> read_server(const std::string& given, const oidf_choice& choice = {});
// Starts the server and the browser, if needed, until sign-ins can begin. Errors: also environment.
[[nodiscard]] result<server_spec> open_server(const std::string& given, server_processes& running,
                                              const oidf_choice& choice = {});
// The same for a server that has been read; a command is started in the folder of the file `given`. Errors:
// environment.
[[nodiscard]] result<server_spec> prepare_server(server_spec spec, const std::string& given,
                                                 server_processes& running);

}  // namespace assay::harness
