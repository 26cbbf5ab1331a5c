// Parses HTTP/1.1 messages with Beast's parser into our plain structs, which keep header order, case and duplicates
// (Beast's own fields group duplicates). Trailers are read and dropped. Not thread-safe: one parser per message.
#pragma once

#include <cstdint>

#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/version.hpp>

#include "http/message.hpp"

namespace assay::http {

using boost::beast::error_code;

// `Message` is request or response.
template <bool is_request, class Message>
class message_parser : public boost::beast::http::basic_parser<is_request> {
public:
    message_parser(std::size_t header_bytes_max, std::size_t body_bytes_max) : header_room(header_bytes_max) {
        this->header_limit(static_cast<std::uint32_t>(header_bytes_max));
        this->body_limit(body_bytes_max);
        message.head.list.reserve(16);
    }

    Message message;
    int version = 11;  // 10 or 11
    bool line_seen = false;
    std::size_t header_room;  // remaining limit for the header

private:
    using string_view = boost::beast::string_view;
    using verb = boost::beast::http::verb;
    using field = boost::beast::http::field;
    using size_hint = boost::optional<std::uint64_t>;

    void on_request_impl(verb, string_view method, string_view target, int v, error_code&) override {
        if constexpr (is_request) {
            message.method.assign(method.data(), method.size());
            message.target.assign(target.data(), target.size());
        }
        version = v;
        line_seen = true;
    }
    void on_response_impl(int code, string_view reason, int v, error_code&) override {
        if constexpr (!is_request) {
            message.status = code;
            message.reason.assign(reason.data(), reason.size());
        }
        version = v;
        line_seen = true;
    }
    void on_field_impl(field, string_view name, string_view value, error_code&) override {
        if (!in_trailer_) message.head.append(std::string(name), std::string(value));
    }
#if BOOST_BEAST_VERSION >= 359
    void on_trailer_field_impl(field, string_view, string_view, error_code&) override {}
#endif
    void on_header_impl(error_code&) override {
        in_trailer_ = true;
    }
    void on_body_init_impl(const size_hint&, error_code&) override {}
    std::size_t on_body_impl(string_view body, error_code&) override {
        return keep(body);
    }
    void on_chunk_header_impl(std::uint64_t, string_view, error_code&) override {}
    std::size_t on_chunk_body_impl(std::uint64_t, string_view body, error_code&) override {
        return keep(body);
    }
    void on_finish_impl(error_code&) override {}

    std::size_t keep(string_view body) {
        message.body.append(body.data(), body.size());
        return body.size();
    }

    bool in_trailer_ = false;
};

using request_parser = message_parser<true, request>;
using response_parser = message_parser<false, response>;

// feed_header() parses `buffer` until the header is complete, feed() until the message is; true: it is. Consumed
// bytes are removed from `buffer`. `ec`: an error other than "need more".
bool feed_header(request_parser& p, std::string& buffer, error_code& ec);
bool feed(request_parser& p, std::string& buffer, error_code& ec);
bool feed(response_parser& p, std::string& buffer, error_code& ec);

// The response to an invalid request: 400, 413, 414, 431, 501 or 505, with a sentence. `buffer`: the unconsumed
// bytes. RFC 9112 §3, RFC 9110 §15.5.
[[nodiscard]] response refuse(const request_parser& p, const std::string& buffer, std::size_t header_bytes_max,
                              error_code why);
// The response to a complete header that must be refused: no Host or several (RFC 9112 §3.2), an unknown transfer
// coding (RFC 9112 §6.1). nullopt: accepted.
[[nodiscard]] std::optional<response> objection(const request_parser& p);
[[nodiscard]] response plain_refusal(int status, std::string_view sentence);

}  // namespace assay::http
