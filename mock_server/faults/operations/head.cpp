// Status and header fields of an answer.
#include <algorithm>

#include <fmt/format.h>

#include "mock_server/faults/operations/arguments.hpp"
#include "mock_server/faults/operations/families.hpp"
#include "mock_server/faults/outgoing.hpp"

namespace assay::mock::operations {
namespace {

using enum operation_argument;
using enum operation_reach;

// Removes line breaks: one in a value would end the field, which is not the purpose of these operations.
std::string value_of_field(const json::value& v) {
    auto value = text_of(v);
    std::erase_if(value, [](char ch) { return ch == '\r' || ch == '\n' || ch == '\0'; });
    return value;
}

void set_status(outgoing_answer& a, const json::value& status) {
    a.r.status = static_cast<int>(status.as_integer().value_or(a.r.status));
}

void set_reason(outgoing_answer& a, const json::value& reason) {
    a.r.reason = text_of(reason);
}

void set_fields(outgoing_answer& a, const json::value& fields) {
    for (const auto& m : members_of(fields).members) a.r.head.set(m.name, value_of_field(m.v));
}

void add_fields(outgoing_answer& a, const json::value& fields) {
    for (const auto& m : members_of(fields).members) a.r.head.append(m.name, value_of_field(m.v));
}

void drop_fields(outgoing_answer& a, const json::value& names) {
    for (const auto& name : names_of(names)) {
        a.r.head.erase(text_of(name));
        a.without.push_back(text_of(name));
    }
}

void pad(outgoing_answer& a, const json::value& bytes) {
    a.r.head.append("X-Padding", std::string(size_of(bytes), 'x'));
}

void add_many(outgoing_answer& a, const json::value& count) {
    for (std::size_t n = 1; n <= size_of(count); ++n) a.r.head.append(fmt::format("X-Many-{}", n), "1");
}

constexpr operation_row rows[] = {
    {"status", std::nullopt, number, "Answers with this status.", of_answer{set_status}, wire},
    {"reason", std::nullopt, text, "Answers with this reason phrase.", of_answer{set_reason}, wire},
    {"header.set", std::nullopt, members, "Sets these fields.", of_answer{set_fields}, wire},
    {"header.drop", std::nullopt, names, "Removes these fields.", of_answer{drop_fields}, wire},
    {"header.add", std::nullopt, members, "Adds these fields; others of the same name stay.", of_answer{add_fields},
     wire},
    {"header.pad", std::nullopt, number, "Adds a field of this many bytes.", of_answer{pad}, wire},
    {"header.many", std::nullopt, number, "Adds this many fields.", of_answer{add_many}, wire},
};

}  // namespace

family head_operations() {
    return rows;
}

}  // namespace assay::mock::operations
