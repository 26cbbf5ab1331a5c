// What a person who signs in would do with the forms of a page: which one, what goes in, which button.
// Pure functions over html_form.
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
    std::vector<std::string> organizations;                   // ids, slugs or names as the page shows them
    bool allow = true;                                        // at consent
    bool nobody = false;                                      // touches no form
    bool leaving = false;                                     // came to sign out
    std::vector<std::pair<std::string, std::string>> fields;  // by name, before any guess
};

// The form such a person would go on with, filled in and with its button pressed (if it has any); nullopt when no
// form is for them: a search box, a form to sign out (unless they are leaving), a consent that cannot be denied.
[[nodiscard]] std::optional<html_form> fill_in(const std::vector<html_form>& forms, const sign_in_choice& who);

// Into the text fields and the choices of that name; a choice by its value or by what a person reads beside it.
void fill_named(html_form& f, const std::string& name, const std::string& value);

// Whether the form as it was filled in says no: its button or its choice does.
[[nodiscard]] bool refuses(const html_form& filled);

}  // namespace assay::harness
