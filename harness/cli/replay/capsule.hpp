// assay.capsule/1: one failure with all that is needed to meet it again on another machine, and no secret. `assay
// run` writes it, `assay replay` runs it; docs/schema/capsule.json is its schema. Thread-safe: plain values.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "data/json.hpp"
#include "data/result.hpp"
#include "reports/result.hpp"

namespace assay::harness {

// Who was under test.
enum class capsule_party { mock, server, client };

struct capsule {
    std::string version;  // of the assay that wrote it
    std::string command;  // as typed
    // The check: the name and the text of its file.
    std::string check_file, check_text;
    capsule_party party = capsule_party::mock;
    std::string given;                  // --server or --client as typed
    std::string client, configuration;  // the client's name, and that of its configuration
    std::string sha256;                 // of client.yaml, in hexadecimal
    json::value file;                   // server.yaml, or a client.yaml that needs no other file; else null
    bool has_authority = false;         // the run was told an authority to trust: --ca
    std::vector<std::string> faults;    // of the mock, as typed
    std::string dialect_text;           // the file of the dialect, if it is none of the program's
    std::int64_t deadline_s = 10;       // for one step of a client
    bool tls = false;                   // clients met https issuers only
    reports::row row;                   // what failed, and its exchanges; with seed and clock
};

// Bytes of a capsule at most, and of its exchanges together.
inline constexpr std::size_t capsule_limit = std::size_t{8} << 20U;
inline constexpr std::size_t capsule_exchanges_limit = std::size_t{1} << 20U;

// Exchanges above the limit are left out at the end; a last one says how many.
[[nodiscard]] json::value to_json(const capsule& c);
// Unknown members are refused: they might be a condition under which the check failed. Errors: bad_json, with the
// JSON pointer of the member.
[[nodiscard]] result<capsule> capsule_from_json(const json::value& document);
// Errors: usage, one sentence with the file and the place.
[[nodiscard]] result<capsule> read_capsule(const std::string& file);

// The file of a server with each secret that stands in it replaced by ${env.NAME}: passwords, client secrets, private
// keys, tokens.
[[nodiscard]] json::value without_secrets(json::value server_file);
// The variables that ${env.NAME} in it name, each once.
[[nodiscard]] std::vector<std::string> variables_in(const json::value& server_file);

// The name of its file, without a folder: "AS-PKCE-02.client=public.json".
[[nodiscard]] std::string capsule_name(const reports::row& r);

}  // namespace assay::harness
