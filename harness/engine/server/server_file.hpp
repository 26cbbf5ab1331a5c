// A real server: server.yaml, or only an issuer URL, with the demo clients of `assay serve`.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "data/result.hpp"
#include "data/yaml.hpp"
#include "harness/engine/server/subject.hpp"

namespace assay::harness {

struct server_spec {
    std::string name;                    // for reports
    std::string given;                   // the value of --server
    std::vector<std::string> command{};  // argv that starts it, in the folder of its file; empty: it runs already
    std::chrono::milliseconds ready_deadline{20'000};  // `ready_s`
    std::int64_t requests_max = 0, seconds_max = 0;    // `limits`; 0: none
    unsigned jobs = 0;                                 // of `limits`: checks at once; 0: adapted to its speed
    std::vector<std::string> notes{};                  // what its description has and is not used, for reports
    std::map<std::string, std::string> places{};       // key of the file -> "server.yaml:7:13", for messages
    issuer_view view;  // clients without a client_id are registered for the run and deleted at its end
};

// Secrets are written as ${env.NAME}. Errors: bad_yaml, usage (a variable that is not set).
[[nodiscard]] result<server_spec> load_server(const yaml::document& d);
// A server at that URL with the demo clients of `assay serve`; ada signs in on its pages. Errors: malformed.
[[nodiscard]] result<server_spec> bare_server(const std::string& url);

}  // namespace assay::harness
