// A real server (not the embedded mock) as the subject of a run.
#pragma once

#include <memory>

#include "harness/engine/server/server_file.hpp"
#include "harness/engine/server/subject.hpp"

namespace assay::harness {

// Reads the metadata once (OIDC Discovery §4, else RFC 8414 §3) and adds the capabilities in it. A server that cannot
// be reached is still a subject; prepare() then reports it in one sentence.
[[nodiscard]] std::unique_ptr<server_subject> make_real_subject(server_spec spec);

}  // namespace assay::harness
