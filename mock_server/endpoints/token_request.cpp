#include "mock_server/endpoints/token_request.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "mock_server/protocol/request_form.hpp"

namespace assay::mock {
namespace {

constexpr std::size_t bytes_max = 64U << 10U;
constexpr std::size_t parameters_max = 1000;

bool is_known(std::string_view name) {
    constexpr std::array<std::string_view, 24> names{"grant_type",
                                                     "code",
                                                     "redirect_uri",
                                                     "client_id",
                                                     "client_secret",
                                                     "code_verifier",
                                                     "scope",
                                                     "resource",
                                                     "client_assertion",
                                                     "client_assertion_type",
                                                     "refresh_token",
                                                     "username",
                                                     "password",
                                                     "audience",
                                                     "actor_token",
                                                     "actor_token_type",
                                                     "subject_token",
                                                     "subject_token_type",
                                                     "assertion",
                                                     "device_code",
                                                     "requested_token_type",
                                                     "session_token",
                                                     "sub",
                                                     "sub_type"};
    return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

std::optional<refusal> demand_form(context& c) {
    const bool is_post = c.in.request.method == "POST";
    const auto type = c.in.request.head.value("content-type");
    const bool bounded = c.in.request.body.size() <= bytes_max && !c.in.body_too_long;
    const auto sizes = [&] {
        return std::pair(fmt::format("{} bytes, {}{} parameters", c.in.request.body.size(),
                                     c.in.body_too_long ? "more than " : "", c.in.body.fields.size()),
                         fmt::format("at most {} bytes, {} parameters", bytes_max, parameters_max));
    };
    if (auto no = c.demand(rule::token_request_bounded, bounded, sizes)) return no;
    const bool chunked = c.in.request.head.find("transfer-encoding") != nullptr;
    if (auto no = c.tolerate(rule::token_chunked_body_read, chunked, "a chunked body")) return no;
    const bool with_parameters = c.in.body_is_form && type.find(';') != std::string_view::npos;
    if (auto no = c.tolerate(rule::token_media_type_parameters_ignored, with_parameters, type)) return no;
    if (auto no = c.demand(rule::token_media_type_form, c.in.body_is_form || !is_post, type,
                           "application/x-www-form-urlencoded")) {
        return no;
    }
    if (!c.in.body_is_form && is_post) read_whatever_it_is(c);
    return std::nullopt;
}

std::optional<refusal> tolerate_parameters(context& c) {
    for (const auto& [name, value] : c.in.body.fields) {
        if (auto no = c.tolerate(rule::token_unknown_parameters_ignored, !is_known(name), name)) return no;
        if (auto no = c.tolerate(rule::token_empty_parameters_omitted, value.empty(), name)) return no;
    }
    return std::nullopt;
}

}  // namespace assay::mock
