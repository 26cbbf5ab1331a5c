// The suite's scripted browser: ["text", "name", "username", "ada"], ["click", "id", "go"], ["wait", …].
#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "data/nearest.hpp"
#include "harness/engine/server/oidf_members.hpp"
#include "http/message.hpp"

namespace assay::harness {
namespace {

const std::vector<std::string>& commands_known() {
    static const std::vector<std::string> all{"text", "click", "wait", "wait-element-visible",
                                              "wait-element-invisible"};
    return all;
}
const std::vector<std::string>& selectors_known() {
    static const std::vector<std::string> all{"id", "name", "css", "xpath", "class", "contains", "match"};
    return all;
}

bool known(const std::vector<std::string>& all, std::string_view one) {
    return std::any_of(all.begin(), all.end(), [&](const std::string& each) { return http::iequals(each, one); });
}

// The name or id in `@id='x'`, `name="x"` or `name=x`; empty: another attribute, or more than that.
std::string value_of_attribute(std::string_view text) {
    if (text.starts_with('@')) text.remove_prefix(1);
    const std::size_t mark = text.find('=');
    const std::string_view attribute = text.substr(0, mark);
    if (mark == std::string_view::npos || (attribute != "id" && attribute != "name")) return {};
    std::string_view value = text.substr(mark + 1);
    if (value.size() >= 2 && (value.front() == '"' || value.front() == '\'') && value.back() == value.front())
        value = value.substr(1, value.size() - 2);
    return value.find_first_of("\"'[]() ") == std::string_view::npos ? std::string(value) : std::string{};
}

// The element's name or id: for those selectors themselves, "#x", "input[name='x']" and "//input[@name='x']".
std::string name_or_id(std::string_view selector, std::string_view target) {
    if (http::iequals(selector, "id") || http::iequals(selector, "name")) return std::string(target);
    const bool path = http::iequals(selector, "xpath");
    if (!path && !http::iequals(selector, "css")) return {};
    if (path && !target.starts_with("//")) return {};
    if (path) target.remove_prefix(2);
    const std::size_t tag = target.find_first_of("#[");
    if (tag == std::string_view::npos || target.substr(0, tag).find_first_of(" .>:+~/") != std::string_view::npos)
        return {};
    const std::string_view rest = target.substr(tag);
    if (!path && rest.front() == '#') {
        const std::string_view id = rest.substr(1);
        return id.find_first_of(" .>:+~[#") == std::string_view::npos ? std::string(id) : std::string{};
    }
    return rest.front() == '[' && rest.back() == ']' ? value_of_attribute(rest.substr(1, rest.size() - 2))
                                                     : std::string{};
}

bool is_for_password(std::string_view target) {
    for (std::size_t i = 0; i + 4 <= target.size(); ++i) {
        if (http::iequals(target.substr(i, 4), "pass")) return true;
    }
    return false;
}

class browser_reader {
public:
    browser_reader(oidf_members& in, server_spec& out) : in_(in), out_(out) {}

    void read(const json::value& root) {
        const json::value* entries = in_.of_kind(&root, "", "browser", json::kind::array);
        if (entries == nullptr || entries->as_array()->empty()) {
            in_.add_note(in_.place("/browser") +
                         ": it is missing, so no page can be filled in: only a server that signs in by "
                         "itself can be checked");
            return;
        }
        for (std::size_t i = 0; i < entries->as_array()->size(); ++i)
            entry((*entries->as_array())[i], fmt::format("/browser/{}", i));
        say_what_has_no_counterpart();
        out_.places["sign_in"] = in_.place("/browser");
    }

private:
    bool is_object(const json::value& v, const std::string& pointer) {
        if (!v.is_object())
            in_.add_error(pointer, fmt::format("expected an object, found {}", json::kind_name(v.kind())));
        return v.is_object();
    }

    void entry(const json::value& v, const std::string& pointer) {
        static constexpr std::array<std::string_view, 4> used{"match", "match-limit", "tasks", "comment"};
        if (!is_object(v, pointer)) return;
        in_.look_at(v, pointer, used, {});
        if (in_.text(&v, pointer, "match").empty())
            in_.add_error(pointer + "/match", "the suite needs it: the pattern of the URL that this script is for");
        const json::value* tasks = in_.of_kind(&v, pointer, "tasks", json::kind::array);
        if (tasks == nullptr) return;
        for (std::size_t i = 0; i < tasks->as_array()->size(); ++i)
            task((*tasks->as_array())[i], fmt::format("{}/tasks/{}", pointer, i));
    }

