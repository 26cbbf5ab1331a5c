#include "harness/browser/filling.hpp"

#include <algorithm>
#include <array>
#include <span>
#include <string_view>

#include "data/text.hpp"
#include "http/message.hpp"

namespace assay::harness {
namespace {

using words = std::span<const std::string_view>;

constexpr std::array<std::string_view, 6> user_names{"username", "user", "login", "email", "identifier", "loginfmt"};
constexpr std::array<std::string_view, 6> organization_names{"organizations", "organization",    "org",
                                                             "sub",           "organization_id", "tenant"};
constexpr std::array<std::string_view, 9> granting{"allow", "authorize", "authorise", "approve", "accept",
                                                   "agree", "grant",     "yes",       "confirm"};
constexpr std::array<std::string_view, 9> going_on{"continue", "next",   "sign in", "signin", "log in",
                                                   "login",    "submit", "ok",      "select"};
constexpr std::array<std::string_view, 10> refusing{"deny", "cancel", "decline", "reject",   "refuse",
                                                    "no",   "not",    "don t",   "disagree", "disallow"};
constexpr std::array<std::string_view, 10> elsewhere{"logout",   "log out", "signout", "sign out", "search",
                                                     "register", "sign up", "signup",  "forgot",   "reset"};

// " log in with acme " from "Log-in with <Acme>": lower-case words separated by single spaces.
std::string spaced(std::string_view text) {
    std::string out = " ";
    for (const char c : text) {
        const char small = to_lower(c);
        if ((small >= 'a' && small <= 'z') || (c >= '0' && c <= '9') || (c & 0x80) != 0) {
            out += small;
        } else if (out.back() != ' ') {
            out += ' ';
        }
    }
    if (out.back() != ' ') out += ' ';
    return out;
}

bool says(const std::string& spaced_text, words any) {
    return std::any_of(any.begin(), any.end(), [&](std::string_view w) {
        return spaced_text.find(" " + std::string(w) + " ") != std::string::npos;
    });
}

bool one_of(std::string_view name, words any) {
    return std::any_of(any.begin(), any.end(), [&](std::string_view w) { return http::iequals(name, w); });
}

std::string words_on(const control& c) {
    return spaced(c.value + " " + c.label);
}
std::string words_on_button(const control& c) {
    return spaced(c.name + " " + c.value + " " + c.label);
}

// An empty name or id names nothing.
bool is_called(const control& c, std::string_view name) {
    return !name.empty() && (c.name == name || c.id == name);
}

bool is_choice(const control& c) {
    return c.kind == control_kind::radio || c.kind == control_kind::option || c.kind == control_kind::checkbox;
}
bool asks_who(const control& c) {
    return c.kind == control_kind::password ||
           (c.kind != control_kind::hidden && c.kind != control_kind::button && one_of(c.name, user_names));
}
bool asks_organization(const control& c) {
    return (is_choice(c) || c.kind == control_kind::text) && one_of(c.name, organization_names);
}

// Compares the value, the label, or words of the label ("Acme Inc acme" for "acme").
bool fits(const control& c, std::string_view wanted) {
    if (wanted.empty()) return false;
    if (c.value == wanted || http::iequals(c.label, wanted)) return true;
    return spaced(c.label).find(spaced(wanted)) != std::string::npos;
}

bool exact(const control& c, std::string_view wanted) {
    return c.value == wanted || http::iequals(c.label, wanted);
}

// Selects the control of that name that fits `wanted`; an exact match is preferred to a partial one.
void choose_among(html_form& f, const std::string& name, std::string_view wanted) {
    for (const auto& test : {exact, fits}) {
        bool found = false;
        for (std::size_t n = 0; n < f.controls.size() && !found; ++n) {
            control& c = f.controls[n];
            if (!is_called(c, name) || !is_choice(c) || !test(c, wanted)) continue;
            found = true;
            if (c.kind == control_kind::checkbox) {
                c.on = true;
            } else {
                f.choose(n);
            }
        }
        if (found) return;
    }
}

void fill_guessed(html_form& f, const sign_in_choice& who) {
    const auto given = [&](const control& c) {
        return std::any_of(who.fields.begin(), who.fields.end(),
                           [&](const auto& field) { return is_called(c, field.first); });
    };
    std::vector<std::string> choices_of_user;
    std::vector<std::string> choices_of_organization;
    for (control& c : f.controls) {
        if (given(c)) continue;
        if (c.kind == control_kind::password) {
            c.value = who.password;
        } else if (c.kind == control_kind::text && one_of(c.name, user_names)) {
            c.value = who.user;
        } else if (c.kind == control_kind::text && asks_organization(c)) {
            if (!who.organizations.empty()) c.value = who.organizations.front();
        } else if (is_choice(c) && asks_who(c)) {
            choices_of_user.push_back(c.name);
        } else if (is_choice(c) && asks_organization(c) && !who.organizations.empty()) {
            choices_of_organization.push_back(c.name);
            if (c.kind == control_kind::checkbox) c.on = false;
        }
    }
    for (const std::string& name : choices_of_user) choose_among(f, name, who.user);
    for (const std::string& name : choices_of_organization) {
        // The first one last, so that it wins if only one can be chosen.
        std::for_each(who.organizations.rbegin(), who.organizations.rend(),
                      [&](const auto& o) { choose_among(f, name, o); });
    }
}

// Consent means consent to everything: some pages show each scope as an unticked box.
void tick_scopes(html_form& f) {
    const auto grants = [](const control& c) {
        return c.kind == control_kind::button && says(words_on_button(c), granting);
    };
    const bool consent = std::any_of(f.controls.begin(), f.controls.end(), grants) ||
                         std::any_of(f.controls.begin(), f.controls.end(),
                                     [](const control& c) { return http::iequals(c.name, "scope"); });
    if (!consent || std::any_of(f.controls.begin(), f.controls.end(), asks_who)) return;
    for (control& c : f.controls) {
        if (c.kind == control_kind::checkbox && !asks_organization(c) && !says(words_on(c), refusing)) c.on = true;
    }
}

// For decisions by radio buttons or a list and not by two submit buttons.
void decide_by_choice(html_form& f, bool allow) {
    const std::vector<control> all = f.controls;
    for (std::size_t n = 0; n < all.size(); ++n) {
        if (all[n].kind != control_kind::radio && all[n].kind != control_kind::option) continue;
        if (says(words_on(all[n]), refusing) == allow) continue;
        if (allow && !says(words_on(all[n]), granting)) continue;
        const bool can_refuse = std::any_of(all.begin(), all.end(), [&](const control& c) {
            return c.name == all[n].name && says(words_on(c), refusing);
        });
        const bool can_grant = std::any_of(all.begin(), all.end(), [&](const control& c) {
            return c.name == all[n].name && says(words_on(c), granting) && !says(words_on(c), refusing);
        });
        if (can_refuse && can_grant) f.choose(n);
    }
}

bool chose_refusal(const html_form& f) {
    return std::any_of(f.controls.begin(), f.controls.end(),
                       [](const control& c) { return is_choice(c) && c.on && says(words_on(c), refusing); });
}

bool is_pressed(const control& c, const sign_in_choice& who) {
    return std::any_of(who.press.begin(), who.press.end(),
                       [&](const std::string& name) { return is_called(c, name); });
}

// The boxes and choices that are named to be clicked.
void tick_pressed(html_form& f, const sign_in_choice& who) {
    for (std::size_t n = 0; n < f.controls.size(); ++n) {
        control& c = f.controls[n];
        if (!is_choice(c) || !is_pressed(c, who)) continue;
        if (c.kind == control_kind::checkbox) {
            c.on = true;
        } else {
            f.choose(n);
        }
    }
}

// Presses a button. False: there are buttons, but none is right for this user.
bool press(html_form& f, const sign_in_choice& who) {
    control* best = nullptr;
    int best_rank = 0;
    bool any = false;
    const bool signs_in = std::any_of(f.controls.begin(), f.controls.end(), asks_who);
    const bool deny = !who.allow && !signs_in && !chose_refusal(f);
    for (control& c : f.controls) {
        if (c.kind != control_kind::button) continue;
        any = true;
        const std::string text = words_on_button(c);
        int rank = deny ? 0 : 1;
        if (says(text, refusing)) {
            rank = deny ? 4 : 0;
        } else if (says(text, elsewhere) && !who.leaving) {
            rank = 0;
        } else if (says(text, granting)) {
            rank = deny ? 0 : 4;
        } else if (says(text, going_on)) {
            rank = 3;
        }
        for (const auto& [name, value] : who.fields) {
            if (is_called(c, name) && c.value == value) rank = 5;
        }
        // Not at a consent that is to be refused: the named button grants it.
        if (!deny && is_pressed(c, who)) rank = 5;
        if (rank > best_rank) {
            best = &c;
            best_rank = rank;
        }
    }
    if (best != nullptr) {
        best->on = true;
        if (!best->action.empty()) f.action = best->action;
    }
    return best != nullptr || !any;
}

// How likely the form is the one for this user; below 1: not at all.
int weight(const html_form& f, const sign_in_choice& who) {
    int w = f.method == "POST" ? 1 : 0;
    for (const control& c : f.controls) {
        const std::string text = words_on_button(c);
        if (asks_who(c)) w = std::max(w, 8);
        if (asks_organization(c)) w = std::max(w, 4);
        if (c.kind == control_kind::button && (says(text, granting) || says(text, refusing))) w = std::max(w, 6);
        const bool named =
            is_pressed(c, who) || std::any_of(who.fields.begin(), who.fields.end(),
                                              [&](const auto& field) { return is_called(c, field.first); });
        if (named) w = std::max(w, 9);
    }
    const bool away = std::any_of(f.controls.begin(), f.controls.end(), [](const control& c) {
        return c.kind == control_kind::button && says(words_on_button(c), elsewhere);
    });
    return away && !who.leaving && w < 8 ? 0 : w;
}

}  // namespace

void fill_named(html_form& f, const std::string& name, const std::string& value) {
    for (control& c : f.controls) {
        if (is_called(c, name) && !is_choice(c) && c.kind != control_kind::button) c.value = value;
    }
    choose_among(f, name, value);
}

bool refuses(const html_form& filled) {
    return chose_refusal(filled) || std::any_of(filled.controls.begin(), filled.controls.end(), [](const control& c) {
               return c.kind == control_kind::button && c.on && says(words_on_button(c), refusing);
           });
}

std::optional<html_form> fill_in(const std::vector<html_form>& forms, const sign_in_choice& who) {
    const html_form* best = nullptr;
    int best_weight = 0;
    for (const html_form& f : forms) {
        const int w = weight(f, who);
        if (w > best_weight) {
            best = &f;
            best_weight = w;
        }
    }
    if (best == nullptr) return std::nullopt;
    html_form filled = *best;
    for (const auto& [name, value] : who.fields) fill_named(filled, name, value);
    fill_guessed(filled, who);
    if (who.allow) tick_scopes(filled);
    decide_by_choice(filled, who.allow);
    if (who.allow) tick_pressed(filled, who);
    if (!press(filled, who)) return std::nullopt;
    return filled;
}

}  // namespace assay::harness
