// HTTP/1.1 responses: our two readers of them agree. The client's is Beast's parser, the load generator's its own.
#include "harness/load/connection/response.hpp"
#include "http/parser.hpp"
#include "tests/fuzz/target.hpp"

namespace {

using namespace assay;

struct response_read {
    bool done = false;
    bool failed = false;
    http::response message;
};

// As http::channel reads: interim responses are skipped (RFC 9110 §15.2), the end of the connection may end a body.
response_read as_client(std::string_view bytes, std::size_t portion) {
    std::string buffer;
    std::size_t at = 0;
    for (;;) {
        http::response_parser p(load::head_bytes_max, load::body_bytes_max);
        http::error_code ec;
        bool done = false;
        while (!(done = http::feed(p, buffer, ec)) && !ec) {
            if (at >= bytes.size()) {
                if (p.got_some()) p.put_eof(ec);
                done = p.got_some() && !ec;
                break;
            }
            buffer += bytes.substr(at, portion);
            at += portion;
        }
        if (done && !ec && p.message.status / 100 == 1 && p.message.status != 101) continue;
        return {done && !ec, static_cast<bool>(ec), std::move(p.message)};
    }
}

response_read as_generator(std::string_view bytes) {
    load::response a;
    std::size_t used = 0;
    const auto what = load::read_response(bytes, true, a, used);
    if (what != load::reading::done) return {false, what == load::reading::bad, {}};
    fuzz::must(used <= bytes.size(), "an answer is not longer than its bytes");
    response_read out;
    out.done = true;
    out.message.status = a.status;
    out.message.body = a.body;
    return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto bytes = fuzz::text_of(data, size);
    const auto whole = as_client(bytes, bytes.size() + 1);
    const auto pieces = as_client(bytes, 1);
    fuzz::must(!(whole.done && pieces.failed) && !(whole.failed && pieces.done), "portions do not decide");
    if (whole.done && pieces.done)
        fuzz::must(whole.message.body == pieces.message.body && whole.message.status == pieces.message.status,
                   "the same message either way");
    const auto lean = as_generator(bytes);
    // The generator reads fewer rules, but what both take is the same answer.
    if (whole.done && lean.done)
        fuzz::must(whole.message.status == lean.message.status && whole.message.body == lean.message.body,
                   "client and load generator read the same answer");
    return 0;
}
