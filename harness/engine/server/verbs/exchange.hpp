// Verbs of one request and its answer. Making and sending are separate, because a race sends many of them at once.
#pragma once

#include <array>

#include "harness/engine/server/server_run.hpp"
#include "harness/engine/server/verbs/words.hpp"

namespace assay::harness {

class exchange_verb : public word_verb {
public:
    using word_verb::word_verb;
    [[nodiscard]] virtual result<http::call> make_call(server_run& run, const step& s) const = 0;
    // Stores values of an answer (tokens, a registered client's secret) for later steps.
    virtual void absorb(server_run& run, const step&, const http::exchange& e) const { run.note_nonce(e); }
    [[nodiscard]] virtual bool can_race() const { return true; }

    [[nodiscard]] result<void> carry_out(server_run& run, const step& s) const override;
};

// A form that an authenticated client sends to one endpoint.
class form_verb : public exchange_verb {
public:
    // `endpoint`: the member of the metadata.
    form_verb(std::string_view name, std::string_view help, std::string_view endpoint);
    [[nodiscard]] result<http::call> make_call(server_run& run, const step& s) const override;

protected:
    // The form of a correct client.
    [[nodiscard]] virtual result<oauth::form> form_of(server_run& run, const request_words& w) const = 0;

private:
    std::string_view endpoint_;
};

// A request at the token endpoint: its answer has tokens.
class grant_verb : public form_verb {
public:
    grant_verb(std::string_view name, std::string_view help) : form_verb(name, help, "token_endpoint") {}
    void absorb(server_run& run, const step& s, const http::exchange& e) const override;

protected:
    // Whether tokens missing in the answer are dropped: true for a new grant.
    [[nodiscard]] virtual bool begins_anew() const = 0;
};

// A form with a token: the last access token, unless the step has another one.
class token_form_verb : public form_verb {
public:
    using form_verb::form_verb;

protected:
    [[nodiscard]] result<oauth::form> form_of(server_run& run, const request_words& w) const override;
};

// A request with an access token.
inline constexpr std::array<std::string_view, 8> bearer_words{"access_token", "headers", "method", "body",
                                                              "content_type", "path",    "url",    "dpop"};

// Adds the last value of that name to the form, unless the step has its own.
[[nodiscard]] result<void> add_last(server_run& run, const request_words& w, oauth::form& f, const std::string& name,
                                    std::string_view last);

}  // namespace assay::harness
