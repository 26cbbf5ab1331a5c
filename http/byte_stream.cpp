#include "http/byte_stream.hpp"

#include <optional>
#include <system_error>
#include <thread>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <fmt/format.h>

#include "http/channel.hpp"
#include "http/tls.hpp"

namespace assay::http {

using std::chrono::steady_clock;

class byte_stream_trust {
public:
    explicit byte_stream_trust(std::unique_ptr<asio::ssl::context> c) : context(std::move(c)) {}
    const std::unique_ptr<asio::ssl::context> context;
};

result<std::shared_ptr<byte_stream_trust>> load_byte_stream_trust(const std::string& ca_file) {
    auto made = trust(ca_file);
    if (!made) return fail(made.error());
    return std::make_shared<byte_stream_trust>(std::move(*made));
}

struct byte_stream::impl {
    // The result of `work`; nullopt: it waits for something that cannot be cancelled (name resolution).
    template <class T>
    std::optional<T> run(task<T> work) {
        const auto done = std::make_shared<std::optional<T>>();
        asio::co_spawn(loop.get_executor(), std::move(work), [done](const std::exception_ptr& e, T value) {
            if (!e) done->emplace(std::move(value));
        });
        loop.restart();
        while (!*done && steady_clock::now() < end) {
            if (loop.run_one_until(end) == 0 && loop.stopped()) break;
        }
        return std::move(*done);
    }

    std::shared_ptr<byte_stream_trust> trusted;
    asio::io_context loop{1};
    std::shared_ptr<channel> line;
    time_point end{};
};

byte_stream::byte_stream(std::unique_ptr<impl> made) : impl_(std::move(made)) {}
byte_stream::~byte_stream() = default;

result<std::unique_ptr<byte_stream>> byte_stream::open(const byte_stream_address& to,
                                                       std::shared_ptr<byte_stream_trust> trusted,
                                                       std::chrono::milliseconds deadline) {
    auto where = destination_of(fmt::format("{}://{}:{}", to.tls ? "https" : "http", to.host, to.port));
    if (!where) return fail(where.error());
    where->origin = fmt::format("{}:{}", to.host, to.port);  // for messages: it is no HTTP
    auto made = std::make_unique<impl>();
    made->trusted = std::move(trusted);
    made->line = std::make_shared<channel>(made->loop, *where,
                                           to.tls && made->trusted ? made->trusted->context.get() : nullptr);
    std::unique_ptr<byte_stream> out(new byte_stream(std::move(made)));
    out->expire_in(deadline);
    auto opened = out->impl_->run(out->impl_->line->open());
    if (!opened) {
        // Destroying the loop waits for the resolver of the system, so another thread does it.
        auto* left = out.release();
        try {
            std::thread([left] { delete left; }).detach();  // NOLINT(cppcoreguidelines-owning-memory)
        } catch (const std::system_error&) {
            // No thread can be had: it stays in memory, for this one must not wait.
        }
        return fail(errc::timeout, fmt::format("the name {} was not resolved within the deadline", to.host));
    }
    if (!*opened) return fail(opened->error());
    return out;
}

bool byte_stream::usable() {
    return impl_->line->usable(channel::unread::ends_it);
}

void byte_stream::expire_in(std::chrono::milliseconds deadline) {
    impl_->line->expire_at(steady_clock::now() + deadline);
    // The channel's own deadline comes first and ends the step with a reason.
    impl_->end = steady_clock::now() + deadline + std::chrono::milliseconds{50};
}

namespace {

result<void> outcome_of(channel& line, const std::optional<error_code>& ec) {
    if (ec && !*ec) return {};
    return fail(line.explain(ec.value_or(asio::error::timed_out)));
}

}  // namespace

result<void> byte_stream::write(std::string bytes) {
    return outcome_of(*impl_->line, impl_->run(impl_->line->write(std::move(bytes))));
}

result<void> byte_stream::read_more() {
    return outcome_of(*impl_->line, impl_->run(impl_->line->read_more()));
}

std::string& byte_stream::received() {
    return impl_->line->buffer;
}

}  // namespace assay::http
