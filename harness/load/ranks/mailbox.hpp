// How the ranks of one load talk: each can put bytes into the mailbox of another. There is nothing collective here,
// so that a rank that dies or stalls keeps nobody waiting. To be used from one thread, the one that opened it.
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>

namespace assay::load {

struct letter {
    std::size_t from = 0;
    std::string bytes;
};

class mailbox {
public:
    mailbox() = default;
    mailbox(const mailbox&) = delete;
    mailbox& operator=(const mailbox&) = delete;
    virtual ~mailbox() = default;
    // From 0 to size() - 1. A rank may write to itself.
    [[nodiscard]] virtual std::size_t rank() const = 0;
    [[nodiscard]] virtual std::size_t size() const = 0;
    // Returns at once. Letters from one rank to another arrive in the order in which they were sent.
    virtual void send(std::size_t to, std::string bytes) = 0;
    // The next letter; nullopt: none has come.
    [[nodiscard]] virtual std::optional<letter> receive() = 0;
    // Waits until every rank has called it, and drops the letters that nobody has read; afterwards nothing may be
    // sent. False: not all had after that time, and only abort() is left.
    [[nodiscard]] virtual bool close(std::chrono::nanoseconds at_most) = 0;
    // Ends this and all other ranks with that exit code, also those that are stopped. Returns where it cannot.
    virtual void abort(int code) = 0;
};

// What the plugin with MPI exports, by this name.
constexpr const char* open_mailbox_name = "assay_open_mailbox";
using open_mailbox_function = mailbox* (*)();

}  // namespace assay::load
