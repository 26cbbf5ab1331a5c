// Cookies: whatever a server sets, the jar sends a Cookie header of one line.
#include "harness/browser/cookie_jar.hpp"

#include <algorithm>

#include "tests/fuzz/target.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace assay;
    static const auto from = *http::parse_url("https://app.issuer.example:8443/a/b");
    harness::cookie_jar jar;
    auto rest = fuzz::text_of(data, size);
    while (!rest.empty()) {
        const auto line = rest.substr(0, rest.find('\n'));
        rest.remove_prefix(std::min(rest.size(), line.size() + 1));
        jar.store(from, line, 1767225700);
        (void)harness::parse_cookie_date(line);
    }
    const auto header = jar.header(from, 1767225700);
    fuzz::must(header.find('\n') == std::string::npos && header.find('\r') == std::string::npos, "one line");
    return 0;
}
