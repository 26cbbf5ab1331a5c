// The style sheet of the HTML report; no external font, image or script. Every verdict has a colour with a contrast
// of at least 4.5:1 in both colour schemes (WCAG 2.2 §1.4.3), and a word.
#pragma once

#include <string_view>

namespace assay::reports {

inline constexpr std::string_view html_style = R"css(
:root {
  color-scheme: light dark;
  --ground: #f5f5f2; --card: #ffffff; --sunk: #f0f0ec; --ink: #1b1d22; --soft: #595d66; --line: #dcdcd6; --link: #0b5394;
  --pass: #1a6b3a; --fail: #b3261e; --warn: #8a5300; --info: #0b5c8a; --skip: #62666f; --error: #7a2b98;
  --known: #5a6270; --stale: #8a5300;
  --pass-bg: #e3f3e8; --fail-bg: #fbe6e4; --warn-bg: #fbefd9; --info-bg: #e0eff8; --skip-bg: #ececea;
  --error-bg: #f3e6f8; --known-bg: #e8eaee; --stale-bg: #fbefd9;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #121418; --card: #1b1e24; --sunk: #14161b; --ink: #e7e8eb; --soft: #a3a8b4; --line: #31353e;
    --link: #8ec5ff; --pass: #7fd6a0; --fail: #ff9088; --warn: #f0c060; --info: #7cc4f0; --skip: #a3a8b4;
    --error: #dba8f5; --known: #b4bac6; --stale: #f0c060;
    --pass-bg: #16301f; --fail-bg: #3d1a18; --warn-bg: #35280f; --info-bg: #12293a; --skip-bg: #262a31;
    --error-bg: #311a3b; --known-bg: #272b33; --stale-bg: #35280f;
  }
}
* { box-sizing: border-box; }
html { scroll-behavior: smooth; scroll-padding-top: 1rem; }
@media (prefers-reduced-motion: reduce) { html { scroll-behavior: auto; } }
body { margin: 0; background: var(--ground); color: var(--ink); font: 16px/1.5 system-ui, "Segoe UI", Roboto,
  "Helvetica Neue", "DejaVu Sans", sans-serif; }
main, header, footer { max-width: 74rem; margin: 0 auto; padding: 0 1.5rem; }
header { padding-top: 2.25rem; }
footer { padding-bottom: 3rem; color: var(--soft); font-size: .875rem; }
a { color: var(--link); text-underline-offset: .15em; }
a:focus-visible, summary:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; border-radius: 4px; }
h1 { font-size: 2rem; line-height: 1.2; margin: .25rem 0 .75rem; letter-spacing: -.01em; }
h2 { font-size: 1.25rem; margin: 2.5rem 0 .75rem; }
h2 .n { color: var(--soft); font-weight: 400; }
code, pre, kbd { font: .875em/1.5 ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; }
.brand { color: var(--soft); font-size: .8125rem; letter-spacing: .14em; text-transform: uppercase; font-weight: 600; }
.meta { display: flex; flex-wrap: wrap; gap: .25rem 1.75rem; margin: 0 0 1rem; color: var(--soft); font-size: .9375rem; }
.meta div { display: flex; gap: .5rem; } .meta dt { color: var(--soft); } .meta dd { margin: 0; color: var(--ink); }
.command { display: block; background: var(--card); border: 1px solid var(--line); border-radius: 8px;
  padding: .6rem .9rem; overflow-wrap: anywhere; white-space: pre-wrap; }
.command::before { content: "$ "; color: var(--soft); }
.cards { display: grid; grid-template-columns: repeat(auto-fit, minmax(7.5rem, 1fr)); gap: .75rem; margin: 1.5rem 0 1rem;
  padding: 0; list-style: none; }
.card { display: block; background: var(--card); border: 1px solid var(--line); border-top: 4px solid var(--tone);
  border-radius: 8px; padding: .7rem .9rem .6rem; color: inherit; text-decoration: none; }
a.card:hover { border-color: var(--tone); }
.card b { display: block; font-size: 1.75rem; line-height: 1.15; font-weight: 650; color: var(--tone);
  font-variant-numeric: tabular-nums; }
.card span { color: var(--soft); font-size: .875rem; }
.bar { display: flex; gap: 2px; height: .5rem; border-radius: 99px; overflow: hidden; }
.bar i { background: var(--tone); min-width: 3px; }
.main-bar { height: .7rem; margin: 0 0 .5rem; }
.pass { --tone: var(--pass); --tint: var(--pass-bg); } .fail { --tone: var(--fail); --tint: var(--fail-bg); }
.warn { --tone: var(--warn); --tint: var(--warn-bg); } .info { --tone: var(--info); --tint: var(--info-bg); }
.skip { --tone: var(--skip); --tint: var(--skip-bg); } .error { --tone: var(--error); --tint: var(--error-bg); }
.known { --tone: var(--known); --tint: var(--known-bg); } .stale { --tone: var(--stale); --tint: var(--stale-bg); }
.none { --tone: var(--skip); --tint: transparent; }
.badge { display: inline-block; background: var(--tint); color: var(--tone); font-weight: 700; font-size: .75rem;
  letter-spacing: .05em; text-transform: uppercase; padding: .1rem .5rem; border-radius: 4px; white-space: nowrap; }
