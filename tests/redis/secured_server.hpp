// A real Redis beside a test that only speaks TLS with certificates of its own authority, and wants a password.
#pragma once

#include <ctime>

#include "http/authority.hpp"
#include "tests/redis/redis_server.hpp"

namespace assay::redis_tests {

// Of docs/serve.md: all that a mock's user needs, below the mock's prefix.
inline const std::vector<std::string> acl_of_a_mock{"~assay:*",      "+@read",      "+@write",     "+@connection",
                                                    "+@transaction", "+@scripting", "-@dangerous", "+time",
                                                    "+wait",         "+role"};

class secured_server {
public:
    // `name`: the only one in its certificate.
    explicit secured_server(const std::string& name = "localhost") {
        const auto now = static_cast<std::int64_t>(std::time(nullptr));
        const http::validity valid{now - 3600, now + 86'400};
        const auto ca = http::authority::make(valid).value();
        const auto who = ca.issue({name}, valid).value();
        tests::write(ca_file(), ca.own().certificates);
        tests::write(at_ / "server.pem", who.certificates);
        tests::write(at_ / "server-key.pem", who.key);
        std::vector<std::string> options{"--tls-port",
                                         std::to_string(tls_port_),
                                         "--tls-cert-file",
                                         at_.file("server.pem"),
                                         "--tls-key-file",
                                         at_.file("server-key.pem"),
                                         "--tls-auth-clients",
                                         "no",
                                         "--requirepass",
                                         "s3cret",
                                         "--user",
                                         "assay",
                                         "on",
                                         ">hunter2"};
        options.insert(options.end(), acl_of_a_mock.begin(), acl_of_a_mock.end());
        server_.emplace(std::move(options));
    }

    // Closes all connections with it.
    void close_connections() const {
        auto line = http::byte_stream::open({"127.0.0.1", std::to_string(plain_port()), false}, nullptr,
                                            std::chrono::milliseconds{5000});
        ASSERT_TRUE(line) << line.error().message;
        ASSERT_TRUE((*line)->write("AUTH s3cret\r\nCLIENT KILL TYPE normal\r\n"));
        ASSERT_TRUE(came("the end of the connections", [&] {
            return (*line)->received().find("\r\n:") != std::string::npos || !(*line)->read_more();
        }));
    }

    [[nodiscard]] std::string ca_file() const { return at_.file("ca.pem"); }
    [[nodiscard]] std::uint16_t port() const { return tls_port_; }
    [[nodiscard]] std::uint16_t plain_port() const { return server_->port(); }
    [[nodiscard]] std::string url(const std::string& who, const std::string& host = "localhost") const {
        return fmt::format("rediss://{}{}:{}", who, host, tls_port_);
    }
    [[nodiscard]] std::shared_ptr<mock::backing> open() const {
        auto made =
            mock::redis::open_backing(mock::redis::parse_address(url("assay:hunter2@") + patient).value(), ca_file());
        if (!made) ADD_FAILURE() << made.error().text();
        return made ? *made : nullptr;
    }

private:
    folder at_;
    std::uint16_t tls_port_ = free_port();
    std::optional<redis_server> server_;
};

}  // namespace assay::redis_tests
