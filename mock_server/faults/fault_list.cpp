#include "mock_server/faults/fault_list.hpp"

#include "data/json.hpp"
#include "mock_server/describe.hpp"

namespace assay::mock {

http::response list_of_faults(const http::request& r, const std::string& origin) {
    (void)r;
    http::response out;
    out.head.append("Content-Type", "application/json");
    out.body = json::format(json::object{{"url", origin + "/f/{fault}[={value}][@{qualifier}][~{fault}…]"},
                                         {"faults", describe_faults()},
                                         {"defects", describe_rules()}});
    return out;
}

}  // namespace assay::mock
