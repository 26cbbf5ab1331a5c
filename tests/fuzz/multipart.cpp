// multipart/form-data: the first line is the Content-Type, the rest the body. What is read can be written and read.
#include "http/multipart.hpp"

#include <algorithm>

#include "tests/fuzz/target.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace assay;
    const auto text = fuzz::text_of(data, size);
    const auto type = text.substr(0, text.find('\n'));
    const auto body = text.substr(std::min(type.size() + 1, text.size()));
    (void)http::is_multipart_form(type);
    const auto fields = http::parse_multipart(type, body);
    if (!fields) {
        fuzz::must(!fields.error().message.empty(), "an error says something");
        return 0;
    }
    const std::string boundary = "never-in-the-input-5f0b4a";
    std::string again;
    for (const auto& [name, value] : *fields) {
        fuzz::must(name.find("\r\n") == std::string::npos, "a name is on one line");
        if (name.find(';') != std::string::npos || value.find(boundary) != std::string::npos) return 0;
        again +=
            "--" + boundary + "\r\nContent-Disposition: form-data; name=\"" + name + "\"\r\n\r\n" + value + "\r\n";
    }
    again += "--" + boundary + "--\r\n";
    const auto twice = http::parse_multipart("multipart/form-data; boundary=" + boundary, again);
    fuzz::must(twice && *twice == *fields, "the same fields come back");
    return 0;
}
