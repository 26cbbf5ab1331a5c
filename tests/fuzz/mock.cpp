// The whole mock: a script of requests to its issuers, fault issuers, pages and control API (script.hpp). The first
// line names the dialect.
#include "mock_server/dialects/endpoints.hpp"
#include "mock_server/faults/fault.hpp"
#include "tests/fuzz/mock_world.hpp"
#include "tests/fuzz/mutation.hpp"
#include "tests/fuzz/script.hpp"

namespace {

using namespace assay;

std::string dialect_of(std::string_view first) {
    for (const auto& d : mock::dialects())
        if (d->name == first) return d->name;
    return "strict";
}

const std::vector<std::string>& words() {
    static const auto all = [] {
        auto out = fuzz::request_words();
        for (const auto& d : mock::dialects()) {
            out.push_back(d->name + "\n");
            for (const auto& row : mock::endpoint_rows)
                if (const auto path = path_of(row, *d); !path.empty())
                    out.emplace_back(std::string(row.methods.substr(0, row.methods.find(','))) + " " +
                                     std::string(path));
        }
        for (const auto& f : mock::faults()) out.push_back("/f/" + f.name + "/");
        return out;
    }();
    return all;
}

}  // namespace

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t max_size,
                                               unsigned seed) {
    return fuzz::mutate_text(data, size, max_size, seed, words());
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    auto script = fuzz::text_of(data, size);
    const auto dialect = dialect_of(fuzz::take_until(script, "\n"));
    fuzz::mock_world(dialect).run(script, false);
    return 0;
}
