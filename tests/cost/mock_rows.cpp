#include <memory>
#include <string>
#include <vector>

#include "tests/cost/rows.hpp"
#include "tests/cost/subject.hpp"

namespace assay::cost {
namespace {

row row_of(const request_row& one) {
    return {one.name, one.first, one.last, [&one](std::size_t n) {
                auto s = std::make_shared<subject>(std::string(one.dialect));
                auto r = std::make_shared<http::request>(one.make(*s, n));
                return [s, r, control = one.control] { (void)(control ? s->control(*r) : s->send(*r)); };
            }};
}

}  // namespace

std::span<const row> mock_rows() {
    static const auto all = [] {
        std::vector<row> out;
        for (const auto rows : {header_rows(), body_rows(), stored_rows()})
            for (const auto& one : rows) out.push_back(row_of(one));
        return out;
    }();
    return all;
}

}  // namespace assay::cost
