// A bare Beast server as its documentation writes one: a coroutine a connection, parser and serializer of Beast, one
// thread, a fixed JSON answer of 900 bytes to whatever comes. What HTTP costs without OAuth. Loopback only.
// usage: beast_server PORT
#include <cstdlib>
#include <string>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using tcp = asio::ip::tcp;

asio::awaitable<void> serve(tcp::socket socket) {
    beast::flat_buffer buffer;
    try {
        socket.set_option(tcp::no_delay(true));
        for (;;) {
            http::request<http::string_body> request;
            co_await http::async_read(socket, buffer, request, asio::use_awaitable);
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
    if (argc < 2) return 2;
    asio::io_context loop(1);
    asio::co_spawn(loop, listen(static_cast<unsigned short>(std::atoi(argv[1]))), asio::detached);
    loop.run();
}
