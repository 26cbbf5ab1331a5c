// The whole vocabulary on the wire: each fault changes bytes, timing or the end of a connection at its hook, and is
// recorded as fired exactly then. A new fault is included automatically; one without a visible effect fails here.
#include <algorithm>

#include <gtest/gtest.h>

#include "mock_server/faults/fault_spec.hpp"
#include "tests/mock_server/faults/wire_walk.hpp"

namespace assay::mock {
namespace {

using testing::json_of;
using testing::raw_answer;
using testing::walk_plan;
using testing::walked;
using testing::wire_walker;

constexpr std::chrono::milliseconds hang{150};  // how long no byte may come from a server that does not answer
constexpr std::int64_t delay_ms = 100;

// Shortens long faults, and sets values that some faults need.
json::object spec_of(const fault& f) {
    json::object out{{"fault", f.name}};
    if (f.name == "body_bomb" || f.name == "body_endless") out.append("mib", 1);
    if (f.name == "tcp_delay") out.append("ms", delay_ms);
    if (f.name == "tcp_dribble") {
        out.append("bytes", 64);
        out.append("every_ms", 1);
    }
    return out;
}

bool hangs(const fault& f) {
    return f.name == "tcp_no_answer" || f.name == "tcp_stall_after";
}

// The places where the fault must show.
std::vector<hook> places_of(const fault& f, hook at) {
    std::vector<hook> out{at};
    // This issuer's metadata already contains iss; the part in the metadata is for issuers without it.
    if (f.name == "callback_iss_missing") return out;
    for (const auto& part : f.also) out.push_back(part.at);
    return out;
}

class FaultsOnTheWire : public ::testing::Test {
protected:
    // The same walk without faults; made once.
    const walked& honest(const walk_plan& p) {
        std::string key = std::to_string(p.rounds);
        for (const hook h : p.places) key += " " + std::string(hook_name(h));
        const auto found = honest_.find(key);
        if (found != honest_.end()) return found->second;
        walk_plan patient = p;
        patient.patience = walk_plan{}.patience;
        return honest_.emplace(key, walker_.walk(patient)).first->second;
    }
    // Empty: the fault shows at every place.
    std::string silence(const fault& f, hook at, const json::object& spec) {
        walk_plan p{places_of(f, at), f.when.empty() && f.also.empty() ? 1 : 2};
        if (hangs(f)) p.patience = hang;
        const auto& without = honest(p);
        const auto with = walker_.walk(p, json::array{json::value(spec)});
        if (!with.refused.empty()) return with.refused;
        for (const hook h : p.places) {
            if (!differs(without, with, h)) return "nothing is another at '" + std::string(hook_name(h)) + "'";
        }
        if (with.fired.front() < 1) return "it does not say that it fired";
        return with.journalled.empty() ? "the journal does not name it" : "";
    }
    wire_walker walker_;

private:
    static bool differs(const walked& without, const walked& with, hook h) {
        const auto& a = without.at.at(h);
        const auto found = with.at.find(h);
        if (found == with.at.end()) return false;
        const auto& b = found->second;
        const bool late = !b.empty() && b.front().took.count() >= delay_ms && with.journalled.size() == 1 &&
                          with.journalled.front() == "tcp_delay";
        return a != b || late;
    }
    std::map<std::string, walked> honest_;
};

TEST_F(FaultsOnTheWire, EachIsSeenWhereItActs) {
    for (const fault& f : faults()) EXPECT_EQ(silence(f, f.at, spec_of(f)), "") << f.name;
}

// The listener adds these to every answer; a fault can still remove them.
TEST_F(FaultsOnTheWire, FieldsThatTheListenerAddsCanBeDropped) {
    for (const auto* name : {"Date", "Content-Length"}) {
        const json::object spec{{"fault", "http_header_drop"}, {"headers", json::array{name}}, {"at", "jwks"}};
        EXPECT_EQ(silence(**find_fault("http_header_drop"), hook::jwks, spec), "") << name;
        const auto dropped = walker_.walk({{hook::jwks}}, json::array{json::value(spec)});
        EXPECT_EQ(testing::header_of(dropped.at.at(hook::jwks).front(), name), "") << name;
    }
}

// A member of that answer with a type that the fault can change.
std::string member_of(const raw_answer& a, bool of_text) {
    const auto body = json_of(a);
    if (!body.is_object()) return {};
    for (const auto& m : body.as_object()->members) {
        if (!of_text || m.v.is_string()) return m.name;
    }
    return {};
}

// At another place the fault shows in another member or field.
json::object spec_at(const fault& f, hook h, const raw_answer& honest) {
    json::object out = spec_of(f);
    out.append("at", hook_name(h));
    const std::string any = member_of(honest, false);
    const std::string text = member_of(honest, true);
    if (f.name == "json_drop" || f.name == "json_null") out.append("members", json::array{any});
    if (f.name == "json_escape") out.append("members", json::array{text});
    if (f.name == "json_type") out.append("members", json::object{{any, "array"}});
    if (f.name == "json_rename") out.append("members", json::object{{any, any + "_renamed"}});
    if (f.name == "json_dup") out.append("members", json::object{{any, "another"}});
    if (f.name == "http_header_drop") out.append("headers", json::array{"Date"});
    return out;
}

TEST_F(FaultsOnTheWire, EachIsSeenWhereverItCanBePut) {
    for (const fault& f : faults()) {
        if (!has_choice_of_place(f)) continue;
        for (const hook h : f.places) {
            const auto spec = spec_at(f, h, honest({{h}}).at.at(h).front());
            EXPECT_EQ(silence(f, h, spec), "")
                << f.name << " at " << hook_name(h) << ": " << json::format(json::value(spec));
        }
    }
}

// Values of a map that say what happens to a member: those that certainly change one of these.
json::value chosen(const fault& f, const std::string& parameter, const json::value& choice) {
    const auto* like = f.parameters.find(parameter);
    if (!like->is_object()) return choice;
    if (f.group == "id_token") return json::object{{"exp", choice}, {"sub", choice}};
    return json::object{{"expires_in", choice}, {"token_type", choice}};
}

TEST_F(FaultsOnTheWire, EachChoiceAndEachKeyIsSeen) {
    for (const fault& f : faults()) {
        for (const auto& m : f.choices.members) {
            for (const auto& choice : *m.v.as_array()) {
                auto spec = spec_of(f);
                spec.set(m.name, chosen(f, m.name, choice));
                EXPECT_EQ(silence(f, f.at, spec), "") << json::format(json::value(spec));
            }
        }
        for (const auto& m : f.keys.members) {
            for (const auto& key : *m.v.as_array()) {
                auto spec = spec_of(f);
                spec.set(m.name, json::object{{*key.as_string(), "p=1"}});
                EXPECT_EQ(silence(f, f.at, spec), "") << json::format(json::value(spec));
            }
        }
    }
}

// A value other than the default for each parameter.
json::value other_value(const fault& f, const json::member& p) {
    if (const auto n = p.v.as_integer()) {
        const auto most = *f.limits.find(p.name)->as_array()->at(1).as_integer();
        return *n < most ? *n + 1 : *n - 1;
    }
    if (p.v.is_string() && f.choices.find(p.name) == nullptr) return "another text";
    return p.v;
}

TEST_F(FaultsOnTheWire, EachParameterTakesAnotherValue) {
    for (const fault& f : faults()) {
        for (const auto& p : f.parameters.members) {
            if (spec_of(f).find(p.name) != nullptr) continue;  // the other value is used in the walk already
            auto spec = spec_of(f);
            spec.set(p.name, other_value(f, p));
            EXPECT_EQ(silence(f, f.at, spec), "") << json::format(json::value(spec));
        }
    }
}

// Every kind of invalid value for that parameter.
std::vector<json::value> none_for(const fault& f, const json::member& p) {
    std::vector<json::value> out;
    if (const auto* bounds = f.limits.find(p.name); bounds != nullptr && p.v.as_integer()) {
        out.emplace_back(*bounds->as_array()->at(0).as_integer() - 1);
        out.emplace_back(*bounds->as_array()->at(1).as_integer() + 1);
    }
    if (!p.v.is_string()) out.insert(out.end(), {nullptr, json::value("a text"), json::decimal{1.5, "1.5"}});
    if (p.v.is_string() && f.choices.find(p.name) != nullptr) out.emplace_back("no such choice");
    if (p.v.is_array()) out.insert(out.end(), {json::array{}, json::array{nullptr}, json::array{json::array{}}});
    if (p.v.is_object()) out.emplace_back(json::object{});
    if (p.v.is_object() && f.choices.find(p.name) != nullptr)
        out.emplace_back(json::object{{"exp", "no such choice"}});
    if (p.v.is_object() && f.limits.find(p.name) != nullptr) out.emplace_back(json::object{{"exp", "a text"}});
    if (f.keys.find(p.name) != nullptr) out.emplace_back(json::object{{"token_endpoit", "p=1"}});
    return out;
}

TEST(FaultValues, WhatCannotActIsRefusedWhenItIsSwitchedOn) {
    for (const fault& f : faults()) {
        for (const auto& p : f.parameters.members) {
            for (const auto& wrong : none_for(f, p)) {
                const auto spec = fault_spec_from_json(json::object{{"fault", f.name}, {p.name, wrong}});
                ASSERT_FALSE(spec) << f.name << " " << p.name << "=" << json::format(wrong);
                EXPECT_NE(spec.error().message.find(f.name), std::string::npos) << spec.error().message;
            }
        }
        for (std::size_t n = 0; n < hook_names().size(); ++n) {
            const auto h = static_cast<hook>(n);
            const bool fits = std::find(f.places.begin(), f.places.end(), h) != f.places.end();
            const auto spec = fault_spec_from_json(json::object{{"fault", f.name}, {"at", hook_name(h)}});
            EXPECT_EQ(spec.has_value(), fits) << f.name << " at " << hook_name(h);
        }
    }
}

TEST(FaultValues, ARefusalSaysWhatIsPossibleAndWhatIsNear) {
    for (const auto& [text, words] :
         {std::pair{"body_encoding=utf-23",
                    "must be one of utf-16, utf-32, iso-8859-1, not 'utf-23'; did you mean 'utf-32'?"},
          {"tls_expired=token_endpont", "did you mean 'token_endpoint'?"},
          {R"(json_type={"expires_in":"strng"})", "did you mean 'string'?"},
          {R"(json_drop=[1])", "each value in parameter 'members' of fault 'json_drop' must be of type string"},
          {"json_drop=[]", "must not be empty: it would change nothing"},
          {"http_informational=[200]", "must be an integer from 100 to 199, not 200"},
          {R"(json_grow={"access_token":"much"})", "'access_token' in parameter 'members'"},
          {R"(metadata_endpoint_query={"token_endpiont":"p=1"})", "did you mean 'token_endpoint'?"},
          {"json_drop@revoke", "can do nothing at 'revoke'"},
          {"body_empty@revoke", "it acts at token, refresh"}}) {
        const auto s = parse_fault_spec(text);
        ASSERT_FALSE(s) << text;
        EXPECT_NE(s.error().message.find(words), std::string::npos) << s.error().message;
    }
}

TEST(FaultValues, ADialectWithoutTheEndpointRefusesItsFaults) {
    wire_walker polar("polar");
    const auto refused = polar.walk({{hook::metadata}}, json::array{"par_status"}).refused;
    EXPECT_NE(refused.find("has no 'par' endpoint"), std::string::npos) << refused;
}

// Each fault can act, but not on that answer.
TEST_F(FaultsOnTheWire, OneThatChangesNothingHasNotFired) {
    for (const auto& [text, at] : {std::pair{R"(http_header_drop=["X-Never-Sent"])", hook::token},
                                   {"token_type_case=Bearer", hook::token},
                                   {R"(json_drop=["never_sent"]@jwks)", hook::jwks},
                                   {R"(token_member_set={"token_type":"Bearer"})", hook::token},
                                   {R"(id_token_member_set={"aud":"web"})", hook::id_token},
                                   {"metadata_iss_parameter=true", hook::metadata},
                                   {"callback_state_previous@1", hook::callback}}) {
        const walk_plan p{{at}};
        const auto with = walker_.walk(p, json::array{text});
        EXPECT_EQ(with.refused, "") << text;
        EXPECT_EQ(honest(p).at.at(at), with.at.at(at)) << text;
        EXPECT_EQ(with.fired.front(), 0) << text;
        EXPECT_TRUE(with.journalled.empty()) << text;
    }
}

// Of several faults at one place, one without an effect is not recorded with the others.
TEST_F(FaultsOnTheWire, EachOfSeveralCountsForItself) {
    const auto with = walker_.walk({{hook::token}}, json::array{"token_type_case=Bearer", "token_scope_missing"});
    EXPECT_EQ(with.fired, (std::vector<std::int64_t>{0, 1}));
    EXPECT_EQ(with.journalled, std::vector<std::string>{"token_scope_missing"});
    // 204 has no body to remove.
    const auto bodiless = walker_.walk({{hook::token}}, json::array{"http_status=204", "body_empty"});
    EXPECT_EQ(bodiless.fired, (std::vector<std::int64_t>{1, 0}));
}

}  // namespace
}  // namespace assay::mock
