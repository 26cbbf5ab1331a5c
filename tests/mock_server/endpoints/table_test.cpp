// The table of endpoints: each row has its handler, and its properties show in the answers.
#include "mock_server/endpoints/table.hpp"

#include <algorithm>
#include <set>

#include "tests/mock_server/flow.hpp"

namespace assay::mock {
namespace {

using testing::flow;

TEST(EndpointTable, HasOneHandlerForEachPath) {
    std::set<std::string_view> keys;
    for (const auto& row : endpoint_rows) {
        EXPECT_TRUE(keys.insert(row.key).second) << row.key;
        const auto handlers = std::count_if(endpoints::table().begin(), endpoints::table().end(),
                                            [&](const auto& one) { return one.row->key == row.key; });
        const bool has_path = row.in_dialect || !row.fixed_path.empty();
        EXPECT_EQ(handlers, has_path ? 1 : 0) << row.key;
    }
}

// RFC 9110 §15.5.6: a 405 lists the allowed methods, and an allowed method is not answered with 405.
TEST(EndpointTable, AllowListsWhatIsTaken) {
    for (const auto& d : dialects()) {
        flow f(d->name);
        for (const auto& row : endpoint_rows) {
            const auto path = path_of(row, *d);
            if (path.empty()) continue;
            http::request r;
            r.method = "PATCH";
            r.target = path;
            r.head.append("Content-Length", "0");
            const auto out = f.send(r);
            const bool by_rule = row.name == "token" || row.name == "par" ||
                                 row.name == "device_authorization";  // an OAuth error with its own status
            EXPECT_TRUE(by_rule || out.status == 405) << d->name << " " << row.key << " " << out.status;
            const std::string_view listed = out.status == 405 ? out.head.value("Allow") : row.methods;
            EXPECT_TRUE(!listed.empty() && row.methods.starts_with(listed)) << row.key << " " << listed;
            for (const std::string method : {"GET", "POST"}) {
                if (row.methods.find(method) == std::string_view::npos || row.post_by) continue;
                r.method = method;
                EXPECT_NE(f.send(r).status, 405) << d->name << " " << method << " " << row.key;
            }
        }
    }
}

}  // namespace
}  // namespace assay::mock
