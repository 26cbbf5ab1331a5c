#include "http/peers.hpp"

#include <string_view>
#include <utility>

#include "tests/http/support.hpp"

namespace assay::http::test {
namespace {

peers of(std::initializer_list<std::string_view> list) {
    peers out;
    for (const auto one : list) EXPECT_TRUE(out.add(one)) << one;
    return out;
}

TEST(peers, are_addresses_and_networks_of_both_families) {
    struct peer_row {
        std::string_view network, address;
        bool holds;
    };
    for (const auto& row : {peer_row{"10.0.0.7", "10.0.0.7", true},
                            {"10.0.0.7", "10.0.0.8", false},
                            {"10.0.0.0/8", "10.255.1.2", true},
                            {"10.0.0.0/8", "11.0.0.1", false},
                            {"10.1.2.3/8", "10.9.9.9", true},
                            {"172.16.0.0/12", "172.31.255.255", true},
                            {"172.16.0.0/12", "172.32.0.0", false},
                            {"0.0.0.0/0", "203.0.113.9", true},
                            {"0.0.0.0/0", "2001:db8::1", false},
                            {"127.0.0.1", "::ffff:127.0.0.1", true},
                            {"::ffff:10.0.0.0/104", "10.2.3.4", true},
                            {"::1", "::1", true},
                            {"::1", "127.0.0.1", false},
                            {"fd00::/8", "fdff::7", true},
                            {"fd00::/8", "fe00::7", false},
                            {"2001:db8::/33", "2001:db8:7fff::1", true},
                            {"2001:db8::/33", "2001:db8:8000::1", false},
                            {"::/0", "203.0.113.9", true},
                            {"10.0.0.7", "no address", false}})
        EXPECT_EQ(of({row.network}).contains(row.address), row.holds) << row.network << ' ' << row.address;
    EXPECT_TRUE(of({"10.0.0.1", "::1"}).contains("::1"));
    EXPECT_TRUE(peers{}.empty());
    EXPECT_FALSE(of({"unix"}).empty());
    EXPECT_TRUE(of({"unix"}).contains_unix());
    EXPECT_FALSE(of({"0.0.0.0/0"}).contains_unix());
}

TEST(peers, are_refused_in_one_sentence) {
    for (const std::string_view bad : {"", "localhost", "10.0.0", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/", "::/129",
                                       "10.0.0.0/8/8", "[::1]", "10.0.0.1:80", " 10.0.0.1", "/8", "Unix"}) {
        const auto no = peers{}.add(bad);
        ASSERT_FALSE(no) << bad;
        EXPECT_EQ(no.error().code, errc::usage);
        EXPECT_NE(no.error().message.find("nor a network such as 10.0.0.0/8"), std::string::npos);
    }
}

}  // namespace
}  // namespace assay::http::test
