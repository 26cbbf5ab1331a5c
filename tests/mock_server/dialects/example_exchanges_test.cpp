// The example exchanges of the providers' dialects: each file of mock_server/dialects/examples is a conversation with
// one issuer, compared with what the provider's documentation shows. A member of an answer can be named in later
// requests.
#include <algorithm>
#include <filesystem>
#include <map>
#include <set>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "data/yaml.hpp"
#include "http/url.hpp"
#include "mock_server/dialects/dialect.hpp"
#include "mock_server/faults/fault.hpp"
#include "mock_server/routing/mock.hpp"
#include "oauth/form.hpp"
#include "oauth/jwt.hpp"

namespace assay::mock {
namespace {

namespace fs = std::filesystem;
const fs::path examples_folder = fs::path(ASSAY_SOURCE_DIR) / "mock_server/dialects/examples";

std::vector<std::string> example_names() {
    std::vector<std::string> out;
    for (const auto& one : fs::directory_iterator(examples_folder)) out.push_back(one.path().stem().string());
    std::sort(out.begin(), out.end());
    return out;
}

class exchange_walk {
public:
    explicit exchange_walk(const json::value& file) {
        core_.set_origin("http://127.0.0.1:9");
        json::object wanted{{"name", "t"}, {"dialect", file.string_at("dialect")}, {"sign_in", "auto"}};
        for (const auto* list : {"clients", "users"}) {
            if (const auto* given = file.find(list)) wanted.append(list, *given);
        }
        auto request = issuer_request_from_json(wanted);
        if (!request) {
            ADD_FAILURE() << request.error().text();
            return;
        }
        auto made = core_.create(std::move(*request));
        if (!made) ADD_FAILURE() << made.error().text();
        known_["issuer"] = "http://127.0.0.1:9/i/t" + (*find_dialect(file.string_at("dialect")))->issuer_path;
        known_["base"] = "http://127.0.0.1:9/i/t";
    }

    void take(const json::value& step) {
        SCOPED_TRACE(std::string(step.string_at("says")));
        const auto r = send(step);
        const auto* expect = step.find("expect");
        ASSERT_NE(expect, nullptr);
        const auto status =
            expect->find("status") == nullptr ? 200 : expect->find("status")->as_integer().value_or(0);
        EXPECT_EQ(r.status, status) << r.body;
        const auto url = http::parse_url(r.head.value("location"));
        const json::value location =
            as_object(url ? oauth::parse_form(url->query).value_or(oauth::form{}) : oauth::form{});
        const json::value body = json::parse(r.body).value_or(json::value());
        const json::value form = as_object(oauth::parse_form(r.body).value_or(oauth::form{}));
        for (const auto& m : expect->as_object()->members) {
            if (m.name == "json") compare("json", m.v, body);
            if (m.name == "form") compare("form", m.v, body.is_null() ? form : json::value());
            if (m.name == "callback") compare("callback", m.v, location);
            if (m.name == "page") compare("page", m.v, hidden_inputs(r.body));
            if (m.name == "id_token" || m.name == "access_token") compare(m.name, m.v, claims(body, m.name));
            if (m.name == "headers") compare("headers", m.v, headers_of(r));
        }
        for (const json::value& got : {body, location, form, json::value(hidden_inputs(r.body))}) remember(got);
    }

private:
    static json::object as_object(const oauth::form& f) {
        json::object out;
        for (const auto& [name, value] : f.fields) out.set(name, value);
        return out;
    }
    static json::object headers_of(const http::response& r) {
        json::object out;
        for (const auto& [name, value] : r.head.list) out.set(name, value);
        return out;
    }
    // <input type="hidden" name="code" value="…">
    static json::object hidden_inputs(const std::string& html) {
        json::object out;
        const auto text_of = [&](std::string_view name, std::size_t from) {
            const auto at = html.find(fmt::format("{}=\"", name), from) + name.size() + 2;
            return html.substr(at, html.find('"', at) - at);
        };
        for (auto at = html.find("<input type=\"hidden\""); at != std::string::npos;
             at = html.find("<input type=\"hidden\"", at + 1)) {
            auto value = text_of("value", at);
            for (const auto& [mark, ch] : {std::pair{"&quot;", "\""}, {"&#34;", "\""}, {"&amp;", "&"}}) {
                for (auto n = value.find(mark); n != std::string::npos; n = value.find(mark, n + 1))
                    value.replace(n, std::string_view(mark).size(), ch);
            }
            out.set(text_of("name", at), value);
        }
        return out;
    }
    static json::value claims(const json::value& body, const std::string& member) {
        const auto parts = oauth::parse_jws(body.string_at(member));
        return parts ? json::parse(parts->payload).value_or(json::value()) : json::value();
    }

