// People who sign in under a name that no user of the issuer has (any_user): one of a name, and with the same sub at
// every issuer and in every run. Bounded in number, and in bytes by the budget: the oldest are forgotten, never a
// user. Thread-safe.
#pragma once

#include <cstddef>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "data/result.hpp"
#include "mock_server/store/memory_budget.hpp"

namespace assay::mock {

struct dialect;
struct user;

class strangers {
public:
    // As memory_store::memory_store().
    strangers(const std::shared_ptr<memory_budget>& of, bool gives_first);

    [[nodiscard]] std::shared_ptr<const user> find(std::string_view username_or_sub) const;
    // Replaces the one of that name. False if there is no memory for it.
    [[nodiscard]] bool put(std::shared_ptr<const user> who);

private:
    static constexpr std::size_t most = 1000;
    std::size_t drop(const std::string& name);  // call it under the lock; the bytes that it has freed

    mutable std::mutex lock_;
    std::map<std::string, std::shared_ptr<const user>, std::less<>> by_name_;
    std::map<std::string, std::string, std::less<>> names_;  // by sub
    std::deque<std::string> order_;
    memory_account room_;
};

// The person of that name; `claims`: an object as JSON text, or empty. Errors: usage, in words for who typed it.
[[nodiscard]] result<user> make_stranger(std::string_view name, std::string_view claims, const dialect& speaks);

}  // namespace assay::mock
