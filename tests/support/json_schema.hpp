// A validator for the part of JSON Schema 2020-12 that our schemas use. An unknown keyword is a finding, so that a
// schema cannot require more than the tests check. Header only; thread-safe: plain functions.
#pragma once

#include <cstddef>
#include <fstream>
#include <optional>
#include <regex>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "data/json.hpp"

namespace assay::tests {

class json_schema {
public:
    explicit json_schema(json::value schema) : schema_(std::move(schema)) {}

    // "/rows/0/verdict: expected one of …", one line for each mismatch; empty: the document is valid.
    [[nodiscard]] std::vector<std::string> validate(const json::value& document) const {
        std::vector<std::string> found;
        check(schema_, document, "", found);
        return found;
    }

private:
    using findings = std::vector<std::string>;

    void check(const json::value& schema, const json::value& v, const std::string& at, findings& found) const {
        if (const auto allowed = schema.as_boolean()) {
            if (!*allowed) found.push_back(at + ": nothing may stand here");
            return;
        }
        const json::object* keywords = schema.as_object();
        if (keywords == nullptr) {
            found.push_back(at + ": the schema is no object");
            return;
        }
        for (const json::member& keyword : keywords->members) apply(*keywords, keyword, v, at, found);
    }

    void apply(const json::object& schema, const json::member& k, const json::value& v, const std::string& at,
               findings& found) const {
        const std::string& name = k.name;
        if (name == "type") return type(k.v, v, at, found);
        if (name == "enum") return one_of(k.v, v, at, found);
        if (name == "const") return equal(k.v, v, at, found);
        if (name == "required") return required(k.v, v, at, found);
        if (name == "dependentRequired") return dependent(k.v, v, at, found);
        if (name == "properties") return properties(k.v, v, at, found);
        if (name == "additionalProperties") return additional(schema, k.v, v, at, found);
        if (name == "patternProperties" || name == "propertyNames") return names(name, k.v, v, at, found);
        if (name == "items") return items(k.v, v, at, found);
        if (name == "anyOf" || name == "oneOf" || name == "allOf") return choice(name, k.v, v, at, found);
        if (name == "$ref") return reference(k.v, v, at, found);
        if (name == "pattern") return pattern(k.v, v, at, found);
        if (name == "minimum" || name == "maximum") return bound(name, k.v, v.as_number(), at, found);
        if (name == "minLength" || name == "minItems" || name == "minProperties") {
            return bound("minimum", k.v, size_of(name, v), at, found);
        }
        static constexpr std::string_view silent = " $schema $id $defs $comment title description examples default ";
        if (silent.find(" " + name + " ") == std::string_view::npos) {
            found.push_back(at + ": the schema uses '" + name + "', which this validator does not know");
        }
    }

    static bool is_of(std::string_view type, const json::value& v) {
        if (type == "number") return v.as_number().has_value();
        return json::kind_name(v.kind()) == type;
    }

    static void type(const json::value& wanted, const json::value& v, const std::string& at, findings& found) {
        bool fits = wanted.as_string() != nullptr && is_of(*wanted.as_string(), v);
        if (const json::array* list = wanted.as_array()) {
            for (const json::value& each : *list) fits = fits || (each.as_string() && is_of(*each.as_string(), v));
        }
        if (fits) return;
        found.push_back(at + ": expected " + json::format(wanted) + ", found " +
                        std::string(json::kind_name(v.kind())));
    }

    static void one_of(const json::value& list, const json::value& v, const std::string& at, findings& found) {
        for (const json::value& each : *list.as_array()) {
            if (each == v) return;
        }
        found.push_back(at + ": expected one of " + json::format(list) + ", found " + json::format(v));
    }

    static void equal(const json::value& wanted, const json::value& v, const std::string& at, findings& found) {
        if (!(wanted == v)) found.push_back(at + ": expected " + json::format(wanted) + ", found " + json::format(v));
    }

    static void required(const json::value& names, const json::value& v, const std::string& at, findings& found) {
        if (!v.is_object()) return;
        for (const json::value& name : *names.as_array()) {
            if (v.find(*name.as_string()) == nullptr)
                found.push_back(at + ": '" + *name.as_string() + "' is missing");
        }
    }

    static void dependent(const json::value& rules, const json::value& v, const std::string& at, findings& found) {
        for (const json::member& rule : rules.as_object()->members) {
            if (v.find(rule.name) != nullptr) required(rule.v, v, at, found);
        }
    }

