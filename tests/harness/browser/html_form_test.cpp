#include "harness/browser/html_form.hpp"

#include <gtest/gtest.h>

#include "harness/browser/filling.hpp"

namespace assay::harness {
namespace {

constexpr const char* page = "http://127.0.0.1:1/i/a/login?x=y";

std::string sent(const html_form& f) {
    return oauth::format_form(f.entries());
}

TEST(parse_forms, reads_every_kind_of_control_with_its_default) {
    const auto forms = parse_forms(R"(<form method=POST action="../go?a=1&amp;b=2">
        <input name=t value="a b"><input type=hidden name=h value="&lt;&quot;é">
        <input type=checkbox name=c1><input type=checkbox name=c2 value=v checked>
        <input type=radio name=r value=1><input type=radio name=r value=2 checked>
        <select name=s><option>one<option value=2 selected>two</select>
        <select name=d><option value=first>x<option>y</select>
        <select name=m multiple><option value=1 selected>a<option value=2>b<option value=3 selected>c</select>
        <textarea name=ta>text</textarea><input name=off disabled value=x><input value=nameless>
        <input type=file name=f><button type=button name=js>js</button><input type=submit name=go value=Go>
        </form>)",
                                   page);
    ASSERT_EQ(forms.size(), 1U);
    EXPECT_EQ(forms[0].method, "POST");
    EXPECT_EQ(forms[0].action, "http://127.0.0.1:1/i/go?a=1&b=2");
    EXPECT_EQ(sent(forms[0]), "t=a+b&h=%3C%22%C3%A9&c2=v&r=2&s=2&d=first&m=1&m=3&ta=text");
}

TEST(parse_forms, follows_base_form_attributes_and_labels) {
    const auto forms = parse_forms(
        R"html(<base href="https://idp.example/deep/"><form id=one action=next></form>
        <form action="javascript:alert(1)"></form><form action="http://[bad"></form>
        <label for=u>Your  name</label><input form=one id=u name=username>
        <label>Acme <b>Inc</b> <input form=one type=radio name=org value=o1></label><input name=stray value=1>)html",
        page);
    ASSERT_EQ(forms.size(), 2U);
    EXPECT_EQ(forms[0].action, "https://idp.example/deep/next");
    EXPECT_EQ(forms[0].method, "GET");
    ASSERT_EQ(forms[0].controls.size(), 2U);
    EXPECT_EQ(forms[0].controls[0].label, "Your name");
    EXPECT_EQ(forms[0].controls[1].label, "Acme Inc");
    EXPECT_EQ(forms[1].action, "javascript:alert(1)");
}

TEST(parse_forms, takes_any_bytes_for_a_page) {
    std::string deep;
    for (int n = 0; n < 100'000; ++n) deep += "<div><label>";
    std::string wide = "<form>";
    for (int n = 0; n < 10'000; ++n) wide += "<input name=n><form>";
    std::string select = "<form><select name=s>";
    for (int n = 0; n < 10'000; ++n) select += "<option>o";
    for (const std::string& hostile :
         {std::string(), std::string("\0\xff\xfe<form", 8), std::string("<form><input name=\xc3\x28 value='"),
          deep + "<form>", wide, select,
          std::string("<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><form><input value=&e;>"),
          std::string("<form action='http://h/\r\nX: y'>"), std::string(5'000'000, '<')}) {
        const auto forms = parse_forms(hostile, page);
        std::size_t controls = 0;
        for (const auto& f : forms) controls += f.controls.size();
        EXPECT_LE(forms.size(), 32U);
        EXPECT_LE(controls, 2000U);
    }
    EXPECT_TRUE(parse_forms("<form>", "not a page").empty());
}

std::string filled(const char* html, const sign_in_choice& who) {
    const auto f = fill_in(parse_forms(html, page), who);
    return f ? sent(*f) : "none";
}

sign_in_choice ada(bool allow = true) {
    sign_in_choice who;
    who.user = "ada";
    who.password = "secret";
    who.organizations = {"globex"};
    who.allow = allow;
    return who;
}

TEST(fill_in, signs_in_even_when_it_will_deny) {
    constexpr const char* html = R"(<form action=/search><input name=q></form><form method=post>
        <input type=hidden name=csrf value=t><input type=email name=email><input type=password name=pw>
        <button name=a value=cancel>Cancel</button><button name=a value=in>Sign in</button></form>)";
    EXPECT_EQ(filled(html, ada()), "csrf=t&email=ada&pw=secret&a=in");
    EXPECT_EQ(filled(html, ada(false)), "csrf=t&email=ada&pw=secret&a=in");
}

TEST(fill_in, picks_a_person_from_radio_buttons) {
    constexpr const char* html = R"(<form method=post><input type=radio name=username value=grace checked>
        <label><input type=radio name=username value=u-1> Ada Lovelace <small>ada</small></label><button>Sign in</button></form>)";
    EXPECT_EQ(filled(html, ada()), "username=u-1");
}

TEST(fill_in, allows_and_denies) {
    constexpr const char* html = R"(<form method=post><button name=action value=deny>Do not allow</button>
        <button name=action value=allow>Allow</button></form>)";
    EXPECT_EQ(filled(html, ada()), "action=allow");
    EXPECT_EQ(filled(html, ada(false)), "action=deny");
    constexpr const char* choice =
        R"(<form method=post><input type=radio name=d value=yes checked><input type=radio name=d value=no>
        <button>Continue</button></form>)";
    EXPECT_EQ(filled(choice, ada()), "d=yes");
    EXPECT_EQ(filled(choice, ada(false)), "d=no");
}

