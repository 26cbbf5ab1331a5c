// Walks one issuer, whose values and clock are the same each time, as far as a set of places requires; records every
// byte.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "data/json.hpp"
#include "mock_server/faults/fault.hpp"
#include "mock_server/server/embedded.hpp"
#include "oauth/form.hpp"
#include "tests/mock_server/faults/raw_exchange.hpp"

namespace assay::mock::testing {

// The answers at each place, in order, and how often each fault fired.
struct walked {
    std::map<hook, std::vector<raw_answer>> at;
    std::vector<std::int64_t> fired;
    std::vector<std::string> journalled;
    std::string refused;  // why the faults were not accepted
};

struct walk_plan {
    std::vector<hook> places;  // the walk ends after `rounds` visits of each
    int rounds = 1;
    std::chrono::milliseconds patience{10'000};  // at those places
};

// A mock on a socket with a seed and its own authority, which creates one issuer after another under the same name.
class wire_walker {
public:
    explicit wire_walker(std::string dialect = "strict");

    [[nodiscard]] walked walk(const walk_plan& p, json::value faults = json::array{});

private:
    struct step;
    void take(const step& s, const walk_plan& p, walked& out);
    void take_public(const dialect& d, const walk_plan& p, walked& out);
    void take_callbacks(const dialect& d, const walk_plan& p, walked& out);
    void take_tokens(const dialect& d, const walk_plan& p, walked& out);
    [[nodiscard]] raw_answer send(const std::string& method, const std::string& target, const std::string& body,
                                  const std::string& headers, std::chrono::milliseconds patience) const;
    [[nodiscard]] std::string authorize(const oauth::form& changes) const;

    std::unique_ptr<embedded> mock_;
    std::string dialect_;
    std::uint16_t port_ = 0;
    std::map<std::string, std::string> known_;  // round, code, access_token, refresh_token
};

[[nodiscard]] std::string header_of(const raw_answer& a, std::string_view name);
// The JSON of the first answer on that connection; null when it is not JSON.
[[nodiscard]] json::value json_of(const raw_answer& a);

}  // namespace assay::mock::testing
