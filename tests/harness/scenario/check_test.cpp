// A check and its variants.
#include "harness/scenario/check.hpp"

#include <gtest/gtest.h>

namespace assay::harness {
namespace {

variant one() {
    return {"n=7, word=x", {{"n", 7}, {"word", "x"}, {"fault", json::object{{"fault", "token_status"}}}}};
}

json::value replaced(const char* text) {
    return with_matrix(*json::parse(text), one());
}

TEST(with_matrix, a_whole_text_takes_the_value_with_its_type) {
    EXPECT_EQ(json::format(replaced(R"({"status": "${matrix.n}"})")), R"({"status":7})");
    EXPECT_EQ(json::format(replaced(R"(["${matrix.fault}"])")), R"([{"fault":"token_status"}])");
}

TEST(with_matrix, a_part_of_a_text_is_replaced_and_the_rest_stays) {
    EXPECT_EQ(json::format(replaced(R"("a ${matrix.n} b ${matrix.word}${matrix.word} ${issuer}")")),
              R"("a 7 b xx ${issuer}")");
    EXPECT_EQ(json::format(replaced(R"("${matrix.other}")")), R"("${matrix.other}")");
}

}  // namespace
}  // namespace assay::harness