.notes { background: var(--warn-bg); border-left: 4px solid var(--warn); border-radius: 4px; padding: .6rem 1rem;
  margin: 1rem 0; }
.notes ul { margin: 0; padding-left: 1.2rem; }
.scroll { overflow-x: auto; background: var(--card); border: 1px solid var(--line); border-radius: 8px; }
table { border-collapse: collapse; width: 100%; font-size: .9375rem; }
th, td { text-align: left; padding: .5rem .9rem; border-bottom: 1px solid var(--line); vertical-align: middle; }
tbody tr:last-child > *, tfoot tr:last-child > * { border-bottom: 0; }
thead th { background: var(--sunk); font-size: .8125rem; color: var(--soft); font-weight: 600; vertical-align: bottom; }
tbody th { font-weight: 500; } tfoot th, tfoot td { background: var(--sunk); font-weight: 600; }
.matrix td { min-width: 8.5rem; color: var(--tone); font-variant-numeric: tabular-nums; }
.matrix td .bar { margin-top: .3rem; max-width: 14rem; } .matrix small { color: var(--soft); font-weight: 400; }
.clients td { color: var(--tone); font-variant-numeric: tabular-nums; white-space: nowrap; padding: .45rem .6rem; }
.clients th { padding: .45rem .6rem; } .clients tbody th { white-space: nowrap; position: sticky; left: 0;
  background: var(--card); } .clients td .bar { margin-top: .25rem; min-width: 2.5rem; height: .35rem; }
.clients td a { color: inherit; text-decoration: none; } .clients td a:hover { text-decoration: underline; }
.clients td.fail, .clients td.error { background: var(--tint); font-weight: 600; }
.clients small { color: var(--soft); font-weight: 400; } abbr { text-decoration: none; cursor: help; }
.key { color: var(--soft); font-size: .875rem; }
details.row:target { outline: 3px solid var(--link); outline-offset: 2px; }
.time { text-align: right; white-space: nowrap; color: var(--soft); font-variant-numeric: tabular-nums; }
details.row { background: var(--card); border: 1px solid var(--line); border-left: 5px solid var(--tone);
  border-radius: 8px; margin: 0 0 .75rem; }
summary { cursor: pointer; }
details.row > summary { padding: .75rem 1rem; list-style: none; display: grid; grid-template-columns: auto 1fr auto;
  gap: .1rem .9rem; align-items: baseline; }
details.row > summary::-webkit-details-marker { display: none; }
details.row > summary::after { content: "+"; grid-area: 1 / 3; color: var(--soft); font-weight: 600; }
details.row[open] > summary::after { content: "–"; }
.title { font-weight: 600; } .title code { font-weight: 600; margin-right: .4rem; }
.under { grid-column: 2; color: var(--soft); font-size: .875rem; }
.body { padding: 0 1rem 1rem; }
.reason { grid-column: 2; font-size: .9375rem; margin-top: .2rem; }
.finding { border-top: 1px solid var(--line); padding-top: .75rem; margin-bottom: .75rem; }
.finding p { margin: 0 0 .5rem; font-size: .9375rem; color: var(--soft); } .finding p b { color: var(--ink); }
.pair { display: grid; grid-template-columns: repeat(auto-fit, minmax(18rem, 1fr)); gap: .75rem; }
.pane { min-width: 0; } .label { margin: 0 0 .25rem; font-size: .8125rem; color: var(--soft); font-weight: 600; }
pre { margin: 0; background: var(--sunk); border: 1px solid var(--line); border-radius: 6px; padding: .6rem .8rem;
  white-space: pre-wrap; overflow-wrap: anywhere; max-height: 26rem; overflow-y: auto; }
.actual pre { background: var(--tint); border-color: var(--tone); }
.exchange { margin-top: .75rem; } .exchange > summary { color: var(--soft); font-size: .9375rem; margin-bottom: .4rem; }
.again { margin-top: .75rem; }
.all > summary { background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: .75rem 1rem;
  font-weight: 600; }
.all[open] > summary { margin-bottom: .5rem; } .all { margin-bottom: .75rem; }
.all > summary small { color: var(--soft); font-weight: 400; margin-left: .5rem; }
@media (max-width: 40rem) { h1 { font-size: 1.5rem; } main, header, footer { padding-left: 1rem; padding-right: 1rem; } }
@media print { details.row { break-inside: avoid; } pre { max-height: none; } }
)css";

}  // namespace assay::reports
