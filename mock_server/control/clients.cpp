// Clients of an issuer: list, register, read, replace and delete them at run time.
#include <fmt/format.h>

#include "mock_server/control/routes.hpp"

namespace assay::mock::control {
namespace {

tl::expected<client, refused> client_at(const call& c) {
    const auto there = c.at->find_client(c.name);
    if (!there) return no(404, "not_found", fmt::format("there is no client '{}'", c.name));
    return *there;
}

}  // namespace

reply list_clients(const call& c) {
    json::array out;
    for (const auto& one : c.at->clients()) out.emplace_back(to_json(one));
    return ok(json::object{{"clients", std::move(out)}});
}

reply add_client(const call& c) {
    auto body = body_of(c);
    if (!body) return tl::unexpected(body.error());
    auto made = client_from_configuration(*body, c.at->speaks(), c.at->signing_algs());
    if (!made) return no(made.error());
    if (c.at->find_client(made->client_id)) {
        return no(409, "conflict", fmt::format("there is a client '{}' already; PUT replaces it", made->client_id));
    }
    if (made->client_id.empty()) made->client_id = c.at->make_token("client_id");
    if (made->client_secret.empty() && made->has_secret()) made->client_secret = c.at->make_token("client_secret");
    made->issued_at = c.at->now();
    auto out = to_json(*made);
    c.at->put_client(std::move(*made));
    return ok(std::move(out), 201);
}

reply read_client(const call& c) {
    auto there = client_at(c);
    if (!there) return tl::unexpected(there.error());
    return ok(to_json(*there));
}

reply replace_client(const call& c) {
    const auto before = client_at(c);
    if (!before) return tl::unexpected(before.error());
    auto body = body_of(c);
    if (!body) return tl::unexpected(body.error());
    auto after = client_from_configuration(*body, c.at->speaks(), c.at->signing_algs());
    if (!after) return no(after.error());
    if (!after->client_id.empty() && after->client_id != before->client_id) {
        return no(400, "bad_request", "client_id in the body is not the one in the path; leave it out");
    }
    after->client_id = before->client_id;
    if (after->client_secret.empty() && after->has_secret()) {
        after->client_secret =
            before->client_secret.empty() ? c.at->make_token("client_secret") : before->client_secret;
    }
    after->issued_at = before->issued_at;
    after->any_loopback_redirect_uri = before->any_loopback_redirect_uri;
    auto out = to_json(*after);
    c.at->put_client(std::move(*after));
    return ok(std::move(out));
}

reply end_client(const call& c) {
    const auto there = client_at(c);
    if (!there) return tl::unexpected(there.error());
    if (!c.at->remove_client(c.name)) {
        return no(409, "conflict", fmt::format("'{}' is a client of the default issuer; delete it there", c.name));
    }
    return no_content();
}

}  // namespace assay::mock::control
