// A slot: one connection and the request on it. Not thread-safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "harness/load/connection/connection.hpp"
#include "harness/load/generator/worker.hpp"

namespace assay::load {

struct worker::slot {
    std::uint32_t index = 0;
    connection wire;
    iteration* carries = nullptr;
    std::size_t written = 0;
    std::string in;        // received parts of an incomplete response
    std::size_t need = 0;  // number of bytes before the next attempt to parse
    bool watches_writing = false;
    std::int64_t attached = 0;
    slot* before = nullptr;
    slot* after = nullptr;
};

}  // namespace assay::load