    [[nodiscard]] std::string filled(std::string text) const {
        for (auto at = text.find("${"); at != std::string::npos; at = text.find("${", at + 1)) {
            const auto end = text.find('}', at);
            const auto name = text.substr(at + 2, end - at - 2);
            const auto found = known_.find(name);
            if (found == known_.end()) ADD_FAILURE() << "no answer had a member " << name;
            text.replace(at, end + 1 - at, found == known_.end() ? "" : found->second);
        }
        return text;
    }
    [[nodiscard]] oauth::form form_of(const json::value* members) const {
        oauth::form out;
        if (members == nullptr) return out;
        for (const auto& m : members->as_object()->members)
            out.append(m.name, m.v.is_string() ? filled(*m.v.as_string()) : json::format(m.v));
        return out;
    }

    http::response send(const json::value& step) {
        http::request r;
        const bool posted = step.find("post") != nullptr;
        r.method = posted ? "POST" : "GET";
        r.target = "/i/t" + filled(std::string(step.string_at(posted ? "post" : "get")));
        if (const auto* query = step.find("query")) r.target += "?" + oauth::format_form(form_of(query));
        if (const auto* form = step.find("form")) {
            r.head.append("Content-Type", "application/x-www-form-urlencoded");
            r.body = oauth::format_form(form_of(form));
        }
        if (const auto* body = step.find("json")) {
            r.head.append("Content-Type", "application/json");
            r.body = filled(json::format(*body));
        }
        for (const auto& [name, value] : form_of(step.find("headers")).fields) r.head.append(name, value);
        if (posted) r.head.append("Content-Length", std::to_string(r.body.size()));
        auto plan = core_.handle(r);
        return std::get<http::write_response>(plan.front().what).r;
    }

    // Members of `want` in `got`: null must be absent; a text may end in * for any rest.
    void compare(const std::string& where, const json::value& want, const json::value& got) const {
        if (const auto* members = want.as_object()) {
            for (const auto& m : members->members) {
                const auto* there = got.find(m.name);
                const auto place = where + "/" + m.name;
                if (m.v.is_null()) {
                    EXPECT_EQ(there, nullptr) << place << " must be absent";
                } else if (there == nullptr) {
                    ADD_FAILURE() << place << " is absent from " << json::format(got);
                } else {
                    compare(place, m.v, *there);
                }
            }
            return;
        }
        if (!want.is_string()) {
            EXPECT_TRUE(want == got) << where << ": " << json::format(got);
            return;
        }
        const auto text = filled(*want.as_string());
        const std::string found = got.is_string() ? *got.as_string() : json::format(got);
        if (text.ends_with('*')) {
            EXPECT_TRUE(found.starts_with(text.substr(0, text.size() - 1)) && found.size() >= text.size())
                << where << ": " << found;
        } else {
            EXPECT_EQ(found, text) << where;
            EXPECT_TRUE(got.is_string()) << where << " is no text: " << json::format(got);
        }
    }

    void remember(const json::value& got) {
        if (!got.is_object()) return;
        for (const auto& m : got.as_object()->members) {
            if (m.v.is_string()) known_[m.name] = *m.v.as_string();
        }
    }

    mock core_;
    std::map<std::string, std::string> known_;
};

class ExampleExchanges : public ::testing::TestWithParam<std::string> {};
INSTANTIATE_TEST_SUITE_P(Of, ExampleExchanges, ::testing::ValuesIn(example_names()), [](const auto& p) {
    std::string name = p.param;
    std::replace(name.begin(), name.end(), '-', '_');
    return name;
});

TEST_P(ExampleExchanges, AreAnsweredAsTheProviderDoes) {
    const auto file = yaml::read_file((examples_folder / (GetParam() + ".yaml")).string());
    ASSERT_TRUE(file) << file.error().text();
    const auto document = yaml::as_json(*file, file->root);
    ASSERT_TRUE(document) << document.error().text();
    exchange_walk walk(*document);
    for (const auto& step : *document->find("exchanges")->as_array()) walk.take(step);
}

// A provider is a dialect that states its sources.
TEST(ExampleExchanges, ExistForEveryProvider) {
    std::set<std::string> shown;
    for (const auto& name : example_names()) {
        const auto file = yaml::read_file((examples_folder / (name + ".yaml")).string());
        ASSERT_TRUE(file);
        shown.insert((*find_dialect(yaml::as_json(*file, file->root)->string_at("dialect")))->name);
    }
    for (const auto& d : dialects()) {
        if (d->sources.empty()) continue;
        EXPECT_TRUE(shown.contains(d->name)) << d->name << " has no file in mock_server/dialects/examples";
        EXPECT_FALSE(d->hazards.empty()) << d->name;
        for (const auto& name : d->hazards) EXPECT_TRUE(find_fault(name)) << d->name << " " << name;
    }
}

}  // namespace
}  // namespace assay::mock
