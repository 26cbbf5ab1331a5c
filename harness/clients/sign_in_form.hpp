// An application whose sign-in starts with a form: a page with a button "Sign in with …" that posts, with hidden
// fields against request forgery. Thread-safe: plain values and pure functions.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "data/result.hpp"
#include "harness/browser/html_form.hpp"

namespace assay::harness {

// `sign_in` of client.yaml.
struct sign_in_start {
    std::string path;                                         // URL path of a link, or of the page with the form
    bool by_form = false;                                     // the members below apply
    std::string action;                                       // path of its action; empty: the only form
    std::vector<std::pair<std::string, std::string>> fields;  // by name: to fill in, choose or press
};

// The sign-in form of the page, filled in, with its button pressed and hidden fields unchanged. Errors: not_found,
// with the forms of the page.
[[nodiscard]] result<html_form> form_to_begin_with(const sign_in_start& how, const std::vector<html_form>& forms);

}  // namespace assay::harness
