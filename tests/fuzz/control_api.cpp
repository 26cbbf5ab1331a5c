// The control API: a script of requests to it (script.hpp).
#include "mock_server/control/routes.hpp"
#include "tests/fuzz/mock_world.hpp"
#include "tests/fuzz/mutation.hpp"
#include "tests/fuzz/script.hpp"

namespace {

using namespace assay;

const std::vector<std::string>& words() {
    static const auto all = [] {
        auto out = fuzz::request_words();
        for (const auto& r : mock::control::routes()) {
            std::string path(r.path);
            if (const auto at = path.find("{issuer}"); at != std::string::npos) path.replace(at, 8, "default");
            out.push_back(std::string(r.method) + " " + path + "\n\n");
        }
        for (const auto* member : {"\"name\":\"a\"",
                                   "\"dialect\":\"strict\"",
                                   "\"sign_in\":\"by_request\"",
                                   "\"clients\":[",
                                   "\"users\":[",
                                   "\"claims\":[",
                                   "\"faults\":[\"json_grow=9\"]",
                                   "\"ttl_s\":1",
                                   "\"now\":1",
                                   "\"client_id\":\"web\"",
                                   "\"redirect_uris\":[\"http://127.0.0.1:1/cb\"]",
                                   "\"username\":\"ada\"",
                                   "\"organizations\":[\"acme\"]",
                                   "\"slug\":\"acme\"",
                                   "\"set\":1",
                                   "\"alg\":\"ES256\"",
                                   "\"count\":3",
                                   "\"scope\":\"openid\"",
                                   "\"journal\":1",
                                   "\"resources\":[\"/api\"]",
                                   "\"own_origin\":true",
                                   "\"tls\":true"})
            out.emplace_back(member);
        return out;
    }();
    return all;
}

}  // namespace

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t max_size,
                                               unsigned seed) {
    return fuzz::mutate_text(data, size, max_size, seed, words());
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    fuzz::mock_world("strict").run(fuzz::text_of(data, size), true);
    return 0;
}
