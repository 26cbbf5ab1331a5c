// What a user who signs in does with the forms of a page: which form, which values, which button. Thread-safe: pure
// functions over html_form.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "harness/browser/html_form.hpp"

namespace assay::harness {

struct sign_in_choice {
    std::string user;
    std::string password;
    std::vector<std::string> organizations;                   // ids, slugs or names as shown on the page
    bool allow = true;                                        // at consent
    bool nobody = false;                                      // submits no form
    bool leaving = false;                                     // wants to sign out
    std::vector<std::pair<std::string, std::string>> fields;  // by name or id, used before any guess
    std::vector<std::string> press{};                         // buttons and boxes by name or id, likewise
};

// The form that such a user submits, filled in and with its button pressed (if it has one); nullopt when there is
// none: a search box, a form to sign out (unless `leaving`), or a consent that cannot be denied.
[[nodiscard]] std::optional<html_form> fill_in(const std::vector<html_form>& forms, const sign_in_choice& who);

// Sets text fields and choices of that name or id; a choice by its value or by its label.
void fill_named(html_form& f, const std::string& name, const std::string& value);

// Whether the filled form refuses consent, by its button or by a choice.
[[nodiscard]] bool refuses(const html_form& filled);

}  // namespace assay::harness
