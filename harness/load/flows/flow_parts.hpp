// Shared by flows: requests as bytes, token responses as values. Not thread-safe.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "data/json.hpp"
#include "harness/load/flows/flow.hpp"

namespace assay::load {

// Renders requests to one target; constant parts are rendered once.
class request_writer {
public:
    explicit request_writer(const target& to);
    void get(std::string& out, std::string_view target, std::string_view bearer = {}) const;
    // `fields`: application/x-www-form-urlencoded; the client's authentication is added.
    void post(std::string& out, std::string_view target, std::string_view fields);

private:
    std::string get_end_;    // from " HTTP/1.1" on
    std::string post_head_;  // from " HTTP/1.1" to "Content-Length: "
    std::string client_;     // form fields for client authentication
    std::string body_;
};

// Appends "name=value", after '&' if `fields` is not empty.
void add_field(std::string& fields, std::string_view name, std::string_view value);

struct token_response {
    std::string access_token, refresh_token, id_token;
    double expires_in = 0;  // seconds (RFC 6749 §5.1); 0: the answer does not say
};
// Parses a token response (RFC 6749 §5.1); the judgement says what is wrong with it.
[[nodiscard]] judgement read_tokens(const response& a, token_response& out);
// "status 500", with the body as the sample.
[[nodiscard]] judgement wrong_status(const response& a);

// The sessions of a worker that no request is using. They are taken in turn, so that all chains of refresh tokens
// grow equally.
class idle_sessions {
public:
    explicit idle_sessions(std::vector<session*> all) : all_(std::move(all)) {}
    // nullptr when every one is in use.
    [[nodiscard]] session* take() {
        if (all_.empty()) return nullptr;
        at_ %= all_.size();
        session* one = all_[at_];
        all_[at_++] = all_.back();
        all_.pop_back();
        return one;
    }
    void give_back(session* one) { all_.push_back(one); }
    [[nodiscard]] std::size_t size() const { return all_.size(); }

private:
    std::vector<session*> all_;
    std::size_t at_ = 0;
};

}  // namespace assay::load
