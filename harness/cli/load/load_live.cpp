#include "harness/cli/load/load_live.hpp"

#include <csignal>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "data/json.hpp"
#include "harness/cli/shared/progress.hpp"
#include "harness/load/watch/instruments.hpp"
#include "http/url.hpp"

namespace assay::harness {
namespace {

constexpr std::string_view page = R"html(<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Assay load</title>
<style>
:root { color-scheme: light dark }
body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 44rem; padding: 0 1rem }
dl { display: grid; grid-template-columns: 10rem 1fr; gap: .25rem 1rem } dt, small { color: light-dark(#555, #aaa) } dd { margin: 0; font-variant-numeric: tabular-nums }
small { font-size: 1rem; font-weight: normal }
svg { width: 100%; height: 8rem; border: 1px solid light-dark(#ccc, #555) } polyline { fill: none; stroke: light-dark(#06c, #6af); stroke-width: 2; vector-effect: non-scaling-stroke }
button { font: inherit; padding: .5rem 1rem }
</style>
<h1 id="title"></h1><p id="state" role="status">waiting for the first second</p>
<dl><dt>time</dt><dd id="time"></dd><dt>rate</dt><dd id="rate"></dd><dt>p50, p99</dt><dd id="times"></dd><dt>failed</dt><dd id="failed"></dd>
<dt>in flight</dt><dd id="flight"></dd><dt>lag</dt><dd id="lag"></dd></dl>
<h2>Rate <small id="most-rate"></small></h2><svg viewBox="0 0 300 100" preserveAspectRatio="none" role="img" aria-label="rate over time"><polyline id="line-rate"/></svg>
<h2>p99 <small id="most-p99"></small></h2><svg viewBox="0 0 300 100" preserveAspectRatio="none" role="img" aria-label="p99 over time"><polyline id="line-p99"/></svg>
<p><button id="stop">Stop the load</button> What was measured is kept.</p>
<script>
const at = id => document.getElementById(id), kept = { rate: [], p99: [] };
const ms = us => us < 1000 ? us + ' µs' : us < 1e6 ? (us / 1000).toPrecision(3) + ' ms' : (us / 1e6).toPrecision(3) + ' s';
const show = { rate: n => n.toFixed(1) + '/s', p99: ms };
function line(name, values) {
  const most = Math.max(...values, 1e-9);
  at('most-' + name).textContent = 'from 0 to ' + show[name](most);
  at('line-' + name).setAttribute('points', values.map((v, i) => `${i * 300 / Math.max(values.length - 1, 1)},${98 - 96 * v / most}`).join(' '));
}
async function look() {
  try {
    const p = await (await fetch('live.json')).json();
    at('title').textContent = document.title = p.title;
    if (p.elapsed_s > 0) {
      at('state').textContent = 'running';
      at('time').textContent = `${p.elapsed_s.toFixed(0)} of ${p.planned_s.toFixed(0)} s`;
      at('rate').textContent = show.rate(p.rate);
      at('times').textContent = `${ms(p.p50_us)}, ${ms(p.p99_us)}`;
      at('failed').textContent = p.failed; at('flight').textContent = p.begun - p.finished; at('lag').textContent = ms(p.lag_us);
      kept.rate.push(p.rate); kept.p99.push(p.p99_us);
      for (const name in kept) { kept[name] = kept[name].slice(-300); line(name, kept[name]); }
    }
    setTimeout(look, 1000);
  } catch { at('state').textContent = 'ended: the report is load.html in the folder of --out'; at('stop').disabled = true; }
}
at('stop').onclick = () => { at('state').textContent = 'stopping'; fetch('stop', { method: 'POST', headers: { 'Assay-Stop': 'yes' } }); };
look();
</script></html>
)html";

http::response text_response(int status, std::string_view type, std::string body) {
    http::response out;
    out.status = status;
    out.head.append("Content-Type", std::string(type));
    out.head.append("Cache-Control", "no-store");
    out.head.append("X-Content-Type-Options", "nosniff");
    out.body = std::move(body);
    return out;
}

// A page of another site that made its name one of this machine (DNS rebinding) sends that name.
bool is_for_this_machine(const http::request& r) {
    const auto at = http::parse_url("http://" + std::string(r.head.value("Host")) + "/");
    return at && at->is_loopback();
}

std::string live_json(const load::progress& p, const std::string& title) {
    const auto number = [](double n) { return json::decimal{n, fmt::format("{:.3f}", n)}; };
    return json::format(json::object{{"title", title},
                                     {"elapsed_s", number(static_cast<double>(p.elapsed_ns) / 1e9)},
                                     {"planned_s", number(static_cast<double>(p.planned_ns) / 1e9)},
                                     {"begun", static_cast<std::int64_t>(p.begun)},
                                     {"finished", static_cast<std::int64_t>(p.finished)},
                                     {"failed", static_cast<std::int64_t>(p.failed)},
                                     {"rate", number(p.rate)},
                                     {"p50_us", p.p50_us},
                                     {"p99_us", p.p99_us},
                                     {"lag_us", p.worst_lag_us}});
}

}  // namespace

result<std::unique_ptr<load_live>> load_live::start(std::uint16_t port, std::string title) {
    std::unique_ptr<load_live> out(new load_live(std::move(title)));
    http::server_options o;
    o.port = port;
    auto server =
        http::server::start(o, [self = out.get()](const http::request& r) { return http::reply(self->answer(r)); });
    if (!server) return fail(server.error());
    out->server_ = std::move(*server);
    return out;
}

void load_live::show(const load::progress& p) {
    const std::lock_guard guard(lock_);
    last_ = p;
}

load::progress load_live::latest() {
    const std::lock_guard guard(lock_);
    return last_;
}

http::response load_live::stop(const http::request& r) {
    // A form or script of another site cannot send this header without being asked about it first (CORS).
    if (r.method != "POST" || r.head.value("Assay-Stop").empty())
        return text_response(403, "text/plain", "send POST with the header Assay-Stop: yes\n");
    // As Ctrl-C: what was measured is kept. A second one would end the program.
    if (!interrupted()) std::raise(SIGINT);
    return text_response(202, "text/plain", "the load ends, and what was measured is kept\n");
}

http::response load_live::answer(const http::request& r) {
    if (!is_for_this_machine(r)) return text_response(403, "text/plain", "only by the name of this machine\n");
    if (r.path() == "/stop") return stop(r);
    if (r.method != "GET") return text_response(405, "text/plain", "GET only\n");
    if (r.path() == "/") return text_response(200, "text/html; charset=utf-8", std::string(page));
    if (r.path() == "/live.json") return text_response(200, "application/json", live_json(latest(), title_));
    if (r.path() == "/metrics")
        return text_response(200, "text/plain; version=0.0.4; charset=utf-8", load::prometheus_text(latest()));
    return text_response(404, "text/plain", "/, /live.json, /metrics, and POST /stop are here\n");
}

}  // namespace assay::harness
