// A unix socket that listens, as a file with mode 0600: its owner is who may connect. Not thread-safe.
#pragma once

#include <string>
#include <utility>

#include <sys/types.h>

#include "data/result.hpp"

namespace assay::http {

class unix_socket {
public:
    // Replaces a socket on which nobody listens any more. Errors: environment (somebody listens, it is no socket, or
    // its folder).
    [[nodiscard]] static result<unix_socket> listen(const std::string& path);
    unix_socket(unix_socket&& other) noexcept
        : path_(std::move(other.path_)),
          device_(other.device_),
          file_(other.file_),
          descriptor_(std::exchange(other.descriptor_, -1)) {}
    unix_socket(const unix_socket&) = delete;
    unix_socket& operator=(const unix_socket&) = delete;
    unix_socket& operator=(unix_socket&&) = delete;
    // Removes the file, unless another has taken its place.
    ~unix_socket();

    // A descriptor of the same socket, which the caller closes; -1: there is none left.
    [[nodiscard]] int duplicate() const;

private:
    unix_socket(std::string path, int descriptor) : path_(std::move(path)), descriptor_(descriptor) {}
    std::string path_;
    dev_t device_ = 0;
    ino_t file_ = 0;
    int descriptor_ = -1;
};

}  // namespace assay::http
