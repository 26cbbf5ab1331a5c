// Which form of a page starts the sign-in, and which of its fields are sent.
#include "harness/clients/sign_in_form.hpp"

#include <string>

#include <gtest/gtest.h>

namespace assay::tests {
namespace {

using harness::sign_in_start;

const std::string page = R"(
<form action="/search"><input name="q"></form>
<form action="/go/google" method="post"><input type="hidden" name="csrf" value="1"><button>Google</button></form>
<form action="/go/assay" method="post"><input type="hidden" name="csrf" value="2">
<input name="next" value="/"><button name="b" value="first">Assay</button><button name="b" value="second">Other</button>
</form>)";

std::string sent(const sign_in_start& how, const std::string& html = page) {
    const auto form = form_to_begin_with(how, harness::parse_forms(html, "http://localhost:1/in"));
    if (!form) return form.error().message;
    return form->method + " " + form->action + " " + oauth::format_form(form->entries());
}

TEST(form_to_begin_with, keeps_hidden_fields_and_presses_a_button) {
    sign_in_start how{"/in", true, "/go/assay", {}};
    EXPECT_EQ(sent(how), "POST http://localhost:1/go/assay csrf=2&next=%2F&b=first");
    how.fields = {{"next", "/home"}, {"b", "second"}};
    EXPECT_EQ(sent(how), "POST http://localhost:1/go/assay csrf=2&next=%2Fhome&b=second");
    how.action.clear();
    EXPECT_EQ(sent(how), "POST http://localhost:1/go/assay csrf=2&next=%2Fhome&b=second") << "found by its fields";
}

TEST(form_to_begin_with, needs_no_name_where_one_form_posts) {
    const std::string one = page.substr(0, page.find("<form action=\"/go/assay"));
    EXPECT_EQ(sent({"/in", true, {}, {}}, one), "POST http://localhost:1/go/google csrf=1");
}

TEST(form_to_begin_with, says_what_is_there_where_none_or_more_than_one_is_meant) {
    const std::string several = sent({"/in", true, {}, {}});
    EXPECT_NE(several.find("more than one form"), std::string::npos) << several;
    EXPECT_NE(several.find("GET /search (q), POST /go/google (csrf), POST /go/assay (csrf, next, b)"),
              std::string::npos)
        << several;
    EXPECT_NE(sent({"/in", true, "/go", {}}).find("no form"), std::string::npos);
    EXPECT_NE(sent({"/in", true, {}, {}}, "<p>Hello</p>").find("has: no form"), std::string::npos);
}

}  // namespace
}  // namespace assay::tests