    void properties(const json::value& shapes, const json::value& v, const std::string& at, findings& found) const {
        for (const json::member& shape : shapes.as_object()->members) {
            if (const json::value* member = v.find(shape.name)) check(shape.v, *member, at + "/" + shape.name, found);
        }
    }

    void additional(const json::object& schema, const json::value& shape, const json::value& v, const std::string& at,
                    findings& found) const {
        const json::value* listed = schema.find("properties");
        const json::value* patterns = schema.find("patternProperties");
        if (!v.is_object()) return;
        for (const json::member& member : v.as_object()->members) {
            bool known = listed != nullptr && listed->find(member.name) != nullptr;
            if (patterns != nullptr) {
                for (const json::member& p : patterns->as_object()->members) {
                    known = known || std::regex_search(member.name, std::regex(p.name));
                }
            }
            if (!known) check(shape, member.v, at + "/" + member.name, found);
        }
    }

    void names(std::string_view keyword, const json::value& shapes, const json::value& v, const std::string& at,
               findings& found) const {
        if (!v.is_object()) return;
        for (const json::member& member : v.as_object()->members) {
            const std::string below = at + "/" + member.name;
            if (keyword == "propertyNames") {
                check(shapes, json::value(member.name), below, found);
                continue;
            }
            for (const json::member& p : shapes.as_object()->members) {
                if (std::regex_search(member.name, std::regex(p.name))) check(p.v, member.v, below, found);
            }
        }
    }

    void items(const json::value& shape, const json::value& v, const std::string& at, findings& found) const {
        if (!v.as_array()) return;
        for (std::size_t i = 0; i < v.as_array()->size(); ++i) {
            check(shape, (*v.as_array())[i], at + "/" + std::to_string(i), found);
        }
    }

    void choice(std::string_view keyword, const json::value& shapes, const json::value& v, const std::string& at,
                findings& found) const {
        std::size_t fits = 0;
        findings all;
        for (const json::value& shape : *shapes.as_array()) {
            const std::size_t before = all.size();
            check(shape, v, at, all);
            fits += all.size() == before ? 1 : 0;
        }
        const std::size_t n = shapes.as_array()->size();
        if (keyword == "allOf" ? fits == n : keyword == "oneOf" ? fits == 1 : fits > 0) return;
        found.push_back(at + ": fits " + std::to_string(fits) + " of the shapes of " + std::string(keyword));
        found.insert(found.end(), all.begin(), all.end());
    }

    void reference(const json::value& target, const json::value& v, const std::string& at, findings& found) const {
        const std::string& pointer = *target.as_string();
        const json::value* shape = pointer.starts_with('#') ? schema_.at_pointer(pointer.substr(1)) : nullptr;
        if (shape == nullptr) {
            found.push_back(at + ": the schema points to " + pointer + ", where nothing is");
        } else {
            check(*shape, v, at, found);
        }
    }

    static void pattern(const json::value& re, const json::value& v, const std::string& at, findings& found) {
        const std::string* text = v.as_string();
        if (text == nullptr || std::regex_search(*text, std::regex(*re.as_string()))) return;
        found.push_back(at + ": " + json::quote(*text) + " does not match " + *re.as_string());
    }

    static std::optional<double> size_of(std::string_view keyword, const json::value& v) {
        if (keyword == "minLength" && v.as_string()) return static_cast<double>(v.as_string()->size());
        if (keyword == "minItems" && v.as_array()) return static_cast<double>(v.as_array()->size());
        if (keyword == "minProperties" && v.as_object()) return static_cast<double>(v.as_object()->size());
        return std::nullopt;
    }

    static void bound(std::string_view keyword, const json::value& limit, std::optional<double> n,
                      const std::string& at, findings& found) {
        if (!n) return;
        const bool fits = keyword == "minimum" ? *n >= *limit.as_number() : *n <= *limit.as_number();
        if (!fits) found.push_back(at + ": " + std::string(keyword) + " is " + json::format(limit));
    }

    json::value schema_;
};

// A schema of docs/schema, or null when the file is not JSON.
inline json::value read_schema(const std::string& path) {
    std::ifstream in(path);
    std::ostringstream text;
    text << in.rdbuf();
    return json::parse(text.str()).value_or(json::value());
}

}  // namespace assay::tests
