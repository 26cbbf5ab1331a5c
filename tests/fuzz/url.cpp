// URLs: the parts of a parsed URL give the same URL again, and resolved references parse.
#include "http/url.hpp"

#include "tests/fuzz/target.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace assay;
    const auto text = fuzz::text_of(data, size);
    if (const auto u = http::parse_url(text)) {
        const auto again = http::parse_url(u->origin() + u->target());
        // user information is not part of an origin
        fuzz::must(again && again->host == u->host && again->target() == u->target(),
                   "origin and target parse again");
        (void)u->is_loopback();
    }
    (void)http::resolve_url("https://issuer.example/a/b?c#d", text);
    (void)http::add_query(text, "x=y");
    return 0;
}
