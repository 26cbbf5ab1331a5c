// Verbs with the keys of request_words and, besides them, request parameters.
#pragma once

#include <span>
#include <string_view>

#include "harness/engine/server/request_words.hpp"
#include "harness/engine/server/verbs/verb.hpp"

namespace assay::harness {

// Whether unknown keys are parameters of the request.
enum class takes { words_alone, parameters };

class word_verb : public server_verb {
public:
    // `words`: its keys, in the order of the schema; the array must outlive the verb.
    word_verb(std::string_view name, std::string_view help, std::span<const std::string_view> words, takes what)
        : server_verb(name, help), words_(words), takes_(what) {}
    [[nodiscard]] result<void> read(const yaml::document& d, const yaml::node& n, verb_list all,
                                    verb_use& into) const override;
    [[nodiscard]] json::object schema(verb_list all) const override;
    [[nodiscard]] std::span<const std::string_view> words() const override { return words_; }

private:
    std::span<const std::string_view> words_;
    takes takes_;
};

// `assertion`, `dpop` and `request_object`. Errors: bad_yaml.
[[nodiscard]] result<jwt_spec> load_jwt_spec(const yaml::document& d, const yaml::entry& e);

// A whole number or ${…}: read from YAML, and its schema.
[[nodiscard]] result<json::value> load_amount(const yaml::document& d, const yaml::node& n, std::string_view key,
                                              std::string_view verb);
[[nodiscard]] json::object amount_schema();

}  // namespace assay::harness
