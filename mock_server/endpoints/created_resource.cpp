#include "mock_server/endpoints/created_resource.hpp"

#include <algorithm>

#include "data/uuid.hpp"
#include "mock_server/protocol/organizations.hpp"
#include "mock_server/request/client_json.hpp"
#include "mock_server/request/refusals.hpp"

namespace assay::mock {
namespace {

constexpr std::string_view owner_member = "organization_id";

// `expected` says what an invalid member must be; `got` is the name of the member.
std::optional<refusal> demand_members(context& c, const resource& r, const json::value& body) {
    if (auto no =
            c.demand(rule::resource_body_well_formed, body.is_object(), "", "Input should be a valid dictionary"))
        return no;
    for (const auto& name : r.creates) {
        const auto* sent = body.find(name);
        if (auto no = c.demand(rule::resource_body_well_formed, sent != nullptr && sent->is_string(), name,
                               "Input should be a valid string")) {
            return no;
        }
    }
    const auto* owner = body.find(owner_member);
    const bool fits = owner == nullptr || owner->is_null() || is_uuid(body.string_at(owner_member));
    return c.demand(rule::resource_body_well_formed, fits, owner_member, "Input should be a valid UUID");
}

// Polar's own checks of a body answer in the shape of the framework's errors, with types of their own.
http::response item_refusal(const refusal& no, std::string_view type, const json::value& input) {
    json::object item{
        {"type", type}, {"loc", json::array{"body", owner_member}}, {"msg", no.description}, {"input", input}};
    return json_response(no.status, json::object{{"error", no.error}, {"detail", json::array{std::move(item)}}});
}

// The id of the organization that the new object belongs to.
tl::expected<std::string, http::response> owner_of(context& c, const subject& of, const json::value& body) {
    const std::string named(body.string_at(owner_member));
    const auto reached = reached_organizations(c, of);
    if (of.sub_type == "organization") {
        auto no = c.demand(rule::resource_organization_id_of_token, named.empty(), named, "no organization_id");
        if (no) return tl::unexpected(item_refusal(*no, "organization_token", named));
        return of.sub;
    }
    // A token that is limited to one organization determines it.
    if (named.empty() && of.organizations.size() == 1 && reached.size() == 1) return reached.front();
    if (auto no =
            c.demand(rule::resource_organization_id_present, !named.empty(), "no organization_id", owner_member))
        return tl::unexpected(item_refusal(*no, "missing", nullptr));
    if (named.empty()) return reached.empty() ? std::string{} : reached.front();
    const bool reaches = std::find(reached.begin(), reached.end(), named) != reached.end();
    if (auto no = c.demand(rule::resource_organization_id_accessible, reaches, named,
                           "an organization that the token reaches"))
        return tl::unexpected(item_refusal(*no, "value_error", named));
    return named;
}

}  // namespace

http::response create_resource(context& c, const resource& r, const token_pair& token) {
    const auto body = parse_client_json(c.in.request.body);
    if (auto no = demand_members(c, r, body)) return refusal_response(c, *no);
    auto owner = owner_of(c, token.grant->of, body);
    if (!owner) return std::move(owner.error());
    json::object made{{"id", c.at->make_uuid()}, {"created_at", iso_8601(c.now)}, {"modified_at", nullptr}};
    made.append(std::string(owner_member), std::move(*owner));
    const auto own = made.members.size();
    const json::object nothing;
    for (const auto& m : (body.is_object() ? *body.as_object() : nothing).members) {
        const auto end = made.members.begin() + static_cast<std::ptrdiff_t>(own);
        if (std::none_of(made.members.begin(), end, [&](const auto& one) { return one.name == m.name; }))
            made.append(m.name, m.v);
    }
    return json_response(201, std::move(made));
}

}  // namespace assay::mock
