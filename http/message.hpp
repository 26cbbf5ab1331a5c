// HTTP messages as plain data, not normalized. Header names keep their case and order, duplicates are kept; bodies
// are raw bytes. Thread-safe: plain values.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace assay::http {

struct header {
    std::string name;
    std::string value;
};

class headers {
public:
    headers() = default;
    headers(std::initializer_list<header> h) : list(h) {}

    // First value of that name (ASCII case-insensitive, RFC 9110 §5.1), or nullptr.
    [[nodiscard]] const std::string* find(std::string_view name) const;
    [[nodiscard]] std::vector<std::string> all(std::string_view name) const;
    [[nodiscard]] std::size_t count(std::string_view name) const;
    [[nodiscard]] std::string_view value(std::string_view name) const;  // empty when absent
    void set(std::string name, std::string value);                      // replaces all of that name
    void append(std::string name, std::string value);
    bool erase(std::string_view name);

    std::vector<header> list;
};

struct request {
    std::string method = "GET";
    std::string target = "/";  // origin form, undecoded: "/path?query"
    headers head;
    std::string body;
    bool from_proxy = false;  // the peer is one of server_options::proxies

    [[nodiscard]] std::string_view path() const;   // target up to '?'
    [[nodiscard]] std::string_view query() const;  // after '?', or empty
};

struct response {
    int status = 200;
    std::string reason;  // empty: the standard phrase
    headers head;
    std::string body;
};

// What a handler wants done, as data; http::server executes the steps in order. Content-Length and Date are added to
// a `write_response` without them (unless `exact`).
struct write_response {
    response r;
    bool exact = false;                            // send exactly these headers
    std::vector<std::string> without{};            // fields not to be added: "Date", "Content-Length" …
    std::optional<std::size_t> only_bytes{};       // stop after this many bytes of the serialised response
    std::optional<std::size_t> only_body_bytes{};  // stop after this many bytes of the body
};
struct write_bytes {
    std::string bytes;
};
struct repeat_bytes {  // the same bytes repeatedly, for bodies too large for memory
    std::string bytes;
    std::size_t times = 1;
};
struct delay {
    std::chrono::milliseconds time{};
};
// Calls `next` after each `interval` and writes the returned bytes (empty: nothing yet) until it returns nullopt, the
// peer closes or the server stops: for server-sent events.
struct stream {
    std::function<std::optional<std::string>()> next;
    std::chrono::milliseconds interval{100};
};
struct shutdown {};  // orderly close (FIN)
struct reset {};     // RST
struct step;
using plan = std::vector<step>;
// Waits at a named point until `until_waiting` requests wait there (or `at_most` has passed), then continues with
// `next`: makes races reproducible.
struct hold {
    std::string point;
    std::size_t until_waiting = 1;
    std::chrono::milliseconds at_most{500};
    std::function<plan()> next;
};
struct step {
    std::variant<write_response, write_bytes, repeat_bytes, delay, stream, shutdown, reset, hold> what;
};

[[nodiscard]] plan reply(response r);

// The standard reason phrase, or "" for an unknown status.
[[nodiscard]] std::string_view reason_phrase(int status);
[[nodiscard]] bool iequals(std::string_view a, std::string_view b);

}  // namespace assay::http
