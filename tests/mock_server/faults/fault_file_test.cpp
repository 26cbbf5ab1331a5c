// Operations in a file of faults: their names, hooks and arguments.
#include <set>

#include <gtest/gtest.h>

#include "mock_server/faults/fault.hpp"
#include "mock_server/faults/operation.hpp"

namespace assay::mock {
namespace {

std::string fault_at(const std::string& at, const std::string& operations, const std::string& parameters = "{}") {
    return "- name: odd\n  at: " + at +
           "\n  summary: It is odd.\n  breaks: RFC 6749 §5.1\n  correct_party: refuses\n  parameters: " + parameters +
           "\n  limits: { n: [0, 9] }\n  do: [" + operations + "]\n";
}

struct mistake {
    std::string_view name;
    std::string at, operations, parameters;
    std::string_view told;
};
class FaultFile : public testing::TestWithParam<mistake> {};

TEST_P(FaultFile, TellsTheMistakeAtItsPlace) {
    const auto& m = GetParam();
    const auto some = parse_faults(fault_at(m.at, m.operations, m.parameters), "odd.yaml");
    ASSERT_FALSE(some);
    EXPECT_NE(some.error().text().find(m.told), std::string::npos) << some.error().text();
    EXPECT_NE(some.error().text().find("odd.yaml:8:"), std::string::npos) << some.error().text();
}

INSTANTIATE_TEST_SUITE_P(
    Operations, FaultFile,
    testing::Values(
        mistake{"name", "token", "{ claims.sett: {} }", "{ n: 1 }",
                "unknown operation 'claims.sett'; did you mean 'claims.set'?"},
        mistake{"hook", "token", "{ claims.set: {} }", "{ n: 1 }", "'claims.set' acts at id_token, not at token"},
        mistake{"answer", "callback", "{ status: 500 }", "{ n: 1 }",
                "'status' acts at the answer of an endpoint, not at callback"},
        mistake{"one_of_places", "json", "{ jwks.many: 2 }", "{ n: 1 }", "'jwks.many' acts at jwks, not at token"},
        mistake{"number", "token", "{ status: soon }", "{ n: 1 }", "'status' takes a number"},
        mistake{"map", "token", "{ json.set: [a] }", "{ n: 1 }", "'json.set' takes a map"},
        mistake{"list", "token", "{ json.drop: a }", "{ n: 1 }", "'json.drop' takes a list"},
        mistake{"parameter", "token", "{ json.drop: \"${n}\" }", "{ n: 1 }", "'json.drop' takes a list"}),
    [](const auto& p) { return std::string(p.param.name); });

TEST(FaultFileParameters, AndValuesOfTheCallMayBeArguments) {
    for (const auto& [at, operations] :
         {std::pair{"token", "{ status: \"${n}\" }"}, {"jwks", "{ jwks.many: \"${known_later}\" }"}})
        EXPECT_TRUE(parse_faults(fault_at(at, operations, "{ n: 1 }"), "odd.yaml")) << operations;
}

TEST(OperationRows, HaveNamesOfTheirOwnAndAreAllInUse) {
    std::set<std::string> used;
    for (const auto& f : faults()) {
        for (const auto& op : f.operations) used.insert(std::string(op.row->name));
        for (const auto& part : f.also) {
            for (const auto& op : part.operations) used.insert(std::string(op.row->name));
        }
    }
    std::set<std::string> names;
    for (const auto& row : operation_rows()) EXPECT_TRUE(names.insert(std::string(row.name)).second) << row.name;
    EXPECT_EQ(names, used);
}

}  // namespace
}  // namespace assay::mock
