// A script of requests as text, so that an input is readable and mutations keep its structure:
//
//   POST /token                   method and target; "!" before the method: at the control API
//   Authorization: Basic …        header fields
//
//   grant_type=…&code=$code       the body
//   --                            the next request follows
//
// A "$" and the name of a member of an earlier answer ($access_token, $client_id …) stands for its latest value;
// $code is the code of the latest redirect, $cookie what Set-Cookie set.
#pragma once

#include <algorithm>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "data/json.hpp"
#include "http/message.hpp"
#include "oauth/form_reading.hpp"

namespace assay::fuzz {

struct scripted_request {
    bool control = false;
    http::request r;
};

// The text up to the separator, which is removed from `rest` with it.
inline std::string_view take_until(std::string_view& rest, std::string_view separator) {
    const auto part = rest.substr(0, rest.find(separator));
    rest.remove_prefix(std::min(rest.size(), part.size() + separator.size()));
    return part;
}

class script_memory {
public:
    [[nodiscard]] std::string filled(std::string_view text) const {
        std::string out;
        while (!text.empty()) {
            out += take_until(text, "$");
            const auto name = text.substr(0, text.find_first_not_of("abcdefghijklmnopqrstuvwxyz_"));
            const auto known = values_.find(name);
            if (known == values_.end()) continue;
            out += known->second;
            text.remove_prefix(name.size());
        }
        return out;
    }
    void learn(const http::response& r) {
        if (const auto* to = r.head.find("Location")) {
            const auto query = std::string_view(*to).substr(std::min(to->find('?'), to->size() - 1) + 1);
            for (const auto& [name, value] : oauth::read_form(query.substr(0, query.find('#'))).fields.fields)
                values_[name] = value;
        }
        for (const auto& cookie : r.head.all("Set-Cookie")) values_["cookie"] = cookie.substr(0, cookie.find(';'));
        if (r.body.empty() || r.body.front() != '{') return;
        const auto document = json::parse(r.body);
        const auto* members = document ? document->as_object() : nullptr;
        if (members == nullptr) return;
        for (const auto& m : members->members)
            if (const auto* text = m.v.as_string()) values_[m.name] = *text;
    }

private:
    std::map<std::string, std::string, std::less<>> values_;
};

inline scripted_request parse_request(std::string_view text, const script_memory& known) {
    scripted_request out;
    auto line = take_until(text, "\n");
    out.control = line.starts_with('!');
    if (out.control) line.remove_prefix(1);
    out.r.method = take_until(line, " ");
    out.r.target = known.filled(line.substr(0, line.find(' ')));
    while (!text.empty()) {
        auto field = take_until(text, "\n");
        if (field.empty()) break;
        const std::string name(take_until(field, ": "));
        out.r.head.append(name, known.filled(field));
    }
    out.r.body = known.filled(text);
    if (out.r.head.find("Host") == nullptr) out.r.head.append("Host", "127.0.0.1:8080");
    if (out.r.head.find("Content-Length") == nullptr && !out.r.body.empty())
        out.r.head.append("Content-Length", std::to_string(out.r.body.size()));
    if (out.r.head.find("Content-Type") == nullptr && !out.r.body.empty() && !out.control)
        out.r.head.append("Content-Type", "application/x-www-form-urlencoded");
    return out;
}

// What the http parser lets through to a handler: a token as method, a target and fields without control characters.
inline bool reaches_a_handler(const http::request& r) {
    const auto visible = [](std::string_view text, unsigned char least) {
        return std::all_of(text.begin(), text.end(), [&](char c) {
            const auto byte = static_cast<unsigned char>(c);
            return byte >= least && byte != 0x7f;
        });
    };
    return !r.method.empty() && r.target.starts_with('/') && visible(r.method, '!') && visible(r.target, '!') &&
           std::all_of(r.head.list.begin(), r.head.list.end(), [&](const http::header& h) {
               return !h.name.empty() && visible(h.name, '!') && h.name.find(':') == std::string::npos &&
                      visible(h.value, ' ');
           });
}

inline std::vector<std::string> request_words() {
    return {"--\n",
            "!POST /issuers\n\n",
            "!PUT /issuers/default/faults\n\n",
            "/f/",
            "/login",
            "/inspector/",
            "Authorization: Bearer $access_token\n",
            "Authorization: Basic d2ViOndlYi1zZWNyZXQ=\n",
            "Cookie: $cookie\n",
            "Content-Type: application/json\n",
            "Accept: text/html\n",
            "Origin: https://a.example\n",
            "DPoP: ",
            "$code",
            "$access_token",
            "$refresh_token",
            "$id_token",
            "$request_uri",
            "$client_id",
            "$registration_access_token",
            "&client_id=web",
            "&scope=openid+offline_access",
            "&prompt=none",
            "&prompt=login+consent",
            "&max_age=0",
            "&claims={\"id_token\":{\"acr\":{\"essential\":true}}}",
            "&request=",
            "&resource=https://api.example/",
            "&authorization_details=[]",
            "&response_mode=form_post",
            "&code_challenge_method=S256",
            "&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
            "&code_verifier=dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk",
            "&assay_user=ada",
            "&sub_type=organization",
            "grant_type=authorization_code",
            "grant_type=refresh_token&refresh_token=$refresh_token",
            "grant_type=client_credentials",
            "/clock",
            "/journal?after=0",
            "/journal.har",
            "/keys",
            "/mint",
            "/users",
            "/organizations",
            "/claims",
            "{\"fault\":\"",
            "\"advance_s\":",
            "9223372036854775807",
            "-1",
            "[]",
            "{}",
            "null",
            "%00",
            "%F0%9F%98%80"};
}

}  // namespace assay::fuzz
