#include "harness/browser/html_form.hpp"

#include <algorithm>
#include <map>
#include <memory>
#include <optional>

#include <libxml/HTMLparser.h>
#include <libxml/tree.h>

#include "data/text.hpp"
#include "http/message.hpp"
#include "http/url.hpp"

namespace assay::harness {
namespace {

constexpr std::size_t html_bytes_max = 4U << 20U;
constexpr std::size_t forms_max = 32;
constexpr std::size_t controls_max = 2000;
constexpr std::size_t label_max = 300;
constexpr std::size_t text_max = 64U << 10U;

struct free_doc {
    void operator()(xmlDoc* d) const { xmlFreeDoc(d); }
};

std::string_view view_of(const xmlChar* s) {
    return s == nullptr ? std::string_view{} : std::string_view(reinterpret_cast<const char*>(s));
}

bool is(const xmlNode* n, std::string_view name) {
    return n != nullptr && n->type == XML_ELEMENT_NODE && http::iequals(view_of(n->name), name);
}

std::optional<std::string> attribute(const xmlNode* n, const char* name) {
    xmlChar* got = xmlGetProp(n, reinterpret_cast<const xmlChar*>(name));
    if (got == nullptr) return std::nullopt;
    std::string out(view_of(got));
    xmlFree(got);
    return out;
}

std::string value_or(const xmlNode* n, const char* name, std::string otherwise) {
    auto got = attribute(n, name);
    return got ? std::move(*got) : std::move(otherwise);
}

// Replaces each run of white space by one space.
std::string squeezed(std::string_view text) {
    std::string out;
    for (const char c : text) {
        const bool blank = c == ' ' || c == '\t' || c == '\n' || c == '\r';
        if (!blank) {
            out += c;
        } else if (!out.empty() && out.back() != ' ') {
            out += ' ';
        }
    }
    if (out.ends_with(' ')) out.pop_back();
    return out.substr(0, label_max);
}

// The node after `n` in document order below `root`; no recursion, whatever the depth.
xmlNode* following(xmlNode* n, const xmlNode* root) {
    if (n->children != nullptr && n->type == XML_ELEMENT_NODE) return n->children;
    while (n != nullptr && n != root) {
        if (n->next != nullptr) return n->next;
        n = n->parent;
    }
    return nullptr;
}

// Text below `n`, at most `bytes_max` of it: labels can be nested, so that the same text would be copied many times.
std::string content(xmlNode* n, std::size_t bytes_max) {
    std::string out;
    std::size_t steps = 0;
    for (xmlNode* at = n->children; at != nullptr && out.size() < bytes_max && ++steps < 1000;
         at = following(at, n)) {
        if (at->type == XML_TEXT_NODE || at->type == XML_CDATA_SECTION_NODE)
            out += view_of(at->content).substr(0, bytes_max - out.size());
    }
    return out;
}

xmlNode* ancestor(xmlNode* n, std::string_view name) {
    for (n = n->parent; n != nullptr && n->type == XML_ELEMENT_NODE; n = n->parent) {
        if (is(n, name)) return n;
    }
    return nullptr;
}

// The node after `n` and its descendants.
xmlNode* after(xmlNode* n, const xmlNode* root) {
    while (n != nullptr && n != root && n->next == nullptr) n = n->parent;
    return n == nullptr || n == root ? nullptr : n->next;
}

class page_reader {
public:
    page_reader(xmlDoc* doc, std::string page) : root_(xmlDocGetRootElement(doc)), base_(std::move(page)) {}

    std::vector<html_form> read() {
        if (root_ == nullptr) return {};
        for (xmlNode* n = root_; n != nullptr; n = following(n, root_)) look(n);
        for (xmlNode* n = root_; n != nullptr; n = following(n, root_)) {
            if (html_form* f = form_of(n); f != nullptr && seen_ < controls_max) add(*f, n);
        }
        return std::move(forms_);
    }

private:
    void look(xmlNode* n) {
        if (is(n, "base") && !based_) {
            based_ = true;
            if (auto href = attribute(n, "href")) base_ = http::resolve_url(base_, *href).value_or(base_);
        } else if (is(n, "label")) {
            if (auto target = attribute(n, "for"); target && labels_.size() < controls_max)
                labels_.emplace(*target, squeezed(content(n, label_max * 4)));
        } else if (is(n, "form") && forms_.size() < forms_max) {
            const auto action = http::resolve_url(base_, value_or(n, "action", ""));
            if (!action) return;
            places_[n] = forms_.size();
            if (auto id = attribute(n, "id")) ids_.emplace(*id, forms_.size());
            html_form f;
            f.action = *action;
            f.method = lowered(value_or(n, "method", "get")) == "post" ? "POST" : "GET";
            forms_.push_back(std::move(f));
        }
    }

    html_form* form_of(xmlNode* n) {
        if (!is(n, "input") && !is(n, "select") && !is(n, "button") && !is(n, "textarea")) return nullptr;
        if (auto id = attribute(n, "form")) {
            const auto named = ids_.find(*id);
            return named == ids_.end() ? nullptr : &forms_[named->second];
        }
        const auto around = places_.find(ancestor(n, "form"));
        return around == places_.end() ? nullptr : &forms_[around->second];
    }

