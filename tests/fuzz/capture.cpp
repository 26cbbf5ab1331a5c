// Captures (HAR): what is drafted from one is a dialect, or there is an error of one sentence.
#include "harness/cli/twin/twin.hpp"
#include "mock_server/dialects/dialect.hpp"
#include "tests/fuzz/target.hpp"

namespace {

using namespace assay;

void must_be_told(const error& e) {
    fuzz::must(e.code == errc::usage && !e.message.empty() && e.message.find('\n') == std::string::npos,
               "an error is one sentence of the user's: " + e.text());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    // The sign-in at a mock is repeated for each draft: small inputs have all that there is to read.
    if (size > 20'000) return 0;
    const auto made = harness::twin::draft_dialect(fuzz::text_of(data, size), "fuzz.har", {.name = "fuzz@capture"});
    if (!made) {
        must_be_told(made.error());
        return 0;
    }
    const auto read = mock::parse_dialect(*made, "draft.yaml");
    fuzz::must(read.has_value(), "the draft is a dialect: " + (read ? "" : read.error().text()) + "\n" + *made);
    return 0;
}
