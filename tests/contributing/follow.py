#!/usr/bin/env python3
"""Follows CONTRIBUTING.md: makes in a scratch copy the edits that each "Add …" lists, builds it, and sees each work.

    tests/contributing/follow.py build/release

The copy is built below that build directory with its compiler, without optimisation: it is used for seconds. An edit in
a file that its section does not name fails, and so does a section that nothing here follows.
"""
import json
import os
import re
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


class Failed(Exception):
    pass


def demand(holds, what):
    if not holds:
        raise Failed(what)


class Copy:
    """The scratch copy, and which files of it a section has touched."""

    def __init__(self, folder):
        self.folder = folder
        self.touched = []
        self.assay = None

    def path(self, name):
        self.touched.append(name)
        return self.folder / name

    def write(self, name, text):
        path = self.path(name)
        demand(not path.exists(), f"{name} exists already")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def after(self, name, anchor, text):
        """Inserts text behind the last line that holds the anchor."""
        path = self.path(name)
        lines = path.read_text().splitlines(keepends=True)
        at = [i for i, line in enumerate(lines) if anchor in line]
        demand(at, f"{name} has no line with {anchor!r}; this test has to be changed with it")
        lines.insert(at[-1] + 1, text)
        path.write_text("".join(lines))

    def one_more(self, name, array):
        """The size of a std::array of a table: one row more."""
        path = self.path(name)
        text, count = re.subn(rf"(std::array<{re.escape(array)}, )(\d+)", lambda m: m[1] + str(int(m[2]) + 1),
                              path.read_text(), count=1)
        demand(count == 1, f"{name} has no std::array<{array}, N>")
        path.write_text(text)

    def run(self, *arguments, exit_codes=(0,)):
        done = subprocess.run([self.assay, *arguments], cwd=self.folder, text=True, capture_output=True, timeout=120)
        demand(done.returncode in exit_codes,
               f"assay {' '.join(arguments)} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
        return done.stdout + done.stderr


def get(url, method="GET"):
    try:
        with urllib.request.urlopen(urllib.request.Request(url, method=method), timeout=10) as answer:
            return answer.status, dict(answer.headers), answer.read().decode()
    except urllib.error.HTTPError as refused:
        return refused.code, dict(refused.headers), refused.read().decode()


class Served:
    """assay serve while the block lasts; its value is the issuer."""

    def __init__(self, copy, *arguments):
        self.process = subprocess.Popen([copy.assay, "serve", "--port", "0", *arguments], cwd=copy.folder, text=True,
                                        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)

    def __enter__(self):
        line = self.process.stdout.readline()
        demand(line, "assay serve did not become ready")
        return json.loads(line)["issuer"]

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(timeout=30)
        self.process.stdout.close()


# ---- one class a section: `edit` before the build, `see` after it ----

class Check:
    section = "a check"

    def edit(self, copy):
        copy.write("scenarios/server/disc/AS-DISC-99.yaml", """\
id: AS-DISC-99
title: The metadata names the issuer
source: [RFC 8414 §3.3]
says: 'The "issuer" value returned MUST be identical to the authorization server''s issuer identifier value'
binds: authorization_server
level: must
witness: metadata_issuer_wrong
steps:
  - discover: {}
    expect: { status: 200, json: { issuer: "${issuer}" } }
""")

    def see(self, copy):
        copy.run("explain", "AS-DISC-99")
        copy.run("prove", "--no-matrix", "--select", "AS-DISC-99")


class Operation:
    section = "an operation of faults"
    files_max = 3

    def edit(self, copy):
        name = "mock_server/faults/operations/head.cpp"
        copy.after(name, "constexpr operation_row rows[] = {",
                   '    {"header.shout", std::nullopt, text, "Adds a field that shouts.", of_answer{shout}, wire},\n')
        path = copy.path(name)
        path.write_text(path.read_text().replace("constexpr operation_row rows[]", """\
void shout(outgoing_answer& a, const json::value& what) {
    a.r.head.append("X-Shout", value_of_field(what));
}

constexpr operation_row rows[]""", 1))

    def see(self, copy):
        pass  # the fault below uses it


class Fault:
    section = "a fault"

    def edit(self, copy):
        path = copy.path("mock_server/faults/token.yaml")
        path.write_text(path.read_text() + """\
- name: token_shouts
  at: token
  summary: The answer shouts.
  breaks: RFC 6749 §5.1
  correct_party: Ignores the field.
  do: [{ header.shout: HEY }]
""")

    def see(self, copy):
        copy.run("explain", "token_shouts")
        check = copy.folder / "scenarios/server/tok/AS-TOK-99.yaml"
        check.write_text("""\
id: AS-TOK-99
title: The token endpoint does not shout
source: [RFC 6749 §5.1]
level: must
witness: token_shouts
steps:
  - authorize: {}
  - token: {}
    expect: { status: 200, headers: { X-Shout: !absent } }
""")
        copy.run("prove", "--no-matrix", "--select", "AS-TOK-99")


class Rule:
    section = "a rule of the mock"

    def edit(self, copy):
        name = "mock_server/rules/rules.hpp"
        path = copy.path(name)
        path.write_text(path.read_text().replace("    count_\n", "    ping_says_something,\n    count_\n", 1))
        path = copy.path("mock_server/rules/extension_rules.hpp")
        text, count = re.subn(r"(\n};\n\n}  // namespace assay::mock)", r"""
    {rule::ping_says_something, "ping.says_something", "RFC 9110 §4.1", "A ping has a query.", channel::json, 400,
     "invalid_request", "A ping needs a query."},\1""", path.read_text(), count=1)
        demand(count == 1, "extension_rules.hpp does not end as expected")
        path.write_text(text)

    def see(self, copy):
        demand("ping.says_something" in copy.run("list", "rules"), "the rule is not listed")
        with Served(copy, "--dialect", "strict", "--fault", "defect:ping.says_something") as issuer:
            demand(get(issuer + "/ping")[0] == 200, "the defect does not switch the rule off")


class Endpoint:
    section = "an endpoint"
    files_max = 3  # and the dialects that have it

    def edit(self, copy):
        copy.write("mock_server/endpoints/ping.cpp", """\
#include "mock_server/request/answers.hpp"
#include "mock_server/request/refusals.hpp"

namespace assay::mock::endpoints {

answer ping(context& c) {
    if (auto no = c.demand(rule::ping_says_something, !c.in.request.query().empty(), "no query", "a query"))
        return refusal_response(c, *no);
    return json_response(200, json::object{{"pong", true}});
}

}  // namespace assay::mock::endpoints
""")
        name = "mock_server/dialects/endpoints.hpp"
        copy.one_more(name, "endpoint_row")
        path = copy.path(name)
        path.write_text(path.read_text().replace('    {.name = "webfinger",', """\
    {.name = "ping",
     .key = "ping",
     .in_dialect = true,
     .methods = "GET",
     .methods_first = true,
     .read = cross_origin::open,
     .listed = metadata_place::end,
     .metadata_member = "ping_endpoint",
     .what = "Says whether it is there."},
    {.name = "webfinger",""", 1))
        name = "mock_server/endpoints/table.cpp"
        copy.after(name, "answer webfinger(context& c);", "answer ping(context& c);\n")
        copy.after(name, '{&endpoint_named("webfinger"), webfinger},', '        {&endpoint_named("ping"), ping},\n')
        copy.after("mock_server/dialects/strict.yaml", "  webfinger: /", "  ping: /ping\n")

    def see(self, copy):
        demand('"ping"' in copy.run("dialect", "schema"), "the schema of dialects does not know it")
        with Served(copy, "--dialect", "strict") as issuer:
            demand(get(issuer + "/ping?x=1") [0::2] == (200, '{"pong":true}'), "it does not answer")
            demand(get(issuer + "/ping")[0] == 400, "its rule does not refuse")
            status, head, _ = get(issuer + "/ping", "DELETE")
            demand(status == 405 and "GET" in head.get("Allow", ""), "another method is not refused by the row")
            metadata = json.loads(get(issuer + "/.well-known/openid-configuration")[2])
            demand(metadata.get("ping_endpoint") == issuer + "/ping", "the metadata does not name it")


class Dialect:
    section = "a dialect"

    def edit(self, copy):
        copy.write("mock_server/dialects/loud.yaml", """\
# Test of CONTRIBUTING.md, no provider (2026-11-29).
name: loud
title: As strict, but it pings elsewhere
extends: strict
paths:
  ping: /PING
""")

    def see(self, copy):
        demand("loud" in copy.run("list", "dialects"), "the dialect is not listed")
        with Served(copy, "--dialect", "loud") as issuer:
            demand(get(issuer + "/PING?x=1")[0] == 200, "what differs is not there")
        demand("PING" in copy.run("dialect", "diff", "strict", "loud"), "the difference is not shown")


class Verb:
    section = "a verb"
    files_max = 3

    def __init__(self, side):
        self.side = side

    def edit(self, copy):
        folder, side = f"harness/engine/{self.side}/verbs", self.side
        server = side == "server"
        function = "rest_verb" if server else "client_rest_verb"
        last = "repeat_verb" if server else "client_look_verb"
        run, step, gives, good = (("server_run", "step", "void", "{}") if server else
                                  ("client_run", "client_step", "step_outcome",
                                   "step_outcome{client_outcome::accepted, {}, {}}"))
        base = "plain_verb" if server else "plain_client_verb"
        copy.write(f"{folder}/rest.cpp", f"""\
#include "harness/engine/{side}/{run}.hpp"
#include "harness/engine/{side}/verbs/table.hpp"

namespace assay::harness {{
namespace {{

class rest final : public {base} {{
public:
    rest() : {base}("rest", "Does nothing.") {{}}
    [[nodiscard]] result<{gives}> carry_out({run}&, const {step}&) const override {{ return {good}; }}
}};

}}  // namespace

const {side}_verb& {function}() {{
    static const rest one;
    return one;
}}

}}  // namespace assay::harness
""")
        copy.after(f"{folder}/table.hpp", f"{last}();", f"[[nodiscard]] const {side}_verb& {function}();\n")
        copy.after(f"{folder}/table.cpp", f"&{last}(),", f"        &{function}(),\n")

    def see(self, copy):
        self.of_server(copy) if self.side == "server" else self.of_client(copy)

    def of_server(self, copy):
        check = copy.folder / "scenarios/server/disc/AS-DISC-99.yaml"
        check.write_text(check.read_text() + "  - rest: {}\n")
        copy.run("run", "--dialect", "strict", "--select", "AS-DISC-99")

    def of_client(self, copy):
        source = (copy.folder / "scenarios/client/id-token/RP-IDT-04.yaml").read_text()
        check = copy.folder / "scenarios/client/id-token/RP-IDT-99.yaml"
        check.write_text(source.replace("RP-IDT-04", "RP-IDT-99").replace("steps:\n", "steps:\n  - rest: {}\n"))
        copy.run("run", "--client", "assay-rp", "--select", "RP-IDT-99")


class Client:
    section = "a client"

    def edit(self, copy):
        ours = (copy.folder / "clients/assay-rp/client.yaml").read_text()
        copy.write("clients/twin/client.yaml", re.sub(r"^name: .*$", "name: twin", ours, flags=re.M))

    def see(self, copy):
        demand("twin" in copy.run("list", "clients"), "the client is not listed")
        copy.run("run", "--client", "twin", "--select", "RP-IDT-04")


class ReportFormat:
    section = "a report format"
    files_max = 3

    def edit(self, copy):
        copy.write("reports/lines.cpp", """\
#include "reports/view.hpp"
#include "reports/writers.hpp"

namespace assay::reports {

std::string format_lines(const run& r) {
    std::string out;
    for (const row& each : r.rows) out += key_of(each) + " " + std::string(verdict_name(each.verdict)) + "\\n";
    return out;
}

}  // namespace assay::reports
""")
        copy.after("reports/writers.hpp", "std::string format_tap(const run& r);",
                   "[[nodiscard]] std::string format_lines(const run& r);\n")
        copy.after("harness/cli/shared/report_files.cpp", '{"tap", "result.tap", reports::format_tap},',
                   '                                 {"lines", "result.lines", reports::format_lines},\n')

    def see(self, copy):
        copy.run("run", "--dialect", "strict", "--select", "AS-DISC-01", "--format", "lines", "--out", "lines")
        demand("AS-DISC-01 pass\n" in (copy.folder / "lines/result.lines").read_text(), "the report is not written")


class Flow:
    section = "a flow of a load"

    def edit(self, copy):
        name = "harness/load/flows/table.cpp"
        copy.one_more(name, "flow_kind")
        path = copy.path(name)
        text = path.read_text().replace("constexpr std::string_view code_reuse", """\
std::unique_ptr<flow> make_discovery(const flow_options&, std::shared_ptr<flow_context> c) {
    return make_metadata({}, std::move(c));
}

constexpr std::string_view code_reuse""", 1)
        path.write_text(text.replace('    {"request", "GET `--path`"', """\
    {"discovery", "GET of the discovery document", "as `metadata`", needs::nothing, nullptr, {}, make_discovery},
    {"request", "GET `--path`\"""", 1))

    def see(self, copy):
        # 5: the machine was too busy to judge times.
        said = copy.run("load", "--flow", "discovery", "--rate", "20", "--for", "1s", "--out", "load", exit_codes=(0, 5))
        demand(re.search(r"^ *metadata +20 +0 ", said, flags=re.M), f"not 20 requests were answered:\n{said}")


SECTIONS = [Operation(), Fault(), Rule(), Endpoint(), Dialect(), Verb("server"), Verb("client"), Check(), Client(),
            ReportFormat(), Flow()]


def sections_of_the_manual():
    """Title -> text, of the sections that say how something is added."""
    text = (ROOT / "CONTRIBUTING.md").read_text()
    return {title: body for title, body in re.findall(r"^## Add (.+?)\n(.*?)(?=^## |\Z)", text, flags=re.M | re.S)}


def is_named(path, text):
    """Whether a section names that file: itself, by a pattern (NAME, AREA, NN, *), or the folder it is in."""
    for named in re.findall(r"`([\w./*-]+)`", text):
        pattern = re.escape(named).replace(r"\*", "[^/]*")
        pattern = re.sub("NAME|AREA|NN", "[^/]+", pattern)
        if re.fullmatch(pattern + (".*" if named.endswith("/") else ""), path):
            return True
    return False


def make_copy(folder):
    shutil.rmtree(folder, ignore_errors=True)
    files = subprocess.run(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=ROOT, check=True,
                           capture_output=True, text=True).stdout.split("\0")
    for name in filter(None, files):
        source = ROOT / name
        if not source.is_file():
            continue
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(source, folder / name)


def build(copy, like):
    cache = dict(re.findall(r"^(\w+):\w+=(.*)$", (like / "CMakeCache.txt").read_text(), flags=re.M))
    same = ["CMAKE_CXX_COMPILER", "ASSAY_WERROR"]
    there = copy.folder / "build" / like.name
    for command in (["cmake", "-S", str(copy.folder), "-B", str(there), "-G", cache["CMAKE_GENERATOR"],
                     "--log-level=WARNING", "-DASSAY_TESTS=OFF", "-DASSAY_BENCH=OFF", "-DASSAY_UNITY=ON",
                     "-DCMAKE_BUILD_TYPE=Debug", "-DCMAKE_CXX_FLAGS=-O0 -g0",
                     *(f"-D{name}={cache[name]}" for name in same if name in cache)],
                    ["cmake", "--build", str(there), "--target", "assay", "-j", str(os.cpu_count() or 2)]):
        done = subprocess.run(command, text=True, capture_output=True)
        demand(done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:])
    copy.assay = str(there / "assay")


