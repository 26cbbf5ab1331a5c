#include "harness/clients/sign_in_form.hpp"

#include <algorithm>
#include <string_view>

#include <fmt/format.h>

#include "harness/browser/filling.hpp"
#include "http/url.hpp"

namespace assay::harness {
namespace {

std::string path_of(const html_form& f) {
    const result<http::url> u = http::parse_url(f.action);
    return u ? u->path : std::string{};
}

bool has_field(const html_form& f, const std::string& name) {
    return std::any_of(f.controls.begin(), f.controls.end(), [&](const control& c) { return c.name == name; });
}

bool is_meant(const sign_in_start& how, const html_form& f) {
    if (!how.action.empty() && path_of(f) != how.action.substr(0, how.action.find('?'))) return false;
    return std::all_of(how.fields.begin(), how.fields.end(),
                       [&](const auto& field) { return has_field(f, field.first); });
}

// "POST /login (csrf, provider), GET /search (q)"
std::string names_of(const std::vector<html_form>& forms) {
    std::vector<std::string> all;
    for (const html_form& f : forms) {
        std::vector<std::string> fields;
        for (const control& c : f.controls) {
            if (!c.name.empty() && std::find(fields.begin(), fields.end(), c.name) == fields.end())
                fields.push_back(c.name);
        }
        all.push_back(fmt::format("{} {}{}", f.method, path_of(f),
                                  fields.empty() ? "" : fmt::format(" ({})", fmt::join(fields, ", "))));
    }
    return all.empty() ? "no form" : fmt::format("{}", fmt::join(all, ", "));
}

// The button that a field names; else the first one, as with the Enter key (HTML 4.10.22.2).
void press(html_form& f, const sign_in_start& how) {
    control* pressed = nullptr;
    for (control& c : f.controls) {
        if (c.kind != control_kind::button) continue;
        const bool named = std::any_of(how.fields.begin(), how.fields.end(), [&](const auto& field) {
            return field.first == c.name && field.second == c.value;
        });
        if (pressed == nullptr || named) pressed = &c;
        if (named) break;
    }
    if (pressed == nullptr) return;
    pressed->on = true;
    if (!pressed->action.empty()) f.action = pressed->action;
}

}  // namespace

result<html_form> form_to_begin_with(const sign_in_start& how, const std::vector<html_form>& forms) {
    std::vector<const html_form*> meant;
    for (const html_form& f : forms) {
        if (is_meant(how, f)) meant.push_back(&f);
    }
    // The page may also have a search form; the one that posts is preferred.
    const auto posts = [](const html_form* f) { return f->method == "POST"; };
    if (meant.size() > 1 && std::count_if(meant.begin(), meant.end(), posts) == 1)
        meant = {*std::find_if(meant.begin(), meant.end(), posts)};
    if (meant.size() != 1)
        return fail(errc::not_found,
                    fmt::format("{} is the one to begin with; name it by `action` or `fields` under sign_in. The "
                                "page {} has: {}",
                                meant.empty() ? "no form" : "more than one form", how.path, names_of(forms)));
    html_form filled = *meant.front();
    for (const auto& [name, value] : how.fields) fill_named(filled, name, value);
    press(filled, how);
    return filled;
}

}  // namespace assay::harness