TEST(fill_in, never_grants_when_asked_to_deny) {
    EXPECT_EQ(filled("<form method=post><button name=a value=1>Authorize</button></form>", ada(false)), "none");
    EXPECT_EQ(filled("<form method=post><button name=a value=1>Continue</button></form>", ada(false)), "a=1");
}

TEST(fill_in, chooses_organizations_by_value_slug_or_name) {
    constexpr const char* radios = R"(<form method=post>
        <label><input type=radio name=sub value=1> Acme Inc <small>acme</small></label>
        <label><input type=radio name=sub value=2> Globex Co <small>globex</small></label><button>Allow</button></form>)";
    EXPECT_EQ(filled(radios, ada()), "sub=2");
    auto who = ada();
    who.organizations = {"1"};
    EXPECT_EQ(filled(radios, who), "sub=1");
    who.organizations = {"acme inc"};
    EXPECT_EQ(filled(radios, who), "sub=1");
    who.organizations = {"globex", "acme"};
    EXPECT_EQ(filled(radios, who), "sub=2");
    constexpr const char* boxes = R"(<form method=post>
        <input type=checkbox name=organizations value=acme checked><input type=checkbox name=organizations value=globex>
        <input type=checkbox name=organizations value=initech><button>Allow</button></form>)";
    EXPECT_EQ(filled(boxes, who), "organizations=acme&organizations=globex");
    who.organizations.clear();
    EXPECT_EQ(filled(boxes, who), "organizations=acme");
}

TEST(fill_in, leaves_alone_what_is_for_somebody_else) {
    EXPECT_EQ(filled("<form><input name=q><button>Search</button></form>", ada()), "none");
    EXPECT_EQ(filled("<form method=post action=/logout><button>Log out</button></form>", ada()), "none");
    EXPECT_EQ(filled("<p>nothing here", ada()), "none");
}

TEST(fill_in, puts_named_fields_before_any_guess) {
    auto who = ada();
    who.fields = {{"user", "root"}, {"realm", "staff"}, {"go", "2"}, {"absent", "x"}};
    EXPECT_EQ(filled(R"(<form method=post><input name=user><select name=realm><option>guests<option>staff</select>
        <button name=go value=1>Sign in</button><button name=go value=2>Other way</button></form>)",
                     who),
              "user=root&realm=staff&go=2");
}

TEST(fill_in, takes_an_id_for_a_name) {
    auto who = ada();
    who.fields = {{"the-user", "root"}, {"the-realm", "staff"}, {"the-pin", "1234"}};
    EXPECT_EQ(filled(R"(<form method=post><input id=the-user name=user><select id=the-realm name=realm><option>guests
        <option>staff</select><input id=the-pin name=pin type=password><button name=go value=1>Sign in</button></form>)",
                     who),
              "user=root&realm=staff&pin=1234&go=1");
}

// Words of another language say nothing about a button; what is named is pressed all the same.
TEST(fill_in, presses_what_is_named) {
    auto who = ada();
    who.press = {"weiter", "immer"};
    constexpr const char* consent = R"(<form method=post><input type=checkbox id=immer name=remember value=1>
        <button name=action value=n>Nein</button><button id=weiter name=action value=j>Weiter</button></form>)";
    EXPECT_EQ(filled(consent, who), "remember=1&action=j");
    who.allow = false;
    EXPECT_EQ(filled(consent, who), "none") << "what is named grants consent";
    who.press.clear();
    who.allow = true;
    EXPECT_EQ(filled(consent, who), "action=n") << "without a name, the first of the equals";
}

}  // namespace
}  // namespace assay::harness
