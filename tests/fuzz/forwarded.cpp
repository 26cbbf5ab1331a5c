// Forwarded and X-Forwarded-*: lines of "Name: value". What is taken makes a URL that parses and says the same again.
#include <algorithm>

#include "http/url.hpp"
#include "mock_server/routing/behind_proxy.hpp"
#include "tests/fuzz/target.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace assay;
    auto text = fuzz::text_of(data, size);
    http::request r;
    r.head.append("Host", "mock.example:8080");
    while (!text.empty()) {
        const auto line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(line.size() + 1, text.size()));
        const auto colon = line.find(": ");
        if (colon != std::string_view::npos)
            r.head.append(std::string(line.substr(0, colon)), std::string(line.substr(colon + 2)));
    }
    const auto url = mock::url_of_client(r, "http");
    if (!url) {
        fuzz::must(!url.error().message.empty(), "a refusal says why");
        return 0;
    }
    const auto again = http::parse_url(url->text());
    fuzz::must(again.has_value(), "the URL of the client parses");
    fuzz::must(again->scheme == url->scheme, "its scheme is the one that was sent");
    fuzz::must(!url->prefix.ends_with('/'), "a path can follow");
    return 0;
}
