// A minimal Beast server as in its documentation: one coroutine per connection, Beast's parser and serializer, one
// thread, a fixed JSON response of 900 bytes to any request. It shows the cost of HTTP without OAuth; with ES256 or
// RS256, the cost together with one raw signature (EVP_PKEY_sign, context set up once) in the same process. Loopback
// only. usage: beast_server PORT [ES256|RS256]
#include <array>
#include <cstdlib>
#include <exception>
#include <string>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using tcp = asio::ip::tcp;

EVP_PKEY_CTX* signing = nullptr;

bool prepare(const std::string& alg) {
    EVP_PKEY* key = alg == "ES256" ? EVP_EC_gen("P-256") : EVP_RSA_gen(2048);
    signing = EVP_PKEY_CTX_new_from_pkey(nullptr, key, nullptr);
    return EVP_PKEY_sign_init(signing) == 1 &&
           (alg == "ES256" || EVP_PKEY_CTX_set_rsa_padding(signing, RSA_PKCS1_PADDING) == 1) &&
           EVP_PKEY_CTX_set_signature_md(signing, EVP_MD_fetch(nullptr, "SHA256", nullptr)) == 1;
}

bool sign() {
    static std::array<unsigned char, 32> digest{};
    std::array<unsigned char, 256> signature{};
    std::size_t size = signature.size();
    ++digest.front();
    return EVP_PKEY_sign(signing, signature.data(), &size, digest.data(), digest.size()) == 1;
}

asio::awaitable<void> serve(tcp::socket socket) {
    beast::flat_buffer buffer;
    try {
        socket.set_option(tcp::no_delay(true));
        for (;;) {
            http::request<http::string_body> request;
            co_await http::async_read(socket, buffer, request, asio::use_awaitable);
            if (signing != nullptr && !sign()) std::abort();
            http::response<http::string_body> answer(http::status::ok, request.version());
            answer.set(http::field::content_type, "application/json");
            answer.set(http::field::cache_control, "no-store");
            answer.keep_alive(request.keep_alive());
            answer.body() = std::string(900, 'a');
            answer.prepare_payload();
            co_await http::async_write(socket, answer, asio::use_awaitable);
        }
    } catch (const std::exception&) {
    }
}

asio::awaitable<void> listen(unsigned short port) {
    const auto executor = co_await asio::this_coro::executor;
    tcp::acceptor acceptor(executor, {asio::ip::address_v4::loopback(), port});
    for (;;) {
        auto socket = co_await acceptor.async_accept(asio::use_awaitable);
        asio::co_spawn(acceptor.get_executor(), serve(std::move(socket)), asio::detached);
    }
}

int main(int argc, char** argv) {
    if (argc < 2 || (argc > 2 && !prepare(argv[2]))) return 2;
    asio::io_context loop(1);
    asio::co_spawn(loop, listen(static_cast<unsigned short>(std::atoi(argv[1]))), asio::detached);
    loop.run();
}
