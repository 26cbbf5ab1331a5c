// Every error of a file, by a reader that stops at its first.
#include "harness/cli/lint/all_errors.hpp"

#include <array>
#include <string>

#include <gtest/gtest.h>

namespace assay::harness {
namespace {

// A map with a text `name` and a list `colours` of red and green, both required.
result<void> read(const yaml::document& d) {
    static constexpr std::array<std::string_view, 3> keys{"name", "colours", "size"};
    if (auto ok = yaml::only_keys(d, d.root, keys, "a thing"); !ok) return ok;
    for (const std::string_view key : {"name", "colours"}) {
        if (d.root.find(key) == nullptr)
            return fail(d.error_at(d.root.at, "a thing needs '" + std::string(key) + "'"));
    }
    for (const yaml::node& one : d.root.find("colours")->items) {
        if (one.scalar == "gren") return fail(d.error_at(one.at, "no colour 'gren'; did you mean 'green'?"));
        if (one.scalar != "red" && one.scalar != "green") return fail(d.error_at(one.at, "no colour here"));
    }
    if (d.root.find("colours")->items.empty())
        return fail(d.error_at(d.root.find("colours")->at, "colours are none; list at least one"));
    const yaml::node* size = d.root.find("size");
    if (size == nullptr) return {};
    if (auto n = yaml::as_integer(d, *size); !n) return fail(n.error());
    return {};
}

std::string errors_of(const std::string& text, const std::string& right = "name: x\ncolours: [red]\n") {
    const auto sample = yaml::parse(right, "right.yaml");
    std::string out;
    for (const error& e : all_errors(yaml::parse(text, "a.yaml").value(), read, &*sample)) out += e.text() + "\n";
    return out;
}

TEST(all_errors, are_none_in_a_right_file) {
    EXPECT_EQ(errors_of("name: x\ncolours: [green]\n"), "");
}

TEST(all_errors, go_on_behind_a_misspelt_key_a_missing_key_and_a_wrong_value) {
    EXPECT_EQ(errors_of("colors: [gren, blue, red]\nsize: big\n"),
              "a.yaml:1:1: unknown key 'colors' in a thing; did you mean 'colours'?\n"
              "a.yaml:1:1: a thing needs 'name'\n"
              "a.yaml:1:10: no colour 'gren'; did you mean 'green'?\n"
              "a.yaml:1:16: no colour here\n"
              "a.yaml:2:7: expected a whole number, found 'big'\n");
}

TEST(all_errors, leave_out_what_only_follows) {
    // Without the wrong colour the list is empty, which the file does not say.
    EXPECT_EQ(errors_of("name: x\ncolours: [blue]\n"), "a.yaml:2:11: no colour here\n");
}

TEST(all_errors, stop_where_nothing_can_be_mended) {
    EXPECT_EQ(errors_of("size: 3\n", "size: 3\n"), "a.yaml:1:1: a thing needs 'name'\n");
}

}  // namespace
}  // namespace assay::harness