    void task(const json::value& v, const std::string& pointer) {
        static constexpr std::array<std::string_view, 5> used{"task", "match", "optional", "commands", "comment"};
        if (!is_object(v, pointer)) return;
        in_.look_at(v, pointer, used, {});
        if (in_.text(&v, pointer, "task").empty())
            in_.add_error(pointer + "/task", "the suite needs it: the task's name");
        (void)in_.text(&v, pointer, "match");
        (void)in_.of_kind(&v, pointer, "optional", json::kind::boolean);
        const json::value* commands = in_.of_kind(&v, pointer, "commands", json::kind::array);
        if (commands == nullptr) return;
        for (std::size_t i = 0; i < commands->as_array()->size(); ++i)
            command((*commands->as_array())[i], fmt::format("{}/commands/{}", pointer, i));
    }

    void command(const json::value& v, const std::string& pointer) {
        const json::array* words = v.as_array();
        const auto word = [&](std::size_t n) -> const std::string* {
            return words != nullptr && n < words->size() ? (*words)[n].as_string() : nullptr;
        };
        if (word(0) == nullptr || word(1) == nullptr || word(2) == nullptr) {
            in_.add_error(pointer, R"(a command is a list of texts: ["text", "name", "username", "ada"])");
            return;
        }
        if (!known(commands_known(), *word(0))) {
            in_.add_error(pointer + "/0",
                          fmt::format("'{}' is no command{}", *word(0), did_you_mean(*word(0), commands_known())));
            return;
        }
        if (!known(selectors_known(), *word(1))) {
            in_.add_error(pointer + "/1",
                          fmt::format("'{}' selects nothing{}", *word(1), did_you_mean(*word(1), selectors_known())));
            return;
        }
        const std::string name = name_or_id(*word(1), *word(2));
        if (http::iequals(*word(0), "click")) {
            click(name, pointer);
        } else if (!http::iequals(*word(0), "text")) {
            waits_.push_back(pointer);
        } else if (word(3) == nullptr) {
            in_.add_error(pointer + "/3", "the text to type is missing");
        } else {
            type(name, *word(2), *word(3), pointer);
        }
    }

    void type(const std::string& name, const std::string& target, const std::string& value,
              const std::string& pointer) {
        page_sign_in& pages = out_.view.pages;
        std::string& filled = is_for_password(target) ? pages.password : pages.user;
        if (filled.empty()) {
            filled = value;
            out_.places[is_for_password(target) ? "sign_in.password" : "sign_in.user"] = in_.place(pointer);
        }
        if (name.empty()) {
            unnamed_.push_back(pointer);
            return;
        }
        const auto same = std::find_if(pages.fields.begin(), pages.fields.end(),
                                       [&](const auto& field) { return field.first == name; });
        if (same == pages.fields.end()) {
            pages.fields.emplace_back(name, value);
        } else if (same->second != value) {
            in_.add_note(
                fmt::format("{}: '{}' is given another text above, which is used", in_.place(pointer), name));
        }
    }

    void click(const std::string& name, const std::string& pointer) {
        std::vector<std::string>& presses = out_.view.pages.press;
        if (name.empty()) {
            unnamed_clicks_.push_back(pointer);
        } else if (std::find(presses.begin(), presses.end(), name) == presses.end()) {
            presses.push_back(name);
        }
    }

    void say_what_has_no_counterpart() {
        const auto say = [&](const std::vector<std::string>& pointers, std::string_view what) {
            if (!pointers.empty())
                in_.add_note(fmt::format("{} {}", in_.place(fmt::format("{}:", fmt::join(pointers, ", "))), what));
        };
        say(unnamed_,
            "neither name nor id of the field; Assay types into the field for users or passwords that it finds");
        say(unnamed_clicks_, "neither name nor id of what is clicked; Assay chooses the button by its words");
        say(waits_, "Assay waits for each page by itself, and takes no screenshots");
    }

    oidf_members& in_;
    server_spec& out_;
    std::vector<std::string> unnamed_, unnamed_clicks_, waits_;
};

}  // namespace

void read_oidf_browser(const json::value& root, oidf_members& in, server_spec& out) {
    browser_reader(in, out).read(root);
}

}  // namespace assay::harness
