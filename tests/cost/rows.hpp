// What one request, or one text, costs against its size: a row for every list and every long value that comes from
// outside. A row that costs more than in proportion to its size lets a stranger stop the mock with one request.
#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <string_view>

namespace assay::cost {

struct row {
    std::string_view name;
    std::size_t first;  // the smallest size measured, in parts of its list or in bytes of its value
    std::size_t last;   // the largest that is accepted for reading: headers of 32 KiB, bodies of 1 MiB
    // Prepares an input of that size, and returns what is to be measured.
    std::function<std::function<void()>(std::size_t n)> prepare;
};

[[nodiscard]] std::span<const row> mock_rows();    // requests to the mock and to its control API
[[nodiscard]] std::span<const row> parser_rows();  // parsers of every room

// Seconds of this thread's processor time, the least of several runs.
[[nodiscard]] double seconds_of(const row& r, std::size_t n);

}  // namespace assay::cost
