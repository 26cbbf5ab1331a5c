// A place for one connection and the request it carries. Not thread-safe.
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
    std::string in;        // of an answer that came in several pieces
    std::size_t need = 0;  // bytes before it is worth reading again
    bool watches_writing = false;
    std::int64_t attached = 0;
    slot* before = nullptr;
    slot* after = nullptr;
};

}  // namespace assay::load
