// An application whose sign-in begins with a form: a page with a button "Sign in with …", which posts, and whose
// hidden fields guard against forged requests. Thread-safe: plain values and pure functions.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "data/result.hpp"
#include "harness/browser/html_form.hpp"

namespace assay::harness {

// `sign_in` of client.yaml.
struct sign_in_start {
    std::string path;                                         // a link; of a form: the page it stands on
    bool by_form = false;                                     // the rest is of the form
    std::string action;                                       // the path it goes to; empty: the page has one
    std::vector<std::pair<std::string, std::string>> fields;  // by name: filled in, chosen or pressed
};

// The form of the page that is meant, filled in, its button pressed, its hidden fields as they are. Errors:
// not_found, with the forms that are there.
[[nodiscard]] result<html_form> form_to_begin_with(const sign_in_start& how, const std::vector<html_form>& forms);

}  // namespace assay::harness
