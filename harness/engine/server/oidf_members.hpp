// Reads the members of a conformance suite's configuration and collects what is to be said about them. Not
// thread-safe.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "data/json.hpp"
#include "data/result.hpp"
#include "harness/engine/server/oidf_config.hpp"

namespace assay::harness {

class oidf_members {
public:
    oidf_members(std::string file, oidf_config& out) : file_(std::move(file)), out_(out) {}

    void add_error(const std::string& pointer, std::string message);
    void add_note(std::string message) { out_.spec.notes.push_back(std::move(message)); }
    // "FILE /client/client_id"
    [[nodiscard]] std::string place(const std::string& pointer) const { return file_ + " " + pointer; }

    // The member of that kind, or nullptr; another kind is an error. `pointer` is that of `parent`.
    [[nodiscard]] const json::value* of_kind(const json::value* parent, const std::string& pointer,
                                             std::string_view name, enum json::kind wanted);
    // A string; empty if there is none: so the suite's own forms store it.
    [[nodiscard]] std::string text(const json::value* parent, const std::string& pointer, std::string_view name);

    // A name twice in one object, at any depth: the suite would use one of them.
    void refuse_duplicates(const json::value& v, const std::string& pointer);
    // Members that are neither `used` nor `known` get a note with the nearest name; known ones are remembered for
    // say_unused().
    void look_at(const json::value& parent, const std::string& pointer, std::span<const std::string_view> used,
                 std::span<const std::string_view> known);
    void say_unused();

private:
    std::string file_;
    oidf_config& out_;
    std::vector<std::string> unused_;
};

// Translates `browser`, the suite's scripted browser (net.openid.conformance.frontchannel.BrowserControl), into the
// fields and buttons of the sign-in pages. What has no counterpart is named.
void read_oidf_browser(const json::value& root, oidf_members& in, server_spec& out);

}  // namespace assay::harness