def main():
    if len(sys.argv) != 2 or not (Path(sys.argv[1]) / "CMakeCache.txt").is_file():
        sys.exit(__doc__)
    like = Path(sys.argv[1]).resolve()
    folder = like / "contributing"
    began = time.monotonic()
    try:
        manual = sections_of_the_manual()
        followed = {one.section for one in SECTIONS}
        demand(followed == set(manual), f"CONTRIBUTING.md and this test differ: {sorted(followed ^ set(manual))}")
        copy = Copy(folder)
        make_copy(folder)
        for one in SECTIONS:
            copy.touched = []
            one.edit(copy)
            touched = sorted(set(copy.touched))
            for path in touched:
                demand(is_named(path, manual[one.section]), f"Add {one.section}: CONTRIBUTING.md does not name {path}")
            code = [path for path in touched if not path.endswith(".yaml")]
            demand(len(code) <= getattr(one, "files_max", len(code)), f"Add {one.section} costs {code}")
        build(copy, like)
        print(f"{time.monotonic() - began:.0f} s: the copy with every addition is built")
        for one in SECTIONS:
            one.see(copy)
            print(f"ok  Add {one.section}")
    except (Failed, subprocess.TimeoutExpired) as wrong:
        sys.exit(f"FAILED: {wrong}\nThe copy is in {folder}")
    shutil.rmtree(folder)
    print(f"{time.monotonic() - began:.0f} s")


if __name__ == "__main__":
    main()
