// docs/schema/client.json accepts the clients that ship, and refuses what the loader refuses.
#include <filesystem>

#include <gtest/gtest.h>

#include "data/yaml.hpp"
#include "harness/clients/client_yaml.hpp"
#include "tests/support/json_schema.hpp"

namespace assay::harness {
namespace {

namespace fs = std::filesystem;

std::string findings_of(const yaml::document& d) {
    const auto document = yaml::as_json(d, d.root);
    if (!document) return document.error().text();
    std::string out;
    const tests::json_schema schema(tests::read_schema(ASSAY_SOURCE_DIR "/docs/schema/client.json"));
    for (const std::string& line : schema.validate(*document)) out += line + "\n";
    return out;
}

TEST(client_schema, holds_for_every_client_that_ships) {
    std::size_t files = 0;
    for (const auto& entry : fs::directory_iterator(ASSAY_SOURCE_DIR "/clients")) {
        const fs::path file = entry.path() / "client.yaml";
        if (!fs::exists(file)) continue;
        const auto d = yaml::read_file(file.string());
        ASSERT_TRUE(d) << d.error().text();
        EXPECT_EQ(findings_of(*d), "") << file;
        ++files;
    }
    EXPECT_GT(files, 10U);
}

TEST(client_schema, agrees_with_the_loader) {
    const std::string start =
        "name: x\nlibrary: x\nlanguage: x\ncommand: [x]\nconfigurations: [{ name: a, token_endpoint_auth_method: "
        "none "
        "}]\n";
    const std::string application = "capabilities: [single_issuer]\napplication: { redirect_uri: /b, ";
    const std::string refused[] = {
        start + "redy_s: 3\n",
        start + "ready_s: 0\n",
        start + "known: [{ check: RP-CB-01, verdict: pass, reason: x }]\n",
        start + application + "sign_in: in, success: { text: x } }\n",
        start + application + "sign_in: { from: /in }, success: { text: x } }\n",
        start + application + "sign_in: { action: /in }, success: { text: x } }\n",
        start + application + "sign_in: /in, success: {} }\n",
        start + application + "sign_in: /in }\n",
    };
    for (const std::string& text : refused) {
        const auto d = yaml::parse(text, "client.yaml");
        ASSERT_TRUE(d) << text;
        EXPECT_FALSE(load_client(*d, ".", {})) << text;
        EXPECT_NE(findings_of(*d), "") << text;
    }
    const std::string taken[] = {
        start,
        start + application + "sign_in: { form: /in, action: /go, fields: { a: b } }, success: { text: x } }\n",
    };
    for (const std::string& text : taken) {
        const auto d = yaml::parse(text, "client.yaml");
        ASSERT_TRUE(d) << text;
        const auto c = load_client(*d, ".", {});
        EXPECT_TRUE(c) << c.error().text();
        EXPECT_EQ(findings_of(*d), "") << text;
    }
}

}  // namespace
}  // namespace assay::harness