    void add(html_form& f, xmlNode* n) {
        if (attribute(n, "disabled")) return;
        control c;
        c.name = value_or(n, "name", "");
        c.id = value_or(n, "id", "");
        c.label = label_of(n);
        if (is(n, "select")) {
            add_select(f, n, c);
            return;
        }
        if (is(n, "textarea")) {
            c.value = content(n, text_max);
        } else if (is(n, "button")) {
            if (lowered(value_or(n, "type", "submit")) != "submit") return;
            c.kind = control_kind::button;
            c.value = value_or(n, "value", "");
            c.label = squeezed(content(n, label_max * 4));
        } else if (!fill_input(c, n)) {
            return;
        }
        if (c.kind == control_kind::button) {
            if (auto to = attribute(n, "formaction")) c.action = http::resolve_url(base_, *to).value_or("");
        }
        push(f, std::move(c));
    }

    // False: an input that is never submitted.
    static bool fill_input(control& c, const xmlNode* n) {
        const std::string type = lowered(value_or(n, "type", "text"));
        if (type == "reset" || type == "button" || type == "file") return false;
        const bool ticked = type == "checkbox" || type == "radio";
        c.value = value_or(n, "value", ticked ? "on" : "");
        if (ticked) {
            c.kind = type == "radio" ? control_kind::radio : control_kind::checkbox;
            c.on = attribute(n, "checked").has_value();
        } else if (type == "submit" || type == "image") {
            c.kind = control_kind::button;
            c.label = c.value.empty() ? value_or(n, "alt", "Submit") : c.value;
        } else if (type == "hidden") {
            c.kind = control_kind::hidden;
        } else if (type == "password") {
            c.kind = control_kind::password;
        }
        return true;
    }

    void add_select(html_form& f, xmlNode* select, const control& like) {
        const bool multiple = attribute(select, "multiple").has_value();
        const std::size_t first = f.controls.size();
        for (xmlNode* n = select->children; n != nullptr; n = following(n, select)) {
            if (!is(n, "option") || attribute(n, "disabled")) continue;
            control c;
            c.kind = multiple ? control_kind::checkbox : control_kind::option;
            c.name = like.name;
            c.id = like.id;
            c.label = squeezed(content(n, label_max * 4));
            c.value = value_or(n, "value", c.label);
            c.on = attribute(n, "selected").has_value();
            if (!push(f, std::move(c))) break;
        }
        const auto begin = f.controls.begin() + static_cast<std::ptrdiff_t>(first);
        const bool none = std::none_of(begin, f.controls.end(), [](const control& c) { return c.on; });
        if (!multiple && none && begin != f.controls.end()) begin->on = true;
    }

    bool push(html_form& f, control c) {
        if (++seen_ > controls_max) return false;
        f.controls.push_back(std::move(c));
        return true;
    }

    std::string label_of(xmlNode* n) {
        if (const auto id = attribute(n, "id")) {
            if (const auto found = labels_.find(*id); found != labels_.end()) return found->second;
        }
        if (xmlNode* around = ancestor(n, "label")) return squeezed(content(around, label_max * 4));
        return squeezed(value_or(n, "aria-label", value_or(n, "placeholder", "")));
    }

    xmlNode* root_;
    std::string base_;
    bool based_ = false;
    std::vector<html_form> forms_;
    std::map<const xmlNode*, std::size_t> places_;
    std::map<std::string, std::size_t> ids_;
    std::map<std::string, std::string> labels_;
    std::size_t seen_ = 0;
};

std::unique_ptr<xmlDoc, free_doc> read_page(std::string_view html, const std::string& charset) {
    if (html.empty() || html.size() > html_bytes_max) return nullptr;
    // Without a declared charset a page is read as UTF-8; libxml2 would assume ISO-8859-1.
    const bool says = html.substr(0, 4096).find("charset") != std::string_view::npos;
    const char* encoding = !charset.empty() ? charset.c_str() : says ? nullptr : "UTF-8";
    const int options = HTML_PARSE_RECOVER | HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING | HTML_PARSE_NONET;
    const auto read = [&](const char* in) {
        return htmlReadMemory(html.data(), static_cast<int>(html.size()), nullptr, in, options);
    };
    std::unique_ptr<xmlDoc, free_doc> doc(read(encoding));
    if (!doc && encoding != nullptr) doc.reset(read(nullptr));
    return doc;
}

}  // namespace

void html_form::choose(std::size_t at) {
    for (std::size_t n = 0; n < controls.size(); ++n) {
        control& c = controls[n];
        const bool exclusive = c.kind == control_kind::radio || c.kind == control_kind::option;
        if (exclusive && c.name == controls[at].name) c.on = n == at;
    }
}

oauth::form html_form::entries() const {
    oauth::form out;
    for (const control& c : controls) {
        const bool typed =
            c.kind == control_kind::text || c.kind == control_kind::password || c.kind == control_kind::hidden;
        if (!c.name.empty() && (typed || c.on)) out.append(c.name, c.value);
    }
    return out;
}

std::vector<html_form> parse_forms(std::string_view html, const std::string& page, const std::string& charset) {
    const auto doc = read_page(html, charset);
    return doc ? page_reader(doc.get(), page).read() : std::vector<html_form>{};
}

std::string visible_text(std::string_view html) {
    const auto doc = read_page(html, "");
    xmlNode* root = doc ? xmlDocGetRootElement(doc.get()) : nullptr;
    std::string out;
    for (xmlNode* n = root; n != nullptr && out.size() < label_max;) {
        const bool unseen = is(n, "head") || is(n, "script") || is(n, "style") || is(n, "noscript");
        if (n->type == XML_TEXT_NODE) out += " " + std::string(view_of(n->content));
        n = unseen ? after(n, root) : following(n, root);
    }
    return squeezed(out);
}

}  // namespace assay::harness
