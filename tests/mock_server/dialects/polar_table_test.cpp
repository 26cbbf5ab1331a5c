// Runs every row of the tables against every generation of Polar to which it applies.
#include "tests/mock_server/dialects/polar_table.hpp"

namespace assay::mock::testing {
namespace {

const std::pair<const char*, unsigned> generations[] = {{"polar@2025-02", g2025_02},
                                                        {"polar@2025-10", g2025_10},
                                                        {"polar@2026-06-17", g2026_06_17},
                                                        {"polar@2026-06-26", g2026_06_26}};

void expect_text(const std::string& wanted, std::string_view got, const std::string& what) {
    if (wanted.starts_with("~")) {
        EXPECT_NE(got.find(wanted.substr(1)), std::string_view::npos) << what << " is " << got;
    } else {
        EXPECT_EQ(got, wanted) << what;
    }
}

void hold(const polar_row& row) {
    for (const auto& [dialect, bit] : generations) {
        if ((row.in & bit) == 0) continue;
        SCOPED_TRACE(dialect);
        flow f(dialect);
        const auto r = row.ask(f);
        EXPECT_EQ(r.status, row.status) << r.body << r.head.value("location");
        if (!row.body.empty()) expect_text(row.body, r.body, "the body");
        for (const auto& [name, value] : row.headers) {
            if (value.empty()) {
                EXPECT_EQ(r.head.find(name), nullptr) << name << ": " << r.head.value(name);
            } else {
                expect_text(value, r.head.value(name), name);
            }
        }
    }
}

class PolarRow : public ::testing::TestWithParam<polar_row> {};
TEST_P(PolarRow, IsAnsweredAsPolarDoes) {
    hold(GetParam());
}
std::string name_of(const ::testing::TestParamInfo<polar_row>& p) {
    return p.param.name;
}
INSTANTIATE_TEST_SUITE_P(Common, PolarRow, ::testing::ValuesIn(common_rows()), name_of);
INSTANTIATE_TEST_SUITE_P(Registration, PolarRow, ::testing::ValuesIn(registration_rows()), name_of);
INSTANTIATE_TEST_SUITE_P(Authorization, PolarRow, ::testing::ValuesIn(authorization_rows()), name_of);
INSTANTIATE_TEST_SUITE_P(Token, PolarRow, ::testing::ValuesIn(token_rows()), name_of);
INSTANTIATE_TEST_SUITE_P(WebGrant, PolarRow, ::testing::ValuesIn(web_grant_rows()), name_of);
INSTANTIATE_TEST_SUITE_P(SessionLimit, PolarRow, ::testing::ValuesIn(session_limit_rows()), name_of);
INSTANTIATE_TEST_SUITE_P(Resource, PolarRow, ::testing::ValuesIn(resource_rows()), name_of);
INSTANTIATE_TEST_SUITE_P(Decision, PolarRow, ::testing::ValuesIn(decision_rows()), name_of);
INSTANTIATE_TEST_SUITE_P(SecretScanning, PolarRow, ::testing::ValuesIn(testing::secret_scanning_rows()), name_of);
INSTANTIATE_TEST_SUITE_P(Neighbours, PolarRow, ::testing::ValuesIn(neighbour_rows()), name_of);

}  // namespace
}  // namespace assay::mock::testing
