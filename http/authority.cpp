#include "http/authority.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "oauth/evp.hpp"

namespace assay::http {
namespace {

using certificate = std::unique_ptr<X509, oauth::freed_by<X509_free>>;
using private_key = oauth::evp_pkey;
using bio = std::unique_ptr<BIO, oauth::freed_by<BIO_free_all>>;

// Not a DNS name: a verifier could use the common name as one if the certificate had no DNS names (RFC 6125 §6.4.4).
constexpr const char* server_common_name = "Assay mock server";
constexpr std::int64_t authority_lifetime = 10LL * 365 * 86400;
// Loopback names only (RFC 6761 §6.3, RFC 5735 §3, RFC 4291 §2.5.3).
constexpr const char* loopback_only =
    "critical,permitted;DNS:localhost,permitted;IP:127.0.0.0/255.0.0.0,"
    "permitted;IP:0:0:0:0:0:0:0:1/FFFF:FFFF:FFFF:FFFF:FFFF:FFFF:FFFF:FFFF";

error crypto(std::string_view what) {
    std::array<char, 160> text{};
    ERR_error_string_n(ERR_get_error(), text.data(), text.size());
    return {errc::crypto, fmt::format("{} ({})", what, text.data())};
}

private_key make_key(key_kind kind = key_kind::p256) {
    return private_key(kind == key_kind::rsa ? EVP_RSA_gen(2048) : EVP_EC_gen("P-256"));
}

bool extend(X509* of, X509* issuer, int nid, const char* value) {
    X509V3_CTX context;
    X509V3_set_ctx(&context, issuer, of, nullptr, nullptr, 0);
    X509_EXTENSION* e = X509V3_EXT_conf_nid(nullptr, &context, nid, value);
    if (e == nullptr) return false;
    const bool added = X509_add_ext(of, e, -1) == 1;
    X509_EXTENSION_free(e);
    return added;
}

void set_name(X509_NAME* name, const std::string& common) {
    const auto put = [&](const char* field, const std::string& text) {
        const auto* bytes = reinterpret_cast<const unsigned char*>(text.data());  // NOLINT: C API
        X509_NAME_add_entry_by_txt(name, field, MBSTRING_UTF8, bytes, static_cast<int>(text.size()), -1, 0);
    };
    put("O", "Assay");
    put("CN", common);
}

// A certificate without extensions and signature.
certificate blank(EVP_PKEY* key, const std::string& common, validity v) {
    certificate c(X509_new());
    if (!c) return c;
    X509_set_version(c.get(), X509_VERSION_3);
    BIGNUM* serial = BN_new();
    BN_rand(serial, 127, BN_RAND_TOP_ONE, BN_RAND_BOTTOM_ANY);
    BN_to_ASN1_INTEGER(serial, X509_get_serialNumber(c.get()));
    BN_free(serial);
    ASN1_TIME_set(X509_getm_notBefore(c.get()), v.from);
    ASN1_TIME_set(X509_getm_notAfter(c.get()), v.to);
    X509_set_pubkey(c.get(), key);
    set_name(X509_get_subject_name(c.get()), common);
    return c;
}

template <class Write>
std::string to_pem(Write write) {
    const bio out(BIO_new(BIO_s_mem()));
    if (!out || write(out.get()) != 1) return {};
    char* data = nullptr;
    const long size = BIO_get_mem_data(out.get(), &data);
    return {data, static_cast<std::size_t>(size)};
}
std::string pem_of(X509* c) {
    return to_pem([&](BIO* out) { return PEM_write_bio_X509(out, c); });
}
std::string pem_of(EVP_PKEY* k) {
    return to_pem(
        [&](BIO* out) { return PEM_write_bio_PKCS8PrivateKey(out, k, nullptr, nullptr, 0, nullptr, nullptr); });
}

bio reading(const std::string& text) {
    return bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}
certificate parse_certificate(const std::string& pem) {
    const bio in = reading(pem);
    return certificate(PEM_read_bio_X509(in.get(), nullptr, nullptr, nullptr));
}
private_key parse_key(const std::string& pem) {
    // An empty passphrase makes an encrypted key an error; otherwise OpenSSL would prompt for it.
    char none = 0;
    const bio in = reading(pem);
    return private_key(PEM_read_bio_PrivateKey(in.get(), nullptr, nullptr, &none));
}

bool is_address(const std::string& name) {
    const bool four =
        std::all_of(name.begin(), name.end(), [](char c) { return (c >= '0' && c <= '9') || c == '.'; });
    return four || name.find(':') != std::string::npos;
}

// "DNS:localhost,IP:127.0.0.1"
result<std::string> alternative_names(const std::vector<std::string>& names) {
    std::string out;
    for (const auto& name : names) {
        const bool plain = !name.empty() && name.size() <= 253 && std::all_of(name.begin(), name.end(), [](char c) {
            return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
                   c == '.' || c == ':' || c == '*' || c == '_';
        });
        if (!plain) return fail(errc::usage, fmt::format("'{}' cannot be a name in a certificate", name));
        out += fmt::format("{}{}:{}", out.empty() ? "" : ",", is_address(name) ? "IP" : "DNS", name);
    }
    if (out.empty()) return fail(errc::usage, "a server's certificate needs at least one name");
    return out;
}

bool complete_leaf(X509* leaf, X509* issuer, EVP_PKEY* signer, const std::string& names,
                   key_kind kind = key_kind::p256) {
    const char* use =
        kind == key_kind::rsa ? "critical,digitalSignature,keyEncipherment" : "critical,digitalSignature";
    X509_set_issuer_name(leaf, X509_get_subject_name(issuer));
    return extend(leaf, issuer, NID_basic_constraints, "critical,CA:FALSE") &&
           extend(leaf, issuer, NID_key_usage, use) && extend(leaf, issuer, NID_ext_key_usage, "serverAuth") &&
           extend(leaf, issuer, NID_subject_key_identifier, "hash") &&
           extend(leaf, issuer, NID_authority_key_identifier, "keyid:always") &&
           extend(leaf, issuer, NID_subject_alt_name, names.c_str()) && X509_sign(leaf, signer, EVP_sha256()) > 0;
}

result<std::string> read_text(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    std::ostringstream text;
    if (!in || !(text << in.rdbuf()))
        return fail(errc::not_found, fmt::format("cannot read {}; check the path", path));
    return text.str();
}

// Atomic: writes a temporary file and renames it. It is created with `mode`, so that a key is never readable by
// others.
result<void> write_text(const std::string& path, const std::string& text, mode_t mode) {
    const std::string part = fmt::format("{}.{}.part", path, ::getpid());
    ::unlink(part.c_str());  // left by a process with the same id
    const int file = ::open(part.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
    bool written = file >= 0 && ::write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size());
    if (file >= 0) written = ::fsync(file) == 0 && written;
    if (file >= 0) ::close(file);
    if (written && ::rename(part.c_str(), path.c_str()) == 0) return {};
    ::unlink(part.c_str());
    return fail(errc::environment, fmt::format("cannot write {}; choose another --tls-dir", path));
}

// Only one process at a time works in the folder. The lock is on the folder itself, so read permission is enough.
class folder_lock {
public:
    [[nodiscard]] static result<folder_lock> take(const std::string& dir) {
        folder_lock out;
        out.file_ = ::open(dir.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        int locked = -1;
        do locked = out.file_ < 0 ? -1 : ::flock(out.file_, LOCK_EX);
        while (locked != 0 && errno == EINTR);
        if (locked == 0) return out;
        return fail(errc::environment, fmt::format("cannot lock the folder {}: {}; choose another --tls-dir", dir,
                                                   std::generic_category().message(errno)));
    }
    folder_lock(folder_lock&& other) noexcept : file_(std::exchange(other.file_, -1)) {}
    folder_lock(const folder_lock&) = delete;
    folder_lock& operator=(const folder_lock&) = delete;
    folder_lock& operator=(folder_lock&&) = delete;
    ~folder_lock() {
        if (file_ >= 0) ::close(file_);
    }

private:
    folder_lock() = default;
    int file_ = -1;
};

// Anyone with the key of an authority can impersonate every host of this machine to clients that trust it.
result<void> demand_private(const std::string& key_file) {
    constexpr mode_t of_others = 077;
    struct stat there {};
    if (::stat(key_file.c_str(), &there) != 0 || (there.st_mode & of_others) == 0) return {};
    return fail(errc::environment,
                fmt::format("the CA key {0} is accessible to others than its owner; run: chmod 600 {0}", key_file));
}

bool has_ended(X509* c, std::int64_t now) {
    const std::time_t at = now;
    return X509_cmp_time(X509_get0_notAfter(c), const_cast<std::time_t*>(&at)) < 0;  // NOLINT: C API
}

}  // namespace

struct authority::parts {
    certificate own;
    private_key key;
    identity texts;
};

const identity& authority::own() const {
    return parts_->texts;
}

result<authority> authority::make(validity v) {
    auto made = std::make_shared<parts>();
    made->key = make_key();
    if (!made->key) return fail(crypto("cannot create the key of the certificate authority"));
    made->own = blank(made->key.get(), "Assay private CA (loopback only)", v);
    X509* own = made->own.get();
    X509_set_issuer_name(own, X509_get_subject_name(own));
    const bool complete = extend(own, own, NID_basic_constraints, "critical,CA:TRUE,pathlen:0") &&
                          extend(own, own, NID_key_usage, "critical,keyCertSign,cRLSign") &&
                          extend(own, own, NID_subject_key_identifier, "hash") &&
                          extend(own, own, NID_name_constraints, loopback_only) &&
                          X509_sign(own, made->key.get(), EVP_sha256()) > 0;
    if (!complete) return fail(crypto("cannot create the certificate authority"));
    made->texts = {pem_of(own), pem_of(made->key.get())};
    authority out;
    out.parts_ = std::move(made);
    return out;
}

result<authority> authority::read(const identity& own) {
    auto made = std::make_shared<parts>();
    made->own = parse_certificate(own.certificates);
    made->key = parse_key(own.key);
    if (!made->own || !made->key) return fail(crypto("this is not a certificate with its key"));
    if (X509_check_private_key(made->own.get(), made->key.get()) != 1)
        return fail(crypto("the key does not belong to the certificate"));
    made->texts = own;
    authority out;
    out.parts_ = std::move(made);
    return out;
}

result<authority> authority::keep_in(const std::string& dir, std::int64_t now) {
    std::error_code bad;
    std::filesystem::create_directories(dir, bad);
    if (bad)
        return fail(errc::environment,
                    fmt::format("cannot make the folder {}: {}; choose another --tls-dir", dir, bad.message()));
    const auto alone = folder_lock::take(dir);
    if (!alone) return fail(alone.error());
    const auto at = std::filesystem::path(dir);
    const auto certificate_file = (at / "ca.pem").string();
    const auto key_file = (at / "ca-key.pem").string();
    if (std::filesystem::exists(certificate_file, bad) && std::filesystem::exists(key_file, bad)) {
        if (auto ok = demand_private(key_file); !ok) return fail(ok.error());
        auto kept = read_identity(certificate_file, key_file);
        if (!kept) return fail(kept.error());
        auto there = read(*kept);
        if (there && !has_ended(there->parts_->own.get(), now)) return there;
    }
    auto made = make({now - 3600, now + authority_lifetime});
    if (!made) return made;
    if (auto ok = write_text(key_file, made->own().key, 0600); !ok) return fail(ok.error());
    if (auto ok = write_text(certificate_file, made->own().certificates, 0644); !ok) return fail(ok.error());
    return made;
}

result<identity> authority::issue(const std::vector<std::string>& names, validity v, key_kind kind) const {
    const auto listed = alternative_names(names);
    if (!listed) return fail(listed.error());
    const auto key = make_key(kind);
    const auto leaf = blank(key.get(), server_common_name, v);
    if (!leaf || !complete_leaf(leaf.get(), parts_->own.get(), parts_->key.get(), *listed, kind))
        return fail(crypto(fmt::format("cannot issue a certificate for {}", *listed)));
    return identity{pem_of(leaf.get()) + parts_->texts.certificates, pem_of(key.get())};
}

result<identity> self_signed(const std::vector<std::string>& names, validity v) {
    const auto listed = alternative_names(names);
    if (!listed) return fail(listed.error());
    const auto key = make_key();
    const auto leaf = blank(key.get(), server_common_name, v);
    if (!leaf || !complete_leaf(leaf.get(), leaf.get(), key.get(), *listed))
        return fail(crypto(fmt::format("cannot create a certificate for {}", *listed)));
    return identity{pem_of(leaf.get()), pem_of(key.get())};
}

bool is_for(const identity& who, const std::string& host) {
    const auto first = parse_certificate(who.certificates);
    if (!first) return false;
    const auto flags = X509_CHECK_FLAG_NEVER_CHECK_SUBJECT;
    return X509_check_host(first.get(), host.data(), host.size(), flags, nullptr) == 1 ||
           X509_check_ip_asc(first.get(), host.c_str(), 0) == 1;
}

result<identity> read_identity(const std::string& certificate_file, const std::string& key_file) {
    auto certificates = read_text(certificate_file);
    if (!certificates) return fail(certificates.error());
    auto key = read_text(key_file);
    if (!key) return fail(key.error());
    const auto first = parse_certificate(*certificates);
    if (!first) return fail(errc::crypto, fmt::format("{} holds no PEM certificate", certificate_file));
    const auto own = parse_key(*key);
    if (!own) return fail(errc::crypto, fmt::format("{} holds no PEM private key without a passphrase", key_file));
    if (X509_check_private_key(first.get(), own.get()) != 1)
        return fail(errc::crypto, fmt::format("the key in {} does not belong to the first certificate in {}",
                                              key_file, certificate_file));
    return identity{std::move(*certificates), std::move(*key)};
}

}  // namespace assay::http
