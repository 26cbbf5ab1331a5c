// HTTP/1.1 requests: all at once or byte by byte, the parser ends the same way.
#include <algorithm>

#include "http/parser.hpp"
#include "tests/fuzz/target.hpp"

namespace {

using namespace assay;

struct outcome {
    bool done = false;
    bool failed = false;
    http::request message;
};

outcome parse(std::string_view bytes, std::size_t portion) {
    http::request_parser p(8192, 65536);
    std::string buffer;
    http::error_code ec;
    outcome out;
    for (std::size_t at = 0; at < bytes.size() && !out.done && !out.failed; at += portion) {
        buffer += bytes.substr(at, portion);
        out.done = http::feed_header(p, buffer, ec) && http::feed(p, buffer, ec);
        out.failed = static_cast<bool>(ec);
    }
    if (out.failed) fuzz::must(http::refuse(p, buffer, 8192, ec).status >= 400, "a refusal has a status");
    if (out.done) (void)http::objection(p);
    out.message = p.message;
    return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto bytes = fuzz::text_of(data, std::min<std::size_t>(size, 4096));
    const auto whole = parse(bytes, bytes.size() + 1);
    const auto pieces = parse(bytes, 1);
    fuzz::must(!(whole.done && pieces.failed) && !(whole.failed && pieces.done), "portions do not decide");
    if (whole.done && pieces.done)
        fuzz::must(whole.message.target == pieces.message.target && whole.message.body == pieces.message.body &&
                       whole.message.head.list.size() == pieces.message.head.list.size(),
                   "the same message either way");
    return 0;
}
