// base64url and base64: no two texts decode to the same bytes, and both decoders agree.
#include "oauth/base64url.hpp"

#include "oauth/base64url_to.hpp"
#include "tests/fuzz/target.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace assay;
    const auto text = fuzz::text_of(data, size);
    const auto bytes = oauth::base64url_decode(text);
    std::string into(oauth::base64url_decoded_size(size), '\0');
    fuzz::must(oauth::base64url_decode_to(text, into.data()) == bytes.has_value(), "both decoders take the same");
    if (bytes) fuzz::must(*bytes == into && oauth::base64url_encode(*bytes) == text, "one text for one byte string");
    if (const auto plain = oauth::base64_decode(text))
        fuzz::must(oauth::base64_encode(*plain) == text, "one text for one byte string, in base64");
    const auto back = oauth::base64url_decode(oauth::base64url_encode(text));
    fuzz::must(back && *back == text, "what is encoded decodes");
    return 0;
}
