// A page about a running load, with a button that ends it, and its figures for Prometheus. On this machine only.
// show() may be called from any thread.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>

#include "data/result.hpp"
#include "harness/load/generator/run.hpp"
#include "http/message.hpp"
#include "http/server.hpp"

namespace assay::harness {

class load_live {
public:
    // `title`: what is loaded. Port 0 picks a free one. Errors: environment (port in use).
    [[nodiscard]] static result<std::unique_ptr<load_live>> start(std::uint16_t port, std::string title);
    void show(const load::progress& p);
    [[nodiscard]] std::string url() const { return server_->origin() + "/"; }

private:
    explicit load_live(std::string title) : title_(std::move(title)) {}
    [[nodiscard]] http::response answer(const http::request& r);
    [[nodiscard]] http::response stop(const http::request& r);
    [[nodiscard]] load::progress latest();

    std::string title_;
    std::mutex lock_;
    load::progress last_;
    std::unique_ptr<http::server> server_;
};

}  // namespace assay::harness
